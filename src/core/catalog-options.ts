/** What an app hands to `catalog`: everything it sells, its policies and its gateways. */
import type { AddOn, Coupon, Plan } from './plan.ts'
import type { PolicyOptions } from './policies.ts'
import type { Renewals } from './state.ts'

/** What the core must know of a gateway; the adapter's capabilities say it. */
export interface GatewayProfile {
  readonly name: string
  /** Who owns the renewal clock of subscriptions sold through it. Default `billwright`. */
  readonly renewals: Renewals
  /** `exact`: the amount paid must match ours. `session`: the vendor adds tax or converts. */
  readonly amounts: 'exact' | 'session'
  /** Whether a method can be saved there; else every period is paid on a page. Default `true`. */
  readonly savesMethods: boolean
  /** Hours between two attempts on one saved method, after a decline. Default 0. */
  readonly attemptGapHours?: number
  /** Renewing, it tries an unpaid invoice with another method only when it is asked. Default `false`. */
  readonly retriesWhenAsked?: boolean
}

export interface CatalogOptions<
  Plans extends readonly Plan[] = readonly Plan[],
  AddOns extends readonly AddOn[] = readonly AddOn[],
  Coupons extends readonly Coupon[] = readonly Coupon[],
> {
  readonly plans: Plans
  readonly addOns?: AddOns
  readonly coupons?: Coupons
  readonly policies?: PolicyOptions
  /** The first is the default for new customers. */
  readonly gateways?: readonly (Partial<GatewayProfile> & { readonly name: string })[]
}
