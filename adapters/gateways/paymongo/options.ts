/** The options of the PayMongo gateway, checked when it is made and never again. */

import type { PaymongoEmulator } from './emulator/paymongo-emulator.ts'
import { gatewayConfigError } from 'billwright'
import { PAYMENT_METHODS, type PaymongoPaymentMethod } from './payment-methods.ts'

export interface PaymongoOptions {
  /** `sk_test_…` or `sk_live_…`: it also says which mode events must have. */
  readonly secretKey: string
  /** `whsk_…` of each endpoint that delivers here; several while one is being replaced. */
  readonly webhookSecret: string | readonly string[]
  /** Default `https://api.paymongo.com`, or the emulator's address. Without a version. */
  readonly baseUrl?: string
  /** Default: the emulator's, else the platform's. */
  readonly fetch?: typeof fetch
  /** Only `billwright`, the default: the vendor's own subscriptions are not supported. */
  readonly renewals?: 'billwright'
  /** What the app calls it. Default `paymongo`. */
  readonly name?: string
  /**
   * The methods a page offers, each enabled for the account: PayMongo refuses a page with one that is
   * not. Default `card`, `gcash`, `paymaya`.
   */
  readonly paymentMethods?: readonly PaymongoPaymentMethod[]
  /**
   * Where the page of a renewal leads back to, paid or not: it is opened without anybody's browser,
   * which could name an address. Also for a change that names none. Default: nowhere.
   */
  readonly returnUrl?: string
  /** Talks to this emulator without a network. */
  readonly emulator?: Pick<PaymongoEmulator, 'fetch' | 'url'>
}

export interface Settings {
  readonly name: string
  readonly secretKey: string
  readonly mode: 'live' | 'test'
  readonly webhookKeys: readonly Uint8Array<ArrayBuffer>[]
  readonly baseUrl: () => string
  readonly fetch: typeof fetch
  readonly paymentMethods: readonly PaymongoPaymentMethod[]
  readonly returnUrl: string | null
}

const DEFAULT_METHODS = ['card', 'gcash', 'paymaya'] as const

/** Settings from options; each mistake is a `config` error that names its option. */
export function checkOptions(options: PaymongoOptions): Settings {
  const { secretKey, webhookSecret, emulator, name = 'paymongo' } = options
  const { paymentMethods = DEFAULT_METHODS, renewals = 'billwright' } = options
  const mode = /^sk_(live|test)_\w{8,}$/.exec(secretKey ?? '')?.[1]
  if (mode !== 'live' && mode !== 'test')
    throw gatewayConfigError(name, 'secretKey', 'must be sk_test_… or sk_live_….')
  if (renewals !== 'billwright')
    throw gatewayConfigError(name, 'renewals', "must be 'billwright': a page is sent each period.")
  const known = paymentMethods.every((method) => PAYMENT_METHODS.includes(method))
  if (!known || paymentMethods.length === 0)
    throw gatewayConfigError(
      name,
      'paymentMethods',
      `must be some of ${PAYMENT_METHODS.join(', ')}.`,
    )
  const { returnUrl = null } = options
  if (returnUrl !== null && !isWebAddress(returnUrl))
    throw gatewayConfigError(name, 'returnUrl', 'must be an http or https address.')
  return {
    ...{ name, secretKey, mode, paymentMethods, returnUrl },
    webhookKeys: webhookKeys(name, webhookSecret),
    baseUrl: baseUrl(name, options.baseUrl, emulator),
    fetch: options.fetch ?? emulator?.fetch ?? fetch,
  }
}

function webhookKeys(
  name: string,
  secret: PaymongoOptions['webhookSecret'],
): readonly Uint8Array<ArrayBuffer>[] {
  const secrets = typeof secret === 'string' || secret === undefined ? [secret] : secret
  if (secrets.length === 0) throw gatewayConfigError(name, 'webhookSecret', 'is missing.')
  return secrets.map((each) => webhookKey(name, each))
}

/** The key is the whole secret as text, prefix and all. An empty one would believe everybody. */
function webhookKey(name: string, secret: unknown): Uint8Array<ArrayBuffer> {
  const wrong = (what: string) => gatewayConfigError(name, 'webhookSecret', what)
  if (typeof secret !== 'string' || secret.trim() === '') throw wrong('is missing.')
  if (secret !== secret.trim()) throw wrong('begins or ends with white space.')
  if (/^(sk|pk)_/.test(secret)) throw wrong('is an API key; the endpoint shows its own whsk_….')
  if (!/^whsk_[\x21-\x7e]*$/.test(secret)) throw wrong('must be whsk_….')
  if (secret.length < 'whsk_'.length + 16) throw wrong('is shorter than 16 characters.')
  return new TextEncoder().encode(secret)
}

function baseUrl(
  name: string,
  given: string | undefined,
  emulator: PaymongoOptions['emulator'],
): () => string {
  if (given === undefined && emulator) return () => emulator.url
  const address = given ?? 'https://api.paymongo.com'
  if (!isWebAddress(address))
    throw gatewayConfigError(name, 'baseUrl', 'must be an http or https address.')
  const base = address.replace(/\/+$/, '')
  return () => base
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
