/**
 * What a webhook tells. Most of Stripe's events are snapshots that come late, twice and in any order,
 * so they are hints: the thing they are about is fetched and told as it is then. Refunds, disputes and
 * saved cards are facts that do not change, and are told at once.
 */
import type { Delivery, GatewayRef, Thing } from 'billwright'
import type { StripeEvent } from './read-event.ts'
import { DAY, type GatewayEvent, type Instant, instant } from 'billwright/core'
import { idAt, objectAt, textAt } from './fields.ts'
import { isMarked, MARK, subscriptionMetadata } from './marks.ts'
import { disputeEvents, instantAt, methodOf, referenceOf, refundEvents } from './translate.ts'
import { periodOf, subscriptionOfInvoice } from './translate-billing.ts'

export type Hints = Pick<Delivery, 'events' | 'fetch' | 'about'>

const NOTHING: Hints = { events: [] }

/** What an event tells or hints at. Types that are not in the table tell nothing. */
export function hintsOf(gateway: string, { type, object }: StripeEvent): Hints {
  const read = READERS.get(type)
  return read ? read(gateway, object) : NOTHING
}

type Reader = (gateway: string, object: unknown) => Hints

/** The one list of what is read: the webhook endpoint is to have exactly these enabled. */
export const READERS: ReadonlyMap<string, Reader> = new Map([
  ...each(sessionDone, 'checkout.session.completed', 'checkout.session.async_payment_succeeded'),
  ...each(sessionOver, 'checkout.session.expired', 'checkout.session.async_payment_failed'),
  ...each(
    subscription,
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
    'customer.subscription.pending_update_applied',
    'customer.subscription.pending_update_expired',
  ),
  ...each(
    invoice,
    'invoice.paid',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'invoice.finalization_failed',
    'invoice.marked_uncollectible',
    'invoice.voided',
  ),
  ...each(
    schedule,
    'subscription_schedule.updated',
    'subscription_schedule.released',
    'subscription_schedule.canceled',
    'subscription_schedule.aborted',
    'subscription_schedule.completed',
  ),
  ...each(intent, 'payment_intent.succeeded', 'payment_intent.payment_failed'),
  ...each(told(refundEvents), 'refund.created', 'refund.updated', 'refund.failed'),
  ...each(told(disputeEvents), 'charge.dispute.created', 'charge.dispute.closed'),
  ...each(methodSaved, 'payment_method.attached', 'payment_method.automatically_updated'),
  ...each(methodRemoved, 'payment_method.detached'),
])

function each(reader: Reader, ...types: readonly string[]): readonly (readonly [string, Reader])[] {
  return types.map((type) => [type, reader] as const)
}

/** A page of ours was done: what was bought is fetched, with its money and its card. */
function sessionDone(_: string, session: unknown): Hints {
  const reference = referenceOf(session)
  if (reference === null) return NOTHING
  const customer = idAt(session, 'customer')
  return hinting([{ kind: 'checkout', reference, customer }], customerRefs(session))
}

function sessionOver(gateway: string, session: unknown): Hints {
  const reference = referenceOf(session)
  if (reference === null) return NOTHING
  return {
    events: [{ type: 'checkout.expired', gateway, reference }],
    about: customerRefs(session),
  }
}

function subscription(_: string, shown: unknown): Hints {
  const id = textAt(shown, 'id')
  if (id === null || !isMarked(objectAt(shown, 'metadata'))) return NOTHING
  const since = before(periodOf(shown)?.start ?? instantAt(shown, 'created'))
  return hinting(
    [{ kind: 'subscription', id, since }],
    [{ kind: 'subscription', id }, ...customerRefs(shown)],
  )
}

function invoice(_: string, shown: unknown): Hints {
  const id = subscriptionOfInvoice(shown)
  if (id === null || !isMarked(subscriptionMetadata(shown))) return NOTHING
  const since = before(instantAt(shown, 'created'))
  return hinting(
    [{ kind: 'subscription', id, since }],
    [{ kind: 'subscription', id }, ...customerRefs(shown)],
  )
}

function schedule(_: string, shown: unknown): Hints {
  const id = idAt(shown, 'subscription') ?? idAt(shown, 'released_subscription')
  if (id === null || !isMarked(objectAt(shown, 'metadata'))) return NOTHING
  const since = before(
    instantAt(shown, 'current_phase', 'start_date') ?? instantAt(shown, 'created'),
  )
  return hinting(
    [{ kind: 'subscription', id, since }],
    [{ kind: 'subscription', id }, ...customerRefs(shown)],
  )
}

/** A charge of the core's own collection. */
function intent(_: string, shown: unknown): Hints {
  const ours = textAt(shown, 'metadata', MARK.invoice)
  if (ours === null) return NOTHING
  const customer = idAt(shown, 'customer')
  return hinting([{ kind: 'invoice', invoice: ours, customer }], customerRefs(shown))
}

function methodSaved(gateway: string, shown: unknown): Hints {
  const method = methodOf(gateway, shown)
  if (!method?.reusable) return NOTHING
  return { events: [{ type: 'method.saved', gateway, method }], about: customerRefs(shown) }
}

function methodRemoved(gateway: string, shown: unknown): Hints {
  const method = textAt(shown, 'id')
  return method === null ? NOTHING : { events: [{ type: 'method.removed', gateway, method }] }
}

function told(read: (gateway: string, object: unknown) => readonly GatewayEvent[]): Reader {
  return (gateway, object) => ({ events: read(gateway, object), about: customerRefs(object) })
}

function hinting(fetch: readonly Thing[], about: readonly GatewayRef[]): Hints {
  return { events: [], fetch, about }
}

function customerRefs(object: unknown): readonly GatewayRef[] {
  const id = idAt(object, 'customer')
  return id === null ? [] : [{ kind: 'customer', id }]
}

/** A period further back than it need be, so that one event also heals the loss of the one before. */
function before(start: Instant | null): Instant {
  return instant(Math.max(0, (start ?? 0) - 40 * DAY))
}
