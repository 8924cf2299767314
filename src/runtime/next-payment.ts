/** When the next charge is to come. */
import type { Instant } from '../core/index.ts'
import type { SubscriptionRow } from '../storage.ts'

type Dates = Pick<SubscriptionRow, 'status' | 'trialEndsAt' | 'periodEnd' | 'cancelAt'>

/**
 * The end of the trial or period; `null` when nothing is charged then, because it is free, ends first,
 * is paused, or gives no access.
 */
export function nextPaymentAt(
  price: number | null,
  { status, trialEndsAt, periodEnd, cancelAt }: Dates,
): Instant | null {
  const at = status === 'trialing' ? (trialEndsAt ?? periodEnd) : periodEnd
  const charges = status === 'active' || status === 'trialing' || status === 'past_due'
  return price === null || !charges || (cancelAt !== null && cancelAt <= at) ? null : at
}
