/** Webhooks of Dodo: verified over their raw bytes, then read by what they say happened. */
import type { GatewayEvent, Instant } from 'billwright/core'
import type { Settings } from './options.ts'
import type { DodoPayment } from './wire.ts'
import {
  type Delivery,
  type GatewayRef,
  type Thing,
  verifyStandardWebhook,
  type WebhookRequest,
} from 'billwright'
import { instant } from 'billwright/core'
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
  const told = { id, type: event.type, ...toldBy(settings, event, sentAt(request)) }
  const foreign = businessId !== null && event.business !== businessId
  return foreign ? { ...told, quarantined: 'account_mismatch' } : told
}

/** When this attempt was sent: its body shows how things stood then, not when they happened. */
function sentAt({ headers }: WebhookRequest): Instant {
  return instant(Number(headers['webhook-timestamp']) * 1000)
}

function toldBy(settings: Settings, event: DodoEvent, sent: Instant): Told {
  const { name } = settings
  const { type, data } = event
  switch (type) {
    case 'payment.succeeded':
    case 'payment.failed':
    case 'payment.processing':
    case 'payment.cancelled':
      return ofPayment(name, readPayment(data))
    case 'refund.succeeded':
    case 'refund.failed':
      return ofItsPayment(data.payment_id, (payment) => {
        const refund = readRefund(data)
        return refund ? refundEvents(name, payment, refund) : []
      })
    case 'dispute.opened':
    case 'dispute.expired':
    case 'dispute.accepted':
    case 'dispute.cancelled':
    case 'dispute.challenged':
    case 'dispute.won':
    case 'dispute.lost':
      // How it stands, not what happened: a late `opened` may be of a dispute that is won.
      return ofItsPayment(data.payment_id, (payment) =>
        disputeEvents(name, payment, text(data.dispute_status) ?? type.replace('.', '_')),
      )
    default:
      return SUBSCRIPTION.has(type) ? ofSubscription(settings, event, sent) : NOTHING
  }
}

const SUBSCRIPTION: ReadonlySet<string> = new Set(
  [
    ...['active', 'renewed', 'on_hold', 'past_due', 'paused', 'unpaused', 'cancelled', 'expired'],
    ...['plan_changed', 'updated', 'update_payment_method'],
  ].map((what) => `subscription.${what}`),
)

function ofPayment(gateway: string, payment: DodoPayment | null): Told {
  if (payment === null) return NOTHING
  const { id, customer, subscription } = payment
  const about: readonly GatewayRef[] = [
    { kind: 'payment', id },
    ...(subscription === null ? [] : [{ kind: 'subscription', id: subscription } as const]),
    { kind: 'customer', id: customer },
  ]
  if (isClear(payment)) return { events: paymentEvents(gateway, payment, null), about }
  if (subscription === null) return NOTHING
  // A renewal does not say for which period it is; its subscription does.
  const reference = checkoutNamed(payment)
  const fetch: readonly Thing[] = [{ kind: 'payment', id }]
  const named = payment.session !== null && reference !== null
  return {
    events: [],
    about,
    fetch: named ? [{ kind: 'checkout', reference, customer }, ...fetch] : fetch,
  }
}

/** Whether the payment alone tells what it is for. */
function isClear(payment: DodoPayment): boolean {
  const { savesMethod, amount } = payment
  if (savesMethod) return amount === 0
  if (invoiceOf(payment) !== null) return true
  return checkoutNamed(payment) !== null && isSurelyFirst(payment)
}

function ofItsPayment(payment: unknown, tell: (payment: string) => readonly GatewayEvent[]): Told {
  const id = text(payment)
  return id === null ? NOTHING : { events: tell(id), about: [{ kind: 'payment', id }] }
}

function ofSubscription(settings: Settings, { at, data }: DodoEvent, sent: Instant): Told {
  const shown = readSubscription(data)
  if (shown === null) return NOTHING
  const observedAt = at === null || at < sent ? sent : at
  const about: readonly GatewayRef[] = [
    { kind: 'subscription', id: shown.id },
    { kind: 'customer', id: shown.customer },
  ]
  return { events: observed(settings, shown, observedAt), about }
}
