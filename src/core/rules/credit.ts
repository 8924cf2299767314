/** Credit that arrives pays what is owed before anything else; what is left waits for the next invoice. */
import type { CreditReason } from '../event.ts'
import type { Command } from '../input.ts'
import { isCurrency } from '../currency.ts'
import { type Draft, record, type Verdict } from '../draft.ts'
import { addCredit } from '../invoice.ts'
import { isAmount } from '../money.ts'
import { refuse } from '../refusal.ts'
import { isInFlight, markPaid } from './collect.ts'
import { restage } from './dunning.ts'
import { dropLink } from './page.ts'
import { restartIfLapsed } from './restart.ts'

/**
 * Adds credit and settles the invoices that it covers whole, oldest first: a payment for a link that
 * was reissued in the meantime still pays. One that is being charged is left alone, so that nothing
 * is paid twice.
 */
export function creditArrived(
  draft: Draft,
  currency: string,
  amount: number,
  because: CreditReason,
): void {
  addCredit(draft, currency, amount, because)
  for (const invoice of draft.account.invoices) {
    const { id, due, group } = invoice
    const ours = invoice.renewals === 'billwright' && invoice.gate === null
    const covered = invoice.currency === currency && due <= (draft.account.credit[currency] ?? 0)
    if (!ours || !covered || isInFlight(invoice)) continue
    record(draft, { type: 'credit.used', currency, amount: due, for: id })
    dropLink(draft, invoice)
    markPaid(draft, { ...invoice, credit: invoice.credit + due, due: 0 }, null)
    restage(draft, group)
    restartIfLapsed(draft, group)
  }
}

/** An operator gives credit. */
export function grantCredit(
  draft: Draft,
  { amount, currency }: Extract<Command, { readonly type: 'grant_credit' }>,
): Verdict {
  if (!isAmount(amount) || amount <= 0 || !isCurrency(currency))
    return refuse('amount_invalid', { amount, currency })
  creditArrived(draft, currency, amount, 'granted')
  return undefined
}
