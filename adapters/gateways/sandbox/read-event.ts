/** The body of an authentic webhook. Authentic is not well-formed: what cannot be read is nothing. */
import type { WireObject } from './wire.ts'

export interface ReadEvent {
  readonly type: string
  /** `null` when the event does not say. */
  readonly live: boolean | null
  readonly data: unknown
}

export function readEvent(body: Uint8Array): ReadEvent | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
  return readEventFields(value)
}

/** An event that was parsed already, as a list holds it. */
export function readEventFields(value: unknown): ReadEvent | null {
  if (!isFields(value) || typeof value.type !== 'string') return null
  const { type, live, data } = value
  return { type: type.slice(0, 100), live: typeof live === 'boolean' ? live : null, data }
}

/** An object of the vendor by its `object`; `null` for anything else. */
export function readObject(data: unknown): WireObject | null {
  if (!isFields(data) || typeof data.id !== 'string') return null
  const shape = typeof data.object === 'string' ? SHAPES.get(data.object) : undefined
  return shape?.(data) ? (data as unknown as WireObject) : null
}

/** The fields that a translation relies on, by object. */
const SHAPES: ReadonlyMap<string, (data: Fields) => boolean> = new Map([
  ['charge', isCharge],
  ['refund', (data: Fields) => texts(data, 'charge', 'status') && isNumber(data.amount)],
  ['page', isPage],
  ['method', isMethod],
  ['subscription', isSubscription],
  ['customer', (data: Fields) => texts(data, 'reference')],
  [
    'change',
    ({ charge, subscription }: Fields) =>
      (charge === null || isCharge(charge)) && isSubscription(subscription),
  ],
])

type Fields = Readonly<Record<string, unknown>>

function isCharge(data: unknown): boolean {
  if (!isFields(data) || !texts(data, 'id', 'customer', 'currency', 'status')) return false
  const { amount, at, refunds, decline, actionUrl, subject } = data
  return (
    isNumber(amount) &&
    isNumber(at) &&
    Array.isArray(refunds) &&
    refunds.every(
      (each) => isFields(each) && texts(each, 'id', 'status') && isNumber(each.amount),
    ) &&
    (decline === null || (isFields(decline) && texts(decline, 'code', 'advice'))) &&
    (actionUrl === null || typeof actionUrl === 'string') &&
    isSubject(subject)
  )
}

function isSubject(subject: unknown): boolean {
  if (!isFields(subject)) return false
  if ('subscription' in subject) return texts(subject, 'subscription') && isPeriod(subject.period)
  return texts(subject, 'checkout') || texts(subject, 'invoice')
}

function isPage(data: Fields): boolean {
  const { method, charge, doneAt } = data
  return (
    texts(data, 'kind', 'reference', 'status', 'url', 'customer') &&
    (method === null || (isFields(method) && isMethod(method))) &&
    (charge === null || isCharge(charge)) &&
    (doneAt === null || isNumber(doneAt))
  )
}

function isMethod(data: Fields): boolean {
  return texts(data, 'id', 'customer') && typeof data.reusable === 'boolean'
}

function isSubscription(data: unknown): boolean {
  if (!isFields(data) || !texts(data, 'id', 'customer', 'status', 'plan')) return false
  const { period, cancelAt, interval, quantity, changedAt } = data
  return (
    isPeriod(period) &&
    (cancelAt === null || isNumber(cancelAt)) &&
    isFields(interval) &&
    texts(interval, 'unit') &&
    isNumber(interval.count) &&
    isNumber(quantity) &&
    isNumber(changedAt)
  )
}

function isPeriod(period: unknown): boolean {
  return isFields(period) && isNumber(period.start) && isNumber(period.end)
}

function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value)
}

function texts(data: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof data[name] === 'string')
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
