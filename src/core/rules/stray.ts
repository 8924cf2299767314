/** Money that nobody owes. */

import type { Draft } from '../draft.ts'
import type { PaymentFact } from '../input.ts'
import { gatewayOf } from '../catalog.ts'
import { spendsCredit } from '../invoice.ts'
import { creditArrived } from './credit.ts'
import { giveBack } from './give-back.ts'
import { isKnown, isMoney, recordPayment } from './ledger.ts'

/**
 * Money for what was settled or superseded before, or that only checked a card: by policy. It goes
 * back where it would stay credit that nothing ever spends.
 */
export function strayPayment(draft: Draft, gateway: string, payment: PaymentFact): void {
  if (isKnown(draft, gateway, payment.id)) return
  recordPayment(draft, gateway, payment, null)
  const { id, amount, currency } = payment
  if (!isMoney(amount) || amount === 0) return
  const renewals = gatewayOf(draft.catalog, gateway)?.renewals
  if (draft.catalog.policies.strayPayments === 'credit' && spendsCredit(draft.account, renewals)) {
    creditArrived(draft, currency, amount, 'stray_payment')
    return
  }
  const row = draft.account.payments.find((kept) => kept.id === id && kept.gateway === gateway)
  if (row) giveBack(draft, row, amount)
}
