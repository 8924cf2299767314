/** Taking money and giving it back: what a card does when it is charged. */

import type { CardBehavior } from '../test-cards.ts'
import type { WireSubject } from '../wire.ts'
import type { Charge, Method, Purpose, Refund, Vendor } from './vendor.ts'
import { showCharge, showRefund } from './render.ts'
import { keep } from './vendor.ts'

export interface NewCharge {
  readonly method: Method
  readonly subject: WireSubject
  readonly amount: number
  readonly currency: string
  /** `customer`: present and, where asked, confirmed. `asked`: by the API. `renewal`: by the clock. */
  readonly by: 'customer' | 'asked' | 'renewal'
  readonly purpose?: Purpose
}

/** Charges a method. What became of it is in the charge, and told unless a page tells it. */
export function charge(vendor: Vendor, asked: NewCharge): Charge {
  const { method, subject, amount, currency, by, purpose = { kind: 'none' } } = asked
  const { live, customer } = method
  const outcome = method.removed ? declined('unknown', 'with_customer') : outcomeOf(method, by)
  const made = keep(
    vendor,
    vendor.charges,
    'ch',
    (id): Charge => ({
      ...{ id, live, customer, method: method.id, subject, amount, currency, purpose },
      ...(amount === 0 ? { status: 'succeeded', decline: null } : outcome),
      page: null,
      at: vendor.now(),
      dispute: null,
    }),
  )
  return made
}

/** Tells of a charge: `charge.succeeded`, `charge.failed` or `charge.pending`. */
export function tellCharge(vendor: Vendor, made: Charge): void {
  vendor.emit(`charge.${made.status}`, made.live, showCharge(vendor, made))
}

interface Outcome {
  readonly status: Charge['status']
  readonly decline: Charge['decline']
}

const PAID: Outcome = { status: 'succeeded', decline: null }

function declined(code: string, advice: string): Outcome {
  return { status: 'failed', decline: { code, advice } }
}

function outcomeOf({ card }: Method, by: NewCharge['by']): Outcome {
  const { behavior } = card
  if (behavior.kind === 'declines') return declined(behavior.code, behavior.advice)
  return by === 'customer' ? PAID : alone(behavior, by)
}

/** Charged without the customer. */
function alone({ kind }: CardBehavior, by: 'asked' | 'renewal'): Outcome {
  if (kind === 'fails_later') return declined('insufficient_funds', 'later')
  if (kind === 'wallet') return declined('authentication_required', 'with_customer')
  if (kind !== 'needs_authentication') return PAID
  // Nobody is there to confirm what the clock charges.
  if (by === 'renewal') return declined('authentication_required', 'with_customer')
  return { status: 'pending', decline: null }
}

/** What is left of a charge to give back. */
export function refundable(vendor: Vendor, { id, status, amount }: Charge): number {
  const refunds = [...vendor.refunds.values()].filter((each) => each.charge === id)
  return status === 'succeeded' ? amount - refunds.reduce((sum, each) => sum + each.amount, 0) : 0
}

/** Gives a part of a charge back. */
export function refund(vendor: Vendor, { id: charge, live }: Charge, amount: number): Refund {
  const made = keep(vendor, vendor.refunds, 're', (id) => ({ id, live, charge, amount }))
  vendor.emit('charge.refunded', live, showRefund(made))
  return made
}
