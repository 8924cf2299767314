/** A stand-in for Paystack that runs on your machine and takes no real money. */
import type { WebhookRequest } from 'billwright'
import type { Vendor } from './vendor.ts'
import { type Clock, systemClock } from 'billwright'
import {
  type Book,
  countingIds,
  deliveries,
  type EmulatedEvent,
  type Emulator,
  emulator,
  hmac,
  rateLimiter,
  type WebhookSigner,
} from 'billwright/testing'
import { asVendor, onlyKey, refusal, tooMany } from './access.ts'
import { bookOf } from './book.ts'
import { moneyRoutes } from './money-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { showDispute } from './render.ts'

export interface PaystackEmulatorOptions {
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>
  /** The only key it takes; it says the mode and signs webhooks. Default `PAYSTACK_EMULATOR_KEY`. */
  readonly secretKey?: string
  /** Where events are delivered; without it they are only kept. */
  readonly webhookUrl?: string
  /** Carries a delivery. Default: the platform's fetch. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** Calls per minute. Default Paystack's: 100 in test mode, 600 live. */
  readonly callsPerMinute?: number
}

/** The secret key of an emulator that was given none. */
export const PAYSTACK_EMULATOR_KEY = 'sk_test_emulated0000000000'

interface PaystackEvent {
  readonly event: string
  readonly data: unknown
}

export interface PaystackEmulator
  extends Pick<Emulator, 'fetch' | 'listen' | 'url' | 'fault' | 'close'> {
  /** Everything it told, with the attempts to deliver it. */
  readonly events: readonly EmulatedEvent<PaystackEvent>[]
  /** Delivers the webhooks that are due. */
  settle(): Promise<void>
  /** Every webhook so far as it would arrive at its own time, signed, oldest first. */
  webhooks(): readonly WebhookRequest[]
  /** Signs any body as this vendor would, now. */
  sign(body: Uint8Array): WebhookRequest
  /** A bank disputes the payment of a reference, and decides. */
  dispute(reference: string): void
  decideDispute(reference: string, outcome: 'won' | 'lost'): void
  /** The vendor's view of the money. */
  book(): Book
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Milliseconds between attempts to deliver: live every 3 minutes at first, then hourly to 72 h. */
const RETRY_AFTER = {
  live: [...Array(4).fill(3 * MINUTE), ...Array(72).fill(HOUR)],
  test: Array(10).fill(HOUR),
}

/**
 * Starts an emulator with empty books. It answers through `fetch` at once and over HTTP after
 * `listen`. Throws a `config` error `emulator_in_production` where `NODE_ENV=production`.
 */
export function paystackEmulator(options: PaystackEmulatorOptions = {}): PaystackEmulator {
  const { clock = systemClock, secretKey = PAYSTACK_EMULATOR_KEY } = options
  const domain = secretKey.startsWith('sk_live_') ? 'live' : 'test'
  const { callsPerMinute = domain === 'live' ? 600 : 100 } = options
  const now = () => clock.now()
  const sign = signer(secretKey)
  const retryAfter = RETRY_AFTER[domain]
  const queue = deliveries<PaystackEvent>({ ...options, now, sign, retryAfter })
  const vendor = openBooks({
    ...{ now, domain },
    pageUrl: (code) => `${shell.url}/pay/${code}`,
    emit: (event, data) =>
      queue.emit({ id: vendor.nextId('evt'), type: event, data: { event, data } }),
  })
  const settle = () => queue.deliverDue()
  const limit = rateLimiter(now, { calls: callsPerMinute, seconds: 60 })
  const shell: Emulator = emulator({
    url: 'https://paystack.billwright.test',
    api: asVendor(moneyRoutes(vendor)),
    pages: pageRoutes(vendor),
    authorize: (call) => onlyKey(secretKey)(call) ?? tooMany(call, limit),
    error: refusal,
    idempotencyHeader: null,
    afterwards: settle,
  })
  const { fetch, listen, fault, close, writes } = shell
  return {
    ...{ fetch, listen, fault, close, settle, ...disputes(vendor) },
    get url() {
      return shell.url
    },
    events: queue.events,
    webhooks: queue.requests,
    sign(body) {
      const at = now()
      return { headers: sign({ id: '', body, at }), body, receivedAt: at }
    },
    book: () => bookOf(vendor, writes),
  }
}

function signer(secretKey: string): WebhookSigner {
  const key = new TextEncoder().encode(secretKey)
  return ({ body: message }) => ({
    'x-paystack-signature': hmac({ hash: 'sha512', key, message, encoding: 'hex' }),
  })
}

type Outward = Pick<Vendor, 'now' | 'domain' | 'pageUrl' | 'emit'>

function openBooks(outward: Outward): Vendor {
  let last = 4_099_000_000
  return {
    ...outward,
    nextId: countingIds(),
    nextNumber() {
      last += 1
      return last
    },
    customers: new Map(),
    authorizations: new Map(),
    transactions: new Map(),
    refunds: [],
    disputes: [],
  }
}

function disputes(vendor: Vendor): Pick<PaystackEmulator, 'dispute' | 'decideDispute'> {
  return {
    dispute(reference) {
      const transaction = vendor.transactions.get(reference)
      if (!transaction) throw new RangeError(`No transaction ${reference}`)
      const about = { id: vendor.nextNumber(), transaction, at: vendor.now() }
      const made = { ...about, status: 'awaiting-merchant-feedback', resolution: null } as const
      vendor.disputes.push(made)
      vendor.emit('charge.dispute.create', showDispute(vendor, made))
    },
    decideDispute(reference, outcome) {
      const made = vendor.disputes.find(({ transaction }) => transaction.reference === reference)
      if (!made) throw new RangeError(`No dispute of ${reference}`)
      made.status = 'resolved'
      made.resolution = outcome === 'lost' ? 'merchant-accepted' : 'declined'
      vendor.emit('charge.dispute.resolve', showDispute(vendor, made))
    },
  }
}
