/** Webhooks of Dodo: verified over their raw bytes, then read by what they say happened. */

import type { Delivery, GatewayRef, Thing, WebhookRequest } from 'billwright'
import type { GatewayEvent, Instant } from 'billwright/core'
import type { Settings } from './options.ts'
import type { DodoPayment } from './wire.ts'
import { verifyStandardWebhook } from 'billwright/vendor'
import {
  type DodoEvent,
  readEvent,
  readPayment,
  readRefund,
  readSubscription,
  text,
} from './read.ts'
import { checkoutNamed, invoiceOf, isSurelyFirst } from './subject.ts'
import { disputeEvents, observed, paymentEvents, refundEvents } from './translate.ts'

type Told = Pick<Delivery, 'events' | 'fetch' | 'about'>

const NOTHING: Told = { events: [] }

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const { name, webhookKeys, businessId } = settings
  const id = await verifyStandardWebhook(name, webhookKeys, request)
  const event = readEvent(request.body)
  if (event === null) return { id, type: 'unknown', events: [] }
  const told = { id, type: event.type, ...toldBy(settings, event, request.receivedAt) }
  const foreign = businessId !== null && event.business !== businessId
  return foreign ? { ...told, quarantined: 'account_mismatch' } : told
}

function toldBy(settings: Settings, event: DodoEvent, receivedAt: Instant): Told {
  const read = READERS.get(event.type)
  return read ? read(settings, event, receivedAt) : NOTHING
}

type Reader = (settings: Settings, event: DodoEvent, receivedAt: Instant) => Told

/** The one list of what is read: the webhook endpoint is to have exactly these enabled. */
export const READERS: ReadonlyMap<string, Reader> = new Map([
  ...each(
    ({ name }, { data }) => ofPayment(name, readPayment(data)),
    ...['payment.succeeded', 'payment.failed', 'payment.processing', 'payment.cancelled'],
  ),
  ...each(ofRefund, 'refund.succeeded', 'refund.failed'),
  ...each(
    ofDispute,
    ...['dispute.opened', 'dispute.expired', 'dispute.accepted', 'dispute.cancelled'],
    ...['dispute.challenged', 'dispute.won', 'dispute.lost'],
  ),
  ...each(
    ofSubscription,
    ...['subscription.active', 'subscription.renewed', 'subscription.on_hold'],
    ...['subscription.past_due', 'subscription.paused', 'subscription.unpaused'],
    ...['subscription.cancelled', 'subscription.expired', 'subscription.plan_changed'],
    ...['subscription.updated', 'subscription.update_payment_method'],
  ),
])

function each(reader: Reader, ...types: readonly string[]): readonly (readonly [string, Reader])[] {
  return types.map((type) => [type, reader] as const)
}

function ofPayment(gateway: string, payment: DodoPayment | null): Told {
  if (payment === null) return NOTHING
  const { id, customer, subscription } = payment
  const about: readonly GatewayRef[] = [
    { kind: 'payment', id },
    ...(subscription === null ? [] : [{ kind: 'subscription', id: subscription } as const]),
    { kind: 'customer', id: customer },
  ]
  if (isClear(payment))
    return { events: paymentEvents(gateway, payment, null), about, ...changedBy(payment) }
  if (subscription === null) return NOTHING
  // A renewal does not say for which period it is; its subscription does.
  const reference = checkoutNamed(payment)
  const fetch: readonly Thing[] = [{ kind: 'payment', id }]
  // It may overtake the first payment, and must not pass for it.
  const first: readonly Thing[] =
    reference === null ? [] : [{ kind: 'checkout', reference, customer }]
  return { events: [], about, fetch: [...first, ...fetch] }
}

/** A change that was paid may have begun another cycle: only the subscription shows it. */
function changedBy(payment: DodoPayment): Pick<Told, 'fetch'> {
  const { subscription: id, at: since, status } = payment
  if (invoiceOf(payment) === null || id === null || status !== 'succeeded') return {}
  return { fetch: [{ kind: 'subscription', id, since }] }
}

/** Whether the payment alone tells what it is for. */
function isClear(payment: DodoPayment): boolean {
  const { savesMethod, amount } = payment
  if (savesMethod) return amount === 0
  if (invoiceOf(payment) !== null) return true
  return checkoutNamed(payment) !== null && isSurelyFirst(payment)
}

function ofRefund({ name }: Settings, { data }: DodoEvent): Told {
  return ofItsPayment(data.payment_id, (payment) => {
    const refund = readRefund(data)
    return refund ? refundEvents(name, payment, refund) : []
  })
}

/** How it stands, not what happened: a late `opened` may be of a dispute that is won. */
function ofDispute({ name }: Settings, { type, data }: DodoEvent): Told {
  return ofItsPayment(data.payment_id, (payment) =>
    disputeEvents(name, payment, text(data.dispute_status) ?? type.replace('.', '_')),
  )
}

function ofItsPayment(payment: unknown, tell: (payment: string) => readonly GatewayEvent[]): Told {
  const id = text(payment)
  return id === null ? NOTHING : { events: tell(id), about: [{ kind: 'payment', id }] }
}

function ofSubscription(settings: Settings, event: DodoEvent, receivedAt: Instant): Told {
  const { at, data, type } = event
  const shown = readSubscription(data)
  if (shown === null) return NOTHING
  const { id, customer, method } = shown
  const about: readonly GatewayRef[] = [
    { kind: 'subscription', id },
    { kind: 'customer', id: customer },
  ]
  // Dated by when it happened, though Dodo says that a late attempt shows a newer state: should it
  // not, what is known already is not overwritten.
  const events = observed(settings, shown, at ?? receivedAt)
  if (type !== 'subscription.update_payment_method' || method === null) return { events, about }
  const { name: gateway } = settings
  const unseen = { brand: null, last4: null, expires: null, fingerprint: null }
  const saved = { gateway, id: method, reusable: true, ...unseen }
  return { events: [{ type: 'method.saved', gateway, method: saved }, ...events], about }
}
