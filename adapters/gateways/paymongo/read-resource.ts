/** Reads PayMongo's objects. Authentic is not well-formed: what cannot be read is nothing. */
import type {
  Fields,
  WireDispute,
  WirePayment,
  WireRefund,
  WireResource,
  WireSession,
} from './wire.ts'
import { REFERENCE_KEY } from './reference.ts'

/** An object of the usual envelope, or `null`. */
export function readResource(value: unknown): WireResource | null {
  if (!isFields(value) || typeof value.id !== 'string' || value.id === '') return null
  const { id, type, attributes } = value
  return typeof type === 'string' && isFields(attributes) ? { id, type, attributes } : null
}

export function readPayment(value: unknown): WirePayment | null {
  const resource = readResource(value)
  if (resource?.type !== 'payment') return null
  const { id, attributes } = resource
  const { amount, currency, status, source, metadata, livemode } = attributes
  // The same from every source: what changes later, as when it is refunded, is no such time.
  const at = [attributes.paid_at, attributes.created_at].find(isWhole)
  if (!isWhole(amount) || amount <= 0 || typeof currency !== 'string' || typeof status !== 'string')
    return null
  if (at === undefined) return null
  const tagged = isFields(metadata) ? metadata[REFERENCE_KEY] : undefined
  return {
    ...{ id, amount, currency: currency.toUpperCase(), status, at },
    source: isFields(source) ? source : {},
    reference: tagged ?? attributes.external_reference_number,
    failedCode: text(attributes.failed_code) ?? text(attributes.sub_code),
    disputed: attributes.disputed === true,
    refunds: listed(attributes.refunds, readRefund),
    live: typeof livemode === 'boolean' ? livemode : null,
  }
}

export function readRefund(value: unknown): WireRefund | null {
  const resource = readResource(value)
  if (resource?.type !== 'refund') return null
  const { id, attributes } = resource
  const { amount, payment_id: payment, status, created_at: createdAt, metadata } = attributes
  if (!isWhole(amount) || amount <= 0 || typeof payment !== 'string' || typeof status !== 'string')
    return null
  return {
    ...{ id, payment, amount, status },
    createdAt: isWhole(createdAt) ? createdAt : 0,
    metadata: isFields(metadata) ? metadata : {},
  }
}

export function readSession(value: unknown): WireSession | null {
  const resource = readResource(value)
  if (resource?.type !== 'checkout_session') return null
  const { id, attributes } = resource
  const { checkout_url: url, reference_number, metadata, status } = attributes
  const tagged = isFields(metadata) ? metadata[REFERENCE_KEY] : undefined
  return {
    id,
    url: text(url) ?? '',
    reference: reference_number ?? tagged,
    status: text(status) ?? '',
    payments: listed(attributes.payments, readPayment),
  }
}

/** A dispute names its payment by id, or holds it. */
export function readDispute(value: unknown): WireDispute | null {
  const resource = readResource(value)
  if (resource?.type !== 'dispute') return null
  const { payment_id, payment, status, resolution } = resource.attributes
  const id = text(payment_id) ?? text(payment) ?? readResource(payment)?.id
  return id === undefined ? null : { payment: id, status: text(resolution) ?? text(status) ?? '' }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listed<Read>(value: unknown, read: (each: unknown) => Read | null): readonly Read[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each) => read(each) ?? [])
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
