/** A payment provider of our own invention that runs on your machine and takes no real money. */

import type { Instant } from 'billwright/core'
import type { WireEvent } from '../wire.ts'
import type { Vendor } from './vendor.ts'
import { type Clock, systemClock, type WebhookRequest } from 'billwright'
import {
  type Book,
  type Call,
  deliveries,
  type EmulatedEvent,
  type Emulator,
  emulator,
  standardWebhookSigner,
} from 'billwright/testing'
import { modeOf, refusal, refusing } from './access.ts'
import { bookOf } from './book.ts'
import { catchUp } from './catch-up.ts'
import { lookUpRoutes } from './look-up-routes.ts'
import { moneyRoutes } from './money-routes.ts'
import { openBooks } from './open-books.ts'
import { type Outside, outside } from './outside.ts'
import { pageApiRoutes } from './page-api-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { subscriptionRoutes } from './subscription-routes.ts'

export interface SandboxEmulatorOptions {
  /** Default: the machine's. Share a test clock with the app and move both at once. */
  readonly clock?: Clock
  /** Where webhooks go. Without it they are only kept. */
  readonly webhookUrl?: string
  /** `whsec_` and base64. Default `SANDBOX_WEBHOOK_SECRET`. */
  readonly webhookSecret?: string
  /** Carries a webhook. Default: the platform's fetch. */
  readonly deliver?: (request: Request) => Promise<Response>
}

/** The webhook secret of an emulator that was given none. */
export const SANDBOX_WEBHOOK_SECRET = 'whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3g='

export interface SandboxEmulator
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
  /** Signs any body as this vendor would, now. */
  sign(body: Uint8Array, id?: string): WebhookRequest
  /** The vendor's view of the money. */
  book(): Book
}

/**
 * Starts an emulator with empty books. It answers through `fetch` at once and over HTTP after
 * `listen`. Throws a `config` error `emulator_in_production` where `NODE_ENV=production`.
 */
export function sandboxEmulator(options: SandboxEmulatorOptions = {}): SandboxEmulator {
  const { clock = systemClock, webhookSecret = SANDBOX_WEBHOOK_SECRET } = options
  const sign = standardWebhookSigner(webhookSecret)
  let past: Instant | null = null
  const now = () => past ?? clock.now()
  const queue = deliveries<WireEvent>({ ...options, now, sign })
  const pageUrl = (page: string): string => `${shell.url}/pay/${page}`
  const vendor = openBooks({ now, pageUrl, emit: queue.emit })
  const settle = () => queue.deliverDue()
  const lookUps = { events: queue.events, keys: () => shell.keys, isLive }
  const shell: Emulator = openShell(vendor, settle, lookUpRoutes(vendor, lookUps))
  const { fetch, listen, fault, close, writes } = shell
  return {
    ...{ fetch, listen, fault, close, settle, ...outside(vendor) },
    get url() {
      return shell.url
    },
    events: queue.events,
    async advance() {
      try {
        catchUp(vendor, clock.now(), (time) => {
          past = time
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

function openShell(
  vendor: Vendor,
  afterwards: () => Promise<void>,
  lookUps: ReturnType<typeof lookUpRoutes>,
): Emulator {
  return emulator({
    url: 'https://sandbox.billwright.test',
    api: refusing({
      ...moneyRoutes(vendor, isLive),
      ...pageApiRoutes(vendor, isLive),
      ...subscriptionRoutes(vendor, isLive),
      ...lookUps,
    }),
    pages: pageRoutes(vendor),
    authorize: (call) => (modeOf(call) === null ? refusal(401, 'key_invalid') : null),
    error: refusal,
    idempotencyHeader: 'idempotency-key',
    afterwards,
  })
}

function isLive(call: Call): boolean {
  return modeOf(call) === 'live'
}
