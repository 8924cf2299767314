/** Money on its way back: it is out of reach at once, and back when the gateway says so. */
import type { Payment } from '../state.ts'
import { ask, type Draft, record } from '../draft.ts'

/** Asks the gateway for it. How much may go back is the caller's to say. */
export function giveBack(draft: Draft, payment: Payment, amount: number): void {
  const { id, gateway, currency } = payment
  record(draft, { type: 'payment.refunding', payment, amount })
  ask(draft, { kind: 'payment.refund', gateway, payment: id, amount, currency }, id)
}
