/** What a customer will be charged next, as pages and reminders say it. */

import type { Catalog } from './catalog.ts'
import type { Account, LiveSubscription } from './state.ts'
import { type Bill, billPeriod } from './invoice.ts'
import { billNext, earlyInvoice, nextPeriod } from './rules/renewal.ts'
import { firstPeriod } from './rules/start.ts'
import { termsOf } from './terms.ts'

/**
 * The charge of the next period as things stand, in minor units: with the scheduled change, the
 * discount and what was carried over, less the account's credit. Where the gateway bills, before its
 * taxes.
 */
export function nextCharge(
  account: Account,
  subscription: LiveSubscription,
  catalog: Catalog,
): number {
  const { price, renewals } = subscription
  if (price === null) return 0
  const sent = earlyInvoice({ account }, subscription)
  if (sent) return sent.due
  const total = Math.max(0, billAhead(subscription, catalog).total)
  const credit = renewals === 'gateway' ? 0 : (account.credit[price.currency] ?? 0)
  return total - Math.min(total, credit)
}

function billAhead(subscription: LiveSubscription, catalog: Catalog): Bill {
  const { price, coupon } = subscription
  if (subscription.status !== 'trialing' || price === null)
    return billNext({ catalog }, subscription, nextPeriod({ catalog }, subscription))
  const { policies } = catalog
  const { period, full } = firstPeriod(subscription.trial.endsAt, price.interval, policies)
  return billPeriod(termsOf(subscription), period, full, coupon, policies)
}
