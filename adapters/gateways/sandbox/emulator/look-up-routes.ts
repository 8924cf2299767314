/** The API's look-ups: by id, by our reference, by idempotency key, and everything since an instant. */
import type { Call, EmulatedEvent, IdempotencyKeys, Routes } from 'billwright/testing'
import type { WireEvent, WireObject } from '../wire.ts'
import type { Charge, Vendor } from './vendor.ts'
import { type IsLive, owned, pagesFor } from './owned.ts'
import { vendorError } from './read-body.ts'
import { showAny, showCharge, showPage, showSubscription } from './render.ts'
import { chargesOf } from './subscriptions.ts'

const PAGE_SIZE = 50

export interface LookUps {
  readonly events: readonly EmulatedEvent<WireEvent>[]
  readonly keys: () => IdempotencyKeys
  readonly isLive: IsLive
}

export function lookUpRoutes(vendor: Vendor, { events, keys, isLive }: LookUps): Routes {
  return {
    /** What a request with an idempotency key made, as it is now. */
    'GET /v1/requests/:key': ({ params }) => {
      const reply = keys().reply(params.key ?? '')
      return one(reply === null ? null : now(vendor, reply))
    },
    'GET /v1/pages': (call) => {
      const reference = call.url.searchParams.get('reference') ?? ''
      const pages = pagesFor(vendor, reference, isLive(call))
      return list(pages.map((page) => showPage(vendor, page)))
    },
    'GET /v1/charges': (call) => {
      const charges = chargesFor(vendor, call.url.searchParams.get('invoice'), isLive(call))
      return list(charges.map((charge) => showCharge(vendor, charge)))
    },
    'GET /v1/charges/:id': (call) =>
      one(showCharge(vendor, owned(vendor.charges, call.params.id ?? '', isLive(call)))),
    'GET /v1/subscriptions/:id': (call) =>
      one(showSubscription(owned(vendor.subscriptions, call.params.id ?? '', isLive(call)))),
    'GET /v1/subscriptions/:id/charges': (call) => {
      const { id } = owned(vendor.subscriptions, call.params.id ?? '', isLive(call))
      const since = Number(call.url.searchParams.get('since') ?? 0)
      return list(chargesOf(vendor, id, since).map((charge) => showCharge(vendor, charge)))
    },
    'GET /v1/events': (call) => told(events, call, isLive(call)),
  }
}

/** The same events as the webhooks; the cursor counts those before it. */
function told(events: LookUps['events'], { url }: Call, live: boolean): Response {
  const since = Number(url.searchParams.get('since') ?? 0)
  const from = Number(url.searchParams.get('cursor') ?? 0)
  const matching = events.filter(({ at, data }) => at >= since && data.live === live)
  const next = from + PAGE_SIZE
  const data = matching.slice(from, next).map((event) => event.data)
  return list(data, next < matching.length ? String(next) : null)
}

function chargesFor(vendor: Vendor, invoice: string | null, live: boolean): readonly Charge[] {
  return [...vendor.charges.values()].filter(
    ({ subject, live: mode }) =>
      'invoice' in subject && subject.invoice === invoice && mode === live,
  )
}

/** The object of a stored reply as it stands now. */
function now(vendor: Vendor, reply: string): WireObject | null {
  const { id } = JSON.parse(reply) as { readonly id?: string }
  return id === undefined ? null : showAny(vendor, id)
}

function one(found: unknown): Response {
  if (!found) throw vendorError(404, 'not_found')
  return Response.json(found)
}

function list(data: readonly unknown[], cursor: string | null = null): Response {
  return Response.json({ object: 'list', data, cursor })
}
