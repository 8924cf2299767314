/** The options of the Dodo Payments gateway, checked when it is made and never again. */

import type { Renewals } from 'billwright/core'
import type { DodoPayments } from 'dodopayments'
import { gatewayConfigError } from 'billwright'
import { standardWebhookKeys } from 'billwright/vendor'
import { type DodoAddOn, type DodoProduct, type ProductTable, productTable } from './products.ts'

export interface DodoOptions {
  /** The API key. Not needed beside `client`. */
  readonly secretKey?: string
  /** `whsec_…` of the webhook endpoint; several while one is being replaced. */
  readonly webhookSecret: string | readonly string[]
  /** Default: Dodo's address for the mode. */
  readonly baseUrl?: string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** Your own client of the `dodopayments` package, instead of key, address and fetch. */
  readonly client?: DodoPayments
  /** Dodo owns the renewal clock: `gateway` is all there is, and the default. */
  readonly renewals?: Renewals
  /** Keys do not tell the mode, and the two share nothing. */
  readonly mode: 'live' | 'test'
  /** Which product is which plan: `npx billwright push` prints them. Empty until then: nothing is sold. */
  readonly products: readonly DodoProduct[]
  /** Default: none. */
  readonly addOns?: readonly DodoAddOn[]
  /** `bus_…`: webhooks of another business are quarantined. Default: not checked. */
  readonly businessId?: string
  /** Milliseconds until a call is given up. Default 20 000. */
  readonly timeoutMs?: number
  /** What the app calls it. Default `dodo`. */
  readonly name?: string
}

export interface Settings {
  readonly name: string
  readonly mode: 'live' | 'test'
  readonly webhookKeys: readonly Uint8Array<ArrayBuffer>[]
  readonly businessId: string | null
  readonly products: ProductTable
  readonly timeoutMs: number
  readonly connect: DodoPayments | Connection
}

/** How a client is made when the first call needs one. */
export interface Connection {
  readonly secretKey: string
  readonly baseUrl: string
  readonly fetch: typeof fetch
}

const ADDRESSES = { live: 'https://live.dodopayments.com', test: 'https://test.dodopayments.com' }

/** Settings from options; each mistake is a `config` error that names its option. */
export function checkOptions(options: DodoOptions): Settings {
  const { webhookSecret, mode, renewals = 'gateway', name = 'dodo', timeoutMs = 20_000 } = options
  if (mode !== 'live' && mode !== 'test')
    throw gatewayConfigError(name, 'mode', "must be 'live' or 'test'.")
  if (renewals !== 'gateway')
    throw gatewayConfigError(name, 'renewals', "must be 'gateway': Dodo owns the clock.")
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1)
    throw gatewayConfigError(name, 'timeoutMs', 'must be a number of milliseconds.')
  return {
    name,
    mode,
    webhookKeys: standardWebhookKeys(name, webhookSecret),
    businessId: options.businessId ?? null,
    products: productTable(name, options),
    timeoutMs,
    connect: options.client ?? connection(name, options),
  }
}

function connection(name: string, options: DodoOptions): Connection {
  const { secretKey = '', mode, baseUrl = ADDRESSES[mode] } = options
  if (secretKey.trim().length < 8 || secretKey !== secretKey.trim())
    throw gatewayConfigError(name, 'secretKey', 'is missing, too short or has white space around.')
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw gatewayConfigError(name, 'baseUrl', 'must be an http or https address.')
  return { secretKey, baseUrl: baseUrl.replace(/\/+$/, ''), fetch: options.fetch ?? fetch }
}
