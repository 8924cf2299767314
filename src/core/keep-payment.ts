/** The newest settled payments stand in the document; older ones are rows only. */
import type { Payment } from './state.ts'

const KEPT = 20

/** The payments with one of them added, or replaced by what is known of it now. */
export function keepPayment(payments: readonly Payment[], payment: Payment): readonly Payment[] {
  const same = ({ id, gateway }: Payment) => id === payment.id && gateway === payment.gateway
  return payments.some(same)
    ? payments.map((kept) => (same(kept) ? payment : kept))
    : [...payments, payment].slice(-KEPT)
}
