/** Stripe, emulated on your machine: its endpoints, its clock and its pages, and no real money. */
import type { Instant } from 'billwright/core'
import { type Clock, systemClock, type WebhookRequest } from 'billwright'
import {
  type Book,
  type Call,
  deliveries,
  type EmulatedEvent,
  type Emulator,
  emulator,
  type Handler,
  hmac,
  type RateLimiter,
  type Routes,
  rateLimiter,
  type WebhookSigner,
} from 'billwright/testing'
import { bookOf } from './book.ts'
import { catalogRoutes } from './catalog-routes.ts'
import { catchUp } from './catch-up.ts'
import { checkoutRoutes } from './checkout-routes.ts'
import { customerRoutes } from './customer-routes.ts'
import { dashboardRoutes, registerEndpoint } from './dashboard-routes.ts'
import { lookUpRoutes } from './look-up-routes.ts'
import { moneyRoutes } from './money-routes.ts'
import { openBooks, type WireEvent } from './open-books.ts'
import { type Outside, outside } from './outside.ts'
import { pageRoutes } from './page-routes.ts'
import { portalRoutes } from './portal-routes.ts'
import { scheduleRoutes } from './schedule-routes.ts'
import { subscriptionRoutes } from './subscription-routes.ts'
import { toInstant, toSeconds, type Vendor } from './vendor.ts'
import { errorResponse, isVendorError } from './vendor-error.ts'

export interface StripeEmulatorOptions {
  /** Default: the machine's. Share a test clock with the app and move both at once. */
  readonly clock?: Clock
  /** Where webhooks go. Without it they are only kept. */
  readonly webhookUrl?: string
  /** Default `STRIPE_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
  /** Carries a webhook. Default: the platform's fetch. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** Calls of one key in a second; more are refused with 429. Default: any; Stripe's own is 25. */
  readonly callsPerSecond?: number
}

/** The webhook secret of an emulator that was given none. */
export const STRIPE_WEBHOOK_SECRET = 'whsec_stripe_emulator_0000000000000001'

export interface StripeEmulator
  extends Pick<Emulator, 'fetch' | 'listen' | 'url' | 'fault' | 'close'>,
    Outside {
  /** Everything it told, with the attempts to deliver it. */
  readonly events: readonly EmulatedEvent<WireEvent>[]
  /** Does what is due at the clock's time (renewals, retries, endings), then delivers. */
  advance(): Promise<void>
  /** Delivers the webhooks that are due. */
  settle(): Promise<void>
  /** Every webhook so far as it would arrive at its own time, signed, oldest first. */
  webhooks(): readonly WebhookRequest[]
  /** Signs any body as Stripe would, now. */
  sign(body: Uint8Array): WebhookRequest
  /** The vendor's view of the money. */
  book(): Book
}

/**
 * Starts an emulator with empty books; it takes any `sk_test_` key. It answers through `fetch` at once
 * and over HTTP after `listen`. Throws a `config` error `emulator_in_production` where
 * `NODE_ENV=production`.
 */
export function stripeEmulator(options: StripeEmulatorOptions = {}): StripeEmulator {
  const { clock = systemClock, webhookSecret = STRIPE_WEBHOOK_SECRET } = options
  const { callsPerSecond: calls = Number.POSITIVE_INFINITY } = options
  const sign = signer(webhookSecret)
  let past: number | null = null
  const now = () => past ?? toSeconds(clock.now())
  const at = (): Instant => (past === null ? clock.now() : toInstant(past))
  const queue = deliveries<WireEvent>({ ...options, now: at, sign })
  const pageUrl = (page: string): string => `${shell.url}/pay/${page}`
  const vendor = openBooks({ now, pageUrl, emit: queue.emit })
  if (options.webhookUrl !== undefined) registerEndpoint(vendor, options.webhookUrl)
  const settle = () => queue.deliverDue()
  const limit = rateLimiter(() => clock.now(), { calls, seconds: 1 })
  const shell: Emulator = openShell(vendor, { limit, settle, events: queue.events })
  const { fetch, listen, fault, close, writes } = shell
  return {
    ...{ fetch, listen, fault, close, settle, ...outside(vendor) },
    get url() {
      return shell.url
    },
    events: queue.events,
    async advance() {
      try {
        catchUp(vendor, toSeconds(clock.now()), (time) => {
          past = time
        })
      } finally {
        past = null
      }
      await settle()
    },
    webhooks: queue.requests,
    sign(body) {
      const signedAt = at()
      return { headers: sign({ id: '', body, at: signedAt }), body, receivedAt: signedAt }
    },
    book: () => bookOf(vendor, writes),
  }
}

/** `t=<seconds>,v1=<hex>`; the key is the secret as it is, its prefix included. */
function signer(secret: string): WebhookSigner {
  const key = new TextEncoder().encode(secret)
  return ({ body, at }) => {
    const t = toSeconds(at)
    const start = new TextEncoder().encode(`${t}.`)
    const message = new Uint8Array(start.length + body.length)
    message.set(start)
    message.set(body, start.length)
    const v1 = hmac({ hash: 'sha256', key, message, encoding: 'hex' })
    return { 'stripe-signature': `t=${t},v1=${v1}` }
  }
}

interface ShellParts {
  readonly limit: RateLimiter
  readonly settle: () => Promise<void>
  readonly events: readonly EmulatedEvent<WireEvent>[]
}

function openShell(vendor: Vendor, { limit, settle, events }: ShellParts): Emulator {
  return emulator({
    url: 'https://stripe.billwright.test',
    api: refusing({
      ...catalogRoutes(vendor),
      ...customerRoutes(vendor),
      ...checkoutRoutes(vendor),
      ...portalRoutes(vendor),
      ...moneyRoutes(vendor),
      ...subscriptionRoutes(vendor),
      ...scheduleRoutes(vendor),
      ...lookUpRoutes(vendor, events),
      ...dashboardRoutes(vendor),
    }),
    pages: pageRoutes(vendor),
    authorize: (call) => authorize(call) ?? tooMany(call, limit),
    error: worded,
    idempotencyHeader: 'idempotency-key',
    afterwards: settle,
  })
}

function authorize({ headers }: Call): Response | null {
  if (/^Bearer [sr]k_test_\w{8,}$/.test(headers.get('authorization') ?? '')) return null
  const message = 'Invalid API Key provided. An emulator takes test keys only.'
  return errorResponse(401, { type: 'invalid_request_error', message })
}

/** Stripe says why, and not when to come back. */
function tooMany({ headers }: Call, limit: RateLimiter): Response | null {
  if (limit(headers.get('authorization') ?? '') === null) return null
  const response = worded(429, 'rate_limit')
  response.headers.set('stripe-rate-limited-reason', 'global-rate')
  return response
}

/** The kit's own failures, as Stripe words them. */
function worded(status: number, code: string): Response {
  if (code === 'idempotency_conflict') {
    const message = 'Keys for idempotent requests can only be used with the same parameters.'
    return errorResponse(400, { type: 'idempotency_error', message })
  }
  if (status === 429) {
    const message = 'Too many requests in too short a time.'
    return errorResponse(429, { type: 'invalid_request_error', code: 'rate_limit', message })
  }
  const type = status >= 500 ? 'api_error' : 'invalid_request_error'
  const message = status === 404 ? 'Unrecognized request URL.' : 'Something went wrong on our side.'
  return errorResponse(status, { type, message })
}

/** The same routes, with what they throw as a refusal turned into a reply. */
function refusing(routes: Routes): Routes {
  const guarded =
    (handler: Handler): Handler =>
    async (call) => {
      try {
        const response = await handler(call)
        response.headers.set('request-id', 'req_emulated')
        return response
      } catch (error) {
        if (isVendorError(error)) return errorResponse(error.status, error.body)
        throw error
      }
    }
  return Object.fromEntries(Object.entries(routes).map(([name, run]) => [name, guarded(run)]))
}
