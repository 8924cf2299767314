/** Judges what is told: by its shape, against what was told before, and against the vendor's book. */
import type { GatewayEvent, PaymentFact } from '../../core/index.ts'
import type { GatewayStage } from '../stage.ts'
import { holds, same } from './check.ts'
import { assertEvent } from './event-shape.ts'

/** Throws when somebody tells what cannot be, or something else than was told before. */
export type Judge = (what: string, events: readonly GatewayEvent[]) => void

/** A judge who remembers every payment. */
export function judge(stage: Pick<GatewayStage, 'gateway' | 'book'>): Judge {
  const payments = new Map<string, PaymentFact>()

  /** A payment has one id and one amount whoever tells it, and the vendor has it in its book. */
  function assertPayment(what: string, payment: PaymentFact): void {
    const { id, amount, currency, at } = payment
    const known = payments.get(id)
    if (known) {
      const before = { amount: known.amount, currency: known.currency, at: known.at }
      same(`the payment ${id} as ${what} tells it`, { amount, currency, at }, before)
    }
    payments.set(id, payment)
    const booked = stage.book().charges.find((charge) => charge.id === id)
    holds(`the payment that ${what} tells is in the vendor's book`, booked !== undefined, payment)
    const charged = { amount: booked.amount, currency: booked.currency }
    same(`the payment ${id} as ${what} tells it`, { amount, currency }, charged)
  }

  return (what, events) => {
    for (const event of events) {
      assertEvent(what, event, stage.gateway.name)
      for (const payment of paymentsIn(event)) assertPayment(what, payment)
    }
  }
}

function paymentsIn(event: GatewayEvent): readonly PaymentFact[] {
  if (event.type === 'payment.succeeded') return [event.payment]
  return event.type === 'checkout.completed' && event.payment ? [event.payment] : []
}
