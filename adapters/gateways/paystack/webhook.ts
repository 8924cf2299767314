/** Webhooks of Paystack: verified over their raw bytes, then read by what they say happened. */

import type { Delivery, GatewayRef, WebhookRequest } from 'billwright'
import type { Settings } from './options.ts'
import { assertSigned, webhookHeader } from 'billwright/vendor'
import { isFields, readDispute, readEvent, readTransaction, text } from './read.ts'
import { readReference } from './reference.ts'
import { disputeEvents, transactionEvents } from './translate.ts'

type Told = Pick<Delivery, 'events' | 'fetch' | 'about'>

const NOTHING: Told = { events: [] }
const PAID: ReadonlySet<string> = new Set(['success', 'reversed'])

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const { name, webhookKeys, mode } = settings
  const { body } = request
  const signature = webhookHeader(name, request, 'x-paystack-signature')
  await assertSigned(name, {
    ...{ hash: 'SHA-512', keys: webhookKeys, encoding: 'hex' },
    message: [body],
    signatures: [signature],
  })
  const id = await deliveryId(body)
  const event = readEvent(body)
  if (event === null) return { id, type: 'unknown', events: [] }
  const { type, data } = event
  const told = { id, type, ...toldBy(settings, type, data) }
  const domain = domainOf(data)
  return domain === null || domain === mode ? told : { ...told, quarantined: 'mode_mismatch' }
}

/** Paystack numbers no events, and a retry sends the same bytes. */
async function deliveryId(body: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(body))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The mode of what it is about: a dispute says `live` about a test transaction. */
function domainOf(data: unknown): string | null {
  if (!isFields(data)) return null
  const { transaction } = data
  return (isFields(transaction) ? text(transaction.domain) : null) ?? text(data.domain)
}

function toldBy(settings: Settings, type: string, data: unknown): Told {
  switch (type) {
    case 'charge.success':
      return ofCharge(settings, data)
    case 'charge.dispute.create':
    case 'charge.dispute.remind':
    case 'charge.dispute.resolve':
      return ofDispute(settings, data)
    case 'refund.pending':
    case 'refund.processing':
    case 'refund.processed':
    case 'refund.failed':
    case 'refund.needs-attention':
      return ofRefund(settings, data)
    default:
      // Subscriptions and invoices of Paystack's own are none of ours.
      return NOTHING
  }
}

/** A transaction that was paid, whatever became of it since. */
export function ofCharge(settings: Settings, data: unknown): Told {
  const transaction = readTransaction(data)
  if (transaction === null || !PAID.has(transaction.status)) return NOTHING
  const events = transactionEvents(settings, transaction)
  if (events.length === 0) return NOTHING
  const { reference: id, customer } = transaction
  const owner: readonly GatewayRef[] = customer ? [{ kind: 'customer', id: customer.code }] : []
  return { events, about: [{ kind: 'payment', id }, ...owner] }
}

export function ofDispute(settings: Settings, data: unknown): Told {
  const dispute = readDispute(data)
  const transaction = isFields(data) ? data.transaction : null
  const id = isFields(transaction) ? text(transaction.reference) : null
  if (dispute === null || id === null || !isOurs(settings, id)) return NOTHING
  return { events: disputeEvents(settings, id, dispute), about: [{ kind: 'payment', id }] }
}

/** The webhook does not name the refund, so it only says where to look. */
function ofRefund(settings: Settings, data: unknown): Told {
  const id = isFields(data) ? text(data.transaction_reference) : null
  if (id === null || !isOurs(settings, id)) return NOTHING
  const about = [{ kind: 'payment', id }] as const
  return { events: [], about, fetch: about }
}

function isOurs({ prefix }: Settings, reference: string): boolean {
  return readReference(prefix, reference) !== null
}
