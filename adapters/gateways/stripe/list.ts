/** What changed since an instant: Stripe keeps its events for 30 days. */
import type { ListPage, ListQuery, PerformContext, Thing } from 'billwright'
import type { GatewayEvent } from 'billwright/core'
import type { LookUp } from './fetch-thing.ts'
import type { Settings } from './options.ts'
import type { Read } from './read.ts'
import { listAt, textAt } from './fields.ts'
import { hintsOf } from './hints.ts'
import { readEventFields } from './read-event.ts'

const PAGE = 50

/** Stripe takes at most twenty. What is left out hints at things that one of these hints at, too. */
const TYPES = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.pending_update_expired',
  'invoice.paid',
  'invoice.payment_failed',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
  'payment_method.attached',
  'payment_method.detached',
]

/** Each event as its webhook would have told it; what several hint at is fetched once for a page. */
export function list({ name, account }: Pick<Settings, 'name' | 'account'>, at: Looking) {
  return async ({ since, cursor }: ListQuery, context: PerformContext): Promise<ListPage> => {
    const created = { gte: Math.floor(since / 1000) }
    const after = cursor === null ? {} : { starting_after: cursor }
    const query = { limit: PAGE, types: [...TYPES], created, ...after }
    const page = await at.read.one(context, (stripe) => stripe.events.list(query))
    const fetchOnce = once(at.lookUp, context)
    const items: ListPage['items'][number][] = []
    const shown = listAt(page, 'data')
    for (const each of shown) {
      const event = readEventFields(each)
      if (event === null || event.account !== account) continue
      const { events, fetch = [], about = [] } = hintsOf(name, event)
      const found = [...events]
      for (const thing of fetch) found.push(...(await fetchOnce(thing)))
      if (found.length > 0) items.push({ events: found, about })
    }
    const last = page?.has_more === true ? textAt(shown.at(-1), 'id') : null
    return { items, cursor: last }
  }
}

interface Looking {
  readonly read: Read
  readonly lookUp: LookUp
}

function once(lookUp: LookUp, context: PerformContext) {
  const known = new Map<string, readonly GatewayEvent[]>()
  return async (thing: Thing): Promise<readonly GatewayEvent[]> => {
    const name = JSON.stringify(thing)
    const found = known.get(name) ?? (await lookUp(thing, context))
    known.set(name, found)
    return found
  }
}
