/** One published case while it is being written: what it needs of a gateway, and its story. */
import type { Policies, Renewals } from '../../core/index.ts'
import type { GatewayCapabilities, Operation } from '../../gateway.ts'
import type { Shop } from './shop.ts'

/** Why a case does not apply to this gateway; names the capability that is missing. */
export interface Skipped {
  readonly skipped: string
}

/** What a gateway must be able to do: `null`, or the reason why it cannot. */
export type Need = (capabilities: GatewayCapabilities) => string | null

export interface CaseDraft {
  readonly name: string
  /** Who owns the renewal clock. Default: either. */
  readonly renewals?: Renewals
  readonly needs?: readonly Need[]
  readonly behavior?: Policies['proration']['behavior']
  readonly run: (shop: Shop) => Promise<Skipped | undefined>
}

export const savedMethods: Need = (can) =>
  can.savedMethods ? null : 'capabilities.savedMethods is false'

export const paymentLinks: Need = (can) =>
  can.paymentLinks ? null : 'capabilities.paymentLinks is false'

/** The vendor does it itself. */
export function native(operation: Operation): Need {
  return ({ operations }) =>
    operations[operation] === 'native'
      ? null
      : `capabilities.operations.${operation} is '${operations[operation]}'`
}

/** A page that is not wanted any more is closed there. */
export const closesPages: Need = (can) =>
  can.closesPages === false ? 'capabilities.closesPages is false' : null

/** It can charge a change in the running period this way. */
export function prorates(behavior: Policies['proration']['behavior']): Need {
  return ({ prorations }) =>
    prorations && !prorations.includes(behavior)
      ? `capabilities.prorations is without '${behavior}'`
      : null
}

/** It refunds at all, or in parts. */
export function refunds(level: 'full' | 'partial'): Need {
  return (can) =>
    can.refunds === 'partial' || can.refunds === level
      ? null
      : `capabilities.refunds is '${can.refunds}'`
}
