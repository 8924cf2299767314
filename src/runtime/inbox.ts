/**
 * The inbox: verify, know again, decide, commit. A delivery is done only in the commit that also holds
 * what it changed; until then the gateway is told to come again, and nothing that is authentic is lost.
 */
import type { Received } from '../bill.ts'
import type { GatewayEvent, Instant } from '../core/index.ts'
import type { Delivery, Gateway, WebhookRequest } from '../gateway.ts'
import type { DeliveryRow, Json, Loaded } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { HOUR } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { dispatch } from './dispatch.ts'
import { factInputs, missesPayment } from './facts.ts'
import { sha256 } from './hash.ts'
import { askGateway, describeError } from './perform.ts'
import { gatewayNamed } from './runtime.ts'
import { subjectOf } from './subject.ts'

/** Pauses before a delivery that could not be applied is tried again; then it is for a person. */
const RETRY_HOURS = [0.01, 0.1, 0.5, 2, 6, 24, 48]

type Raw = Omit<WebhookRequest, 'receivedAt'>

/** Takes a webhook. Throws `invalid_signature`, and whatever kept it from being applied. */
export async function receive(runtime: Runtime, name: string, raw: Raw): Promise<Received> {
  const gateway = gatewayNamed(runtime, name)
  const receivedAt = runtime.ports.clock.now()
  const delivery = await gateway.receive({ ...raw, receivedAt })
  runtime.lastWebhookAt.set(name, receivedAt)
  const row = await rowOf(name, delivery, { raw, receivedAt })
  const received = await take(runtime, gateway, { delivery, row })
  runtime.ports.log.info({ event: 'webhook', gateway: name, type: delivery.type, ...received })
  return received
}

interface Taken {
  readonly delivery: Delivery
  readonly row: DeliveryRow
}

async function take(runtime: Runtime, gateway: Gateway, taken: Taken): Promise<Received> {
  const { delivery, row } = taken
  const { id, quarantined, events, fetch = [] } = delivery
  if (quarantined !== undefined) {
    await runtime.storage.park({ ...row, state: 'dead', error: `quarantined: ${quarantined}` })
    return { outcome: 'quarantined', id }
  }
  if (events.length === 0 && fetch.length === 0) return { outcome: 'ignored', id }
  const by = subjectOf(gateway.name, delivery)
  if (!by) return park(runtime, row, 'nothing says whose it is')
  try {
    return await apply(runtime, gateway, { ...taken, by })
  } catch (error) {
    if (BillingError.isInstance(error) && error.kind === 'unavailable') throw error
    // Kept as well: should the gateway give up sending it, we have not.
    await park(runtime, row, JSON.stringify(describeError(error))).catch(() => undefined)
    throw error
  }
}

async function apply(
  runtime: Runtime,
  gateway: Gateway,
  { delivery, row, by }: Taken & { readonly by: NonNullable<ReturnType<typeof subjectOf>> },
): Promise<Received> {
  const { id } = delivery
  let waits = false
  const stepped = await dispatch(runtime, {
    query: { by, delivery: { gateway: gateway.name, id }, payments: paymentsIn(delivery.events) },
    fetches: (delivery.fetch?.length ?? 0) > 0,
    async inputs(loaded, taken) {
      const facts = await factsOf(runtime, gateway, delivery, loaded)
      waits = missesPayment(facts, loaded)
      return waits ? [] : factInputs(facts, loaded, taken)
    },
    // A fact about a payment that is not known yet waits for it, unmarked.
    marks: (account) => (waits ? {} : { delivery: doneRow(row, account.id) }),
  })
  if (stepped.outcome === 'duplicate') {
    if (stepped.loaded.delivery && stepped.loaded.delivery.bodyHash !== row.bodyHash)
      runtime.ports.log.warn({ event: 'delivery_changed', gateway: gateway.name, id })
    return { outcome: 'repeated', id }
  }
  if (stepped.outcome === 'nobody') return park(runtime, row, 'nobody we know')
  if (waits) return park(runtime, row, 'its payment is not known yet')
  return { outcome: 'applied', id }
}

/** The facts of a delivery: what it says, and what the vendor shows now where it is only a hint. */
async function factsOf(
  runtime: Runtime,
  gateway: Gateway,
  { events, fetch = [] }: Delivery,
  { account }: Loaded,
): Promise<readonly GatewayEvent[]> {
  if (!account || fetch.length === 0) return events
  const fetched = await askGateway(
    runtime,
    { gateway: gateway.name, account: account.id },
    (context) => Promise.all(fetch.map((thing) => gateway.fetch(thing, context))),
  )
  return [...events, ...fetched.flat()]
}

/** The row once it is applied; one that was kept waits for nothing any more. */
function doneRow(row: DeliveryRow, account: string): DeliveryRow {
  const settled = { nextAt: null, leaseOwner: null, leaseUntil: null, error: null } as const
  return { ...row, ...settled, account, state: 'done' }
}

function paymentsIn(
  events: readonly GatewayEvent[],
): readonly { readonly gateway: string; readonly id: string }[] {
  return events.flatMap((event) =>
    'payment' in event && typeof event.payment === 'string' && event.type !== 'payment.failed'
      ? [{ gateway: event.gateway, id: event.payment }]
      : [],
  )
}

/** Keeps it and looks again later; after the last time it is for a person. */
async function park(runtime: Runtime, row: DeliveryRow, error: string): Promise<Received> {
  const attempts = row.attempts + 1
  const hours = RETRY_HOURS[attempts - 1]
  const now = runtime.ports.clock.now()
  await runtime.storage.park({
    ...row,
    attempts,
    error,
    state: hours === undefined ? 'dead' : 'parked',
    nextAt: hours === undefined ? null : ((now + hours * HOUR) as Instant),
    leaseOwner: null,
    leaseUntil: null,
  })
  return { outcome: 'parked', id: row.id }
}

/** Tries a delivery that was kept once more. Its signature was valid when it came. */
export async function replay(runtime: Runtime, row: DeliveryRow): Promise<Received> {
  const { headers, body } = requestOf(row)
  const { receivedAt } = row
  try {
    const gateway = gatewayNamed(runtime, row.gateway)
    const delivery = await gateway.receive({ headers, body, receivedAt })
    return await take(runtime, gateway, { delivery, row })
  } catch (error) {
    if (BillingError.isInstance(error) && error.kind === 'unavailable') throw error
    return park(runtime, row, JSON.stringify(describeError(error)))
  }
}

async function rowOf(
  gateway: string,
  { id, type }: Delivery,
  { raw, receivedAt }: { readonly raw: Raw; readonly receivedAt: Instant },
): Promise<DeliveryRow> {
  return {
    gateway,
    id,
    type,
    account: null,
    state: 'done',
    bodyHash: await sha256(raw.body),
    request: { headers: raw.headers, body: toBase64(raw.body) },
    attempts: 0,
    nextAt: null,
    leaseOwner: null,
    leaseUntil: null,
    error: null,
    receivedAt,
  }
}

// Base64, because the signature covers bytes that need not be text.
function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

function requestOf({ request }: DeliveryRow): Raw {
  const kept = request as {
    readonly headers: Readonly<Record<string, string>>
    readonly body: Json
  }
  const text = atob(String(kept.body))
  return { headers: kept.headers, body: Uint8Array.from(text, (c) => c.charCodeAt(0)) }
}
