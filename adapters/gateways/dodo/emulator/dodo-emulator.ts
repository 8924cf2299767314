/** A stand-in for Dodo Payments that runs on your machine and takes no real money. */
import type { WebhookRequest } from 'billwright'
import type { Instant } from 'billwright/core'
import type { AddonProduct, Business, Discount, Product, Vendor } from './vendor.ts'
import { type Clock, systemClock } from 'billwright'
import {
  type Book,
  countingIds,
  deliveries,
  type EmulatedEvent,
  type Emulator,
  emulator,
  type RateLimiter,
  rateLimiter,
  standardWebhookSigner,
} from 'billwright/testing'
import { asVendor, refusal, refusedKey, tooMany } from './access.ts'
import { bookOf } from './book.ts'
import { catchUp } from './catch-up.ts'
import { dashboardRoutes, registerEndpoint } from './dashboard-routes.ts'
import { moneyRoutes } from './money-routes.ts'
import { type Outside, outside } from './outside.ts'
import { pageRoutes } from './page-routes.ts'
import { time } from './render.ts'
import { saleRoutes } from './sale-routes.ts'
import { subscriptionRoutes } from './subscription-routes.ts'

export interface DodoEmulatorOptions extends Partial<Omit<Business, 'id'>> {
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>
  /** `whsec_…`. Default `DODO_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
  /** Where events are delivered; without it they are only kept. */
  readonly webhookUrl?: string
  /** Carries a delivery. Default: the platform's fetch. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** What the dashboard sells. */
  readonly products: readonly Product[]
  /** Default: none. */
  readonly addons?: readonly AddonProduct[]
  /** Default: none. */
  readonly discounts?: readonly Discount[]
  /** Calls of one key in a minute; more are refused with 429. Default: any; Dodo's first tier has 240. */
  readonly callsPerMinute?: number
}

/** The webhook secret of an emulator that was given none. */
export const DODO_WEBHOOK_SECRET = 'whsec_ZG9kby1kb2RvLWRvZG8tZG9kby1kb2Rv'

interface DodoEvent {
  readonly business_id: string
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface DodoEmulator
  extends Pick<Emulator, 'fetch' | 'listen' | 'url' | 'fault' | 'close'>,
    Outside {
  /** Everything it told, with the attempts to deliver it. */
  readonly events: readonly EmulatedEvent<DodoEvent>[]
  /** Does what is due at the clock's time (renewals, retries, endings), then delivers. */
  advance(): Promise<void>
  /** Delivers the webhooks that are due. */
  settle(): Promise<void>
  /** Every webhook so far as it would arrive at its own time, signed, oldest first. */
  webhooks(): readonly WebhookRequest[]
  /** Signs any body as this vendor would, now. */
  sign(body: Uint8Array, id?: string): WebhookRequest
  /** The vendor's view of the money. */
  book(): Book
}

/**
 * Starts an emulator with empty books. It answers through `fetch` at once and over HTTP after
 * `listen`. Throws a `config` error `emulator_in_production` where `NODE_ENV=production`.
 */
export function dodoEmulator(options: DodoEmulatorOptions): DodoEmulator {
  const { clock = systemClock, webhookSecret = DODO_WEBHOOK_SECRET } = options
  const sign = standardWebhookSigner(webhookSecret)
  let past: Instant | null = null
  const now = () => past ?? clock.now()
  const queue = deliveries<DodoEvent>({ ...options, now, sign })
  const vendor = openBooks(options, now, {
    pageUrl: (page) => `${shell.url}/pay/${page}`,
    emit: (event) => queue.emit({ id: vendor.nextId('msg'), type: event.type, data: event }),
  })
  if (options.webhookUrl !== undefined) registerEndpoint(vendor, options.webhookUrl)
  const settle = () => queue.deliverDue()
  const { callsPerMinute: calls = Number.POSITIVE_INFINITY } = options
  const limit = rateLimiter(now, { calls, seconds: 60 })
  const shell: Emulator = openShell(vendor, limit, settle)
  const { fetch, listen, fault, close, writes } = shell
  return {
    ...{ fetch, listen, fault, close, settle, ...outside(vendor) },
    get url() {
      return shell.url
    },
    events: queue.events,
    async advance() {
      try {
        catchUp(vendor, clock.now(), (at) => {
          past = at
        })
      } finally {
        past = null
      }
      await settle()
    },
    webhooks: queue.requests,
    sign(body, id = vendor.nextId('msg')) {
      const at = now()
      return { headers: sign({ id, body, at }), body, receivedAt: at }
    },
    book: () => bookOf(vendor, writes),
  }
}

interface Outward {
  readonly pageUrl: Vendor['pageUrl']
  readonly emit: (event: DodoEvent) => void
}

function openBooks(options: DodoEmulatorOptions, now: () => Instant, to: Outward): Vendor {
  const { taxPercent = 0, changes = 'keep_billing_date', retryHours = [] } = options
  const { products, addons = [], discounts = [] } = options
  const business: Business = { id: 'bus_emulated', taxPercent, changes, retryHours }
  return {
    now,
    nextId: countingIds(),
    pageUrl: to.pageUrl,
    business,
    products: new Map(products.map((each) => [each.id, each])),
    addons: new Map(addons.map((each) => [each.id, each])),
    endpoints: new Map(),
    discounts: new Map(discounts.map((each) => [each.code, each])),
    customers: new Map(),
    payments: new Map(),
    refunds: new Map(),
    pages: new Map(),
    subscriptions: new Map(),
    methods: new Map(),
    emit: (type, data) => to.emit({ business_id: business.id, type, timestamp: time(now()), data }),
  }
}

function openShell(vendor: Vendor, limit: RateLimiter, afterwards: () => Promise<void>): Emulator {
  const routes = {
    ...saleRoutes(vendor),
    ...moneyRoutes(vendor),
    ...subscriptionRoutes(vendor),
    ...dashboardRoutes(vendor),
  }
  return emulator({
    url: 'https://dodo.billwright.test',
    api: asVendor(routes, vendor.now),
    pages: pageRoutes(vendor),
    authorize: (call) => refusedKey(call) ?? tooMany(call, limit, vendor.now()),
    error: refusal,
    idempotencyHeader: null,
    afterwards,
  })
}
