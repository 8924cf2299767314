/** The newest settled payments stand in the document; older ones are rows only. */
import type { Payment } from './state.ts'

const KEPT = 20

/** The payments with one of them added, or replaced by what is known of it now. */
export function keepPayment(payments: readonly Payment[], payment: Payment): readonly Payment[] {
  const known = payments.some(({ id }) => id === payment.id)
  return known
    ? payments.map((kept) => (kept.id === payment.id ? payment : kept))
    : [...payments, payment].slice(-KEPT)
}
