/**
 * Which terms give access at a moment, and why or why not. Derived on every read, never stored, so a
 * late job never gives or takes access.
 */

import type { Catalog } from './catalog.ts'
import { dunningOf } from './dunning.ts'
import { HOUR, type Instant } from './instant.ts'
import { FREE_INTERVAL, firstPeriod } from './rules/start.ts'
import { awaitedBoundary } from './schedule.ts'
import {
  type Account,
  isLive,
  type LiveSubscription,
  type Subscription,
  type Terms,
} from './state.ts'
import { termsOf } from './terms.ts'

/** Why access is given or withheld, in the words of the status or of the block. */
export type AccessReason =
  | 'active'
  | 'trialing'
  | 'ending'
  | 'default_plan'
  | 'past_due'
  | 'suspended'
  | 'unpaid'
  | 'paused'
  | 'canceled'
  | 'expired'
  | 'blocked'
  | 'renewal_unconfirmed'
  | 'subscription_required'

export interface Access {
  readonly allowed: boolean
  readonly because: AccessReason
  /** The terms that count now; `null` when none do. */
  readonly terms: Terms | null
  readonly subscription: Subscription | null
  /** When this answer may change by itself. */
  readonly until: Instant | null
}

/** Access of one plan group, on an account that was settled to `now`. */
export function accessOf(account: Account, group: string, now: Instant, catalog: Catalog): Access {
  const subscription = account.subscriptions[group]
  if (!subscription) return none('subscription_required', null)
  if (!isLive(subscription)) return none(subscription.status, subscription)
  const { blocks, status, renewals, gatewayRef, cancelAt } = subscription
  if (blocks.length > 0) return none('blocked', subscription)
  const remote = renewals === 'gateway' && gatewayRef !== null
  // The gateway ends it with its own event; access falls with the date, whether that has come or not.
  if (remote && cancelAt !== null && now >= cancelAt)
    return fallback(subscription, cancelAt, catalog)
  if (status === 'suspended' || status === 'unpaid' || status === 'paused')
    return none(status, subscription)
  if (remote) {
    const slack = awaitedBoundary(subscription) + catalog.policies.renewalSlackHours * HOUR
    if (now >= slack) return none('renewal_unconfirmed', subscription)
  }
  return {
    allowed: true,
    because: reasonOf(subscription),
    terms: termsAt(subscription, now),
    subscription,
    until: untilOf(account, subscription, catalog),
  }
}

/** A scheduled change counts from its instant, even before the gateway confirms the period. */
function termsAt(subscription: LiveSubscription, now: Instant): Terms {
  const { pendingChange } = subscription
  return pendingChange && now >= pendingChange.at ? pendingChange.terms : termsOf(subscription)
}

function reasonOf({ status, cancelAt, price }: LiveSubscription): AccessReason {
  if (cancelAt !== null && status === 'active') return 'ending'
  if (price === null) return 'default_plan'
  return status === 'trialing' || status === 'past_due' ? status : 'active'
}

function untilOf(
  account: Account,
  subscription: LiveSubscription,
  catalog: Catalog,
): Instant | null {
  const { cancelAt, status, price, period } = subscription
  if (cancelAt !== null) return cancelAt
  if (status === 'trialing') return subscription.trial.endsAt
  if (status === 'past_due') return dunningOf(account, subscription, catalog)?.graceEndsAt ?? null
  return price === null ? null : period.end
}

/** After the end the default plan counts, as if it had been started there: its meters as well. */
function fallback(subscription: LiveSubscription, at: Instant, catalog: Catalog): Access {
  const plan = catalog.defaults.get(subscription.group)
  if (!plan) return none('canceled', subscription)
  const terms = { plan: plan.id, planVersion: plan.version, price: null, quantity: 1, addOns: [] }
  const { anchor, period } = firstPeriod(at, FREE_INTERVAL, catalog.policies)
  const started = { ...subscription, ...terms, anchor, period, status: 'active' } as const
  return { allowed: true, because: 'default_plan', terms, subscription: started, until: null }
}

function none(because: AccessReason, subscription: Subscription | null): Access {
  return { allowed: false, because, terms: null, subscription, until: null }
}
