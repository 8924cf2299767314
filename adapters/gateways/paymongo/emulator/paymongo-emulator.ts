/** PayMongo on your machine, as far as its pages go: it takes no real money. */

import type { Vendor } from './vendor.ts'
import { type Clock, systemClock, type WebhookRequest } from 'billwright'
import {
  type Book,
  countingIds,
  type Deliveries,
  deliveries,
  type EmulatedEvent,
  type Emulator,
  emulator,
  type RateLimiter,
  rateLimiter,
} from 'billwright/testing'
import { PAYMENT_METHODS, type PaymongoPaymentMethod } from '../payment-methods.ts'
import { modeOf, refusal, refusing, tooMany } from './access.ts'
import { apiRoutes } from './api-routes.ts'
import { bookOf } from './book.ts'
import { type Endpoint, webhookEndpoint } from './endpoint.ts'
import { pageRoutes } from './page-routes.ts'
import { showDispute } from './render.ts'
import { expire } from './sessions.ts'
import { paymongoSigner } from './sign-webhook.ts'

export interface PaymongoEmulatorOptions {
  /** Default: the machine's. Share a test clock with the app and move both at once. */
  readonly clock?: Clock
  /** Where webhooks go. Without it they are only kept. */
  readonly webhookUrl?: string
  /** Default `PAYMONGO_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
  /** Carries a webhook. Default: the platform's fetch. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** The methods that the account has; a page with another one is refused. Default: all. */
  readonly paymentMethods?: readonly PaymongoPaymentMethod[]
  /** Calls in one second of the clock; more are refused with 429. Default 100. */
  readonly callsPerSecond?: number
}

/** The webhook secret of an emulator that was given none. */
export const PAYMONGO_WEBHOOK_SECRET = 'whsk_emulatoremulatoremul'

export interface PaymongoEmulator
  extends Pick<Emulator, 'fetch' | 'listen' | 'url' | 'fault' | 'close'> {
  /** Everything it told, with the attempts to deliver it. */
  readonly events: readonly EmulatedEvent[]
  /** Delivers the webhooks that are due. */
  settle(): Promise<void>
  /** Every webhook so far as it would arrive at its own time, signed, oldest first. */
  webhooks(): readonly WebhookRequest[]
  /** Signs any body, now, as an endpoint of the mode would have it. Default `test`. */
  sign(body: Uint8Array, mode?: 'live' | 'test'): WebhookRequest
  /** The vendor gives a page up, as if its time were over. */
  expire(pageUrl: string): void
  /** The customer's bank disputes a payment, and decides. */
  dispute(payment: string): void
  decideDispute(payment: string, outcome: 'won' | 'lost'): void
  /** The vendor's view of the money. */
  book(): Book
}

/**
 * Starts an emulator with empty books. It answers through `fetch` at once and over HTTP after
 * `listen`. Throws a `config` error `emulator_in_production` where `NODE_ENV=production`.
 */
export function paymongoEmulator(options: PaymongoEmulatorOptions = {}): PaymongoEmulator {
  const { clock = systemClock, webhookSecret = PAYMONGO_WEBHOOK_SECRET } = options
  const { paymentMethods = PAYMENT_METHODS, callsPerSecond = 100 } = options
  const sign = paymongoSigner(webhookSecret)
  const now = () => clock.now()
  const endpoint = webhookEndpoint(options.webhookUrl)
  const queue = deliveries<unknown>({ ...options, ...endpoint.delivery, now, sign })
  const pageUrl = (session: string): string => `${shell.url}/checkout/${session}`
  const vendor = openBooks({ now, pageUrl, enabled: paymentMethods }, queue.emit)
  const settle = () => queue.deliverDue()
  const limit = rateLimiter(now, { calls: callsPerSecond, seconds: 1 })
  const shell: Emulator = openShell(vendor, { endpoint, limit, settle })
  const { fetch, listen, fault, close, writes } = shell
  return {
    ...{ fetch, listen, fault, close, settle, ...outside(vendor) },
    get url() {
      return shell.url
    },
    events: queue.events,
    webhooks: queue.requests,
    sign(body, mode = 'test') {
      const at = now()
      const headers = paymongoSigner(webhookSecret, mode)({ id: '', body, at })
      return { headers, body, receivedAt: at }
    },
    book: () => bookOf(vendor, writes),
  }
}

function openBooks(
  base: Pick<Vendor, 'now' | 'pageUrl' | 'enabled'>,
  emit: Deliveries<unknown>['emit'],
): Vendor {
  const nextId = countingIds()
  return {
    ...base,
    nextId,
    sessions: new Map(),
    payments: new Map(),
    refunds: new Map(),
    emit(type, livemode, data) {
      const id = nextId('evt')
      const created_at = Math.floor(base.now() / 1000)
      const times = { created_at, updated_at: created_at }
      const attributes = { type, livemode, data, previous_data: {}, ...times }
      emit({ id, type, data: { data: { id, type: 'event', attributes } } })
    },
  }
}

interface ShellParts {
  readonly endpoint: Endpoint
  readonly limit: RateLimiter
  readonly settle: () => Promise<void>
}

function openShell(vendor: Vendor, { endpoint, limit, settle }: ShellParts): Emulator {
  return emulator({
    url: 'https://paymongo.billwright.test',
    api: refusing({ ...apiRoutes(vendor), ...endpoint.routes }),
    pages: pageRoutes(vendor),
    authorize: (call) =>
      modeOf(call) === null ? refusal(401, 'authentication_failed') : tooMany(call, limit),
    error: refusal,
    idempotencyHeader: 'idempotency-key',
    afterwards: settle,
  })
}

function outside(vendor: Vendor): Pick<PaymongoEmulator, 'expire' | 'dispute' | 'decideDispute'> {
  const decide = (id: string, dispute: 'open' | 'won' | 'lost'): void => {
    const payment = vendor.payments.get(id)
    if (!payment) return
    payment.dispute = dispute
    const type = dispute === 'open' ? 'dispute.created' : 'dispute.resolved'
    vendor.emit(type, payment.live, showDispute(payment))
  }
  return {
    dispute: (payment) => decide(payment, 'open'),
    decideDispute: decide,
    expire(pageUrl) {
      const session = vendor.sessions.get(new URL(pageUrl).pathname.replace('/checkout/', ''))
      if (session) expire(vendor, session)
    },
  }
}
