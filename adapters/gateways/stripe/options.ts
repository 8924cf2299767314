/** The options of the Stripe gateway, checked when it is made and never again. */

import type { Renewals } from 'billwright/core'
import type Stripe from 'stripe'
import { gatewayConfigError } from 'billwright'

export interface StripeOptions {
  /** `sk_test_…`, `sk_live_…` or a restricted `rk_…`: it also says which mode events must have. */
  readonly secretKey: string
  /** `whsec_…` of the endpoint; several while one is being rolled. */
  readonly webhookSecret: string | readonly string[]
  /** Default `https://api.stripe.com`. An origin: no path. */
  readonly baseUrl?: string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** An instance of the `stripe` package of your own, instead of one with `secretKey`. */
  readonly client?: Stripe
  /** Who owns the renewal clock. Default `gateway`: Stripe's own subscriptions. */
  readonly renewals?: Renewals
  /** What the app calls it. Default `stripe`. */
  readonly name?: string
  /** Where pages send the customer when the app names no address. */
  readonly returnUrl?: string
  /** Lets Stripe add tax on its checkout page. Default `false`. */
  readonly automaticTax?: boolean
  /** The configuration of the customer portal that asks for another card. Default: the account's. */
  readonly portalConfiguration?: string
  /** `acct_…` of the connected account whose events are ours. Default: none is. */
  readonly account?: string
  /** Milliseconds for one call. Default 20 000. */
  readonly timeoutMs?: number
  /** Talks to this emulator without a network. */
  readonly emulator?: { readonly fetch: typeof fetch; readonly url: string }
}

export interface Settings {
  readonly name: string
  readonly secretKey: string
  readonly mode: 'live' | 'test'
  readonly webhookKeys: readonly Uint8Array<ArrayBuffer>[]
  readonly baseUrl: () => string
  readonly fetch: typeof fetch
  readonly client: Stripe | null
  readonly renewals: Renewals
  readonly returnUrl: string | null
  readonly automaticTax: boolean
  readonly portalConfiguration: string | null
  readonly account: string | null
  readonly timeoutMs: number
}

/** Settings from options; each mistake is a `config` error that names its option. */
export function checkOptions(options: StripeOptions): Settings {
  const { secretKey, emulator, renewals = 'gateway', name = 'stripe' } = options
  const wrong = (option: string, what: string) => gatewayConfigError(name, option, what)
  const mode = /^[sr]k_(live|test)_\w{8,}$/.exec(secretKey ?? '')?.[1]
  if (mode !== 'live' && mode !== 'test')
    throw wrong('secretKey', 'must be sk_test_… or sk_live_….')
  if (renewals !== 'billwright' && renewals !== 'gateway')
    throw wrong('renewals', "must be 'billwright' or 'gateway'.")
  const { timeoutMs = 20_000, returnUrl = null } = options
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1000)
    throw wrong('timeoutMs', 'must be at least 1000 milliseconds.')
  if (returnUrl !== null && !isHttp(returnUrl)) throw wrong('returnUrl', 'must be an address.')
  return {
    ...{ name, secretKey, mode, renewals, timeoutMs, returnUrl },
    webhookKeys: webhookKeys(name, options.webhookSecret),
    baseUrl: baseUrl(name, options.baseUrl, emulator),
    fetch: options.fetch ?? emulator?.fetch ?? fetch,
    client: options.client ?? null,
    automaticTax: options.automaticTax === true,
    portalConfiguration: options.portalConfiguration ?? null,
    account: options.account ?? null,
  }
}

function webhookKeys(
  name: string,
  secret: StripeOptions['webhookSecret'],
): readonly Uint8Array<ArrayBuffer>[] {
  const secrets = Array.isArray(secret) ? secret : [secret]
  if (secrets.length === 0) throw gatewayConfigError(name, 'webhookSecret', 'is missing.')
  return secrets.map((each) => webhookKey(name, each))
}

/** The key of one secret: the text as it is, its prefix included. */
function webhookKey(name: string, secret: unknown): Uint8Array<ArrayBuffer> {
  const wrong = (what: string) => gatewayConfigError(name, 'webhookSecret', what)
  if (typeof secret !== 'string' || secret.trim() === '') throw wrong('is missing.')
  if (secret !== secret.trim()) throw wrong('begins or ends with white space.')
  if (!secret.startsWith('whsec_')) throw wrong('must be whsec_….')
  if (secret === 'whsec_') throw wrong('is only its prefix.')
  if (secret.length < 22) throw wrong('is too short.')
  return new TextEncoder().encode(secret)
}

function baseUrl(
  name: string,
  given: string | undefined,
  emulator: StripeOptions['emulator'],
): () => string {
  if (given === undefined && emulator) return () => emulator.url
  const base = given ?? 'https://api.stripe.com'
  if (!isHttp(base) || new URL(base).pathname !== '/')
    throw gatewayConfigError(name, 'baseUrl', 'must be an http or https origin.')
  return () => base
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
}
