/** The options of the Paystack gateway, checked when it is made and never again. */
import type { Renewals } from 'billwright/core'
import { gatewayConfigError } from 'billwright'
import { CAPABILITIES } from './capabilities.ts'

export interface PaystackOptions {
  /** `sk_test_…` or `sk_live_…`: it also says which mode events must have, and signs webhooks. */
  readonly secretKey: string
  /** Older or newer secret keys whose signature is believed while a key is replaced. Default: none. */
  readonly webhookSecrets?: readonly string[]
  /** Who owns the renewal clock. Default and only `billwright`: Paystack's own plans are too few. */
  readonly renewals?: Renewals
  /** What every reference begins with: 2 to 12 letters and digits. Default `bw`. */
  readonly prefix?: string
  /** The currency in which another card is checked with the smallest charge. Default `NGN`. */
  readonly cardCheckCurrency?: string
  /** Default `https://api.paystack.co`. */
  readonly baseUrl?: string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** What the app calls it. Default `paystack`. */
  readonly name?: string
}

export interface Settings {
  readonly name: string
  readonly secretKey: string
  readonly mode: 'live' | 'test'
  readonly webhookKeys: readonly Uint8Array<ArrayBuffer>[]
  readonly prefix: string
  readonly cardCheckCurrency: string
  readonly baseUrl: string
  readonly fetch: typeof fetch
}

/** Settings from options; each mistake is a `config` error that names its option. */
export function checkOptions(options: PaystackOptions): Settings {
  const { secretKey, webhookSecrets = [], name = 'paystack', prefix = 'bw' } = options
  const { cardCheckCurrency = 'NGN', renewals = 'billwright' } = options
  const mode = modeOf(secretKey)
  if (mode === null) throw gatewayConfigError(name, 'secretKey', 'must be sk_test_… or sk_live_….')
  if (renewals !== 'billwright')
    throw gatewayConfigError(name, 'renewals', "must be 'billwright': its own plans are not used.")
  if (!/^[A-Za-z0-9]{2,12}$/.test(prefix))
    throw gatewayConfigError(name, 'prefix', 'must be 2 to 12 letters and digits.')
  if (CAPABILITIES.minimum[cardCheckCurrency] === undefined)
    throw gatewayConfigError(name, 'cardCheckCurrency', 'must be a currency that Paystack takes.')
  if (webhookSecrets.some((each) => modeOf(each) !== mode))
    throw gatewayConfigError(name, 'webhookSecrets', 'must be secret keys of the same mode.')
  const encoder = new TextEncoder()
  return {
    ...{ name, secretKey, mode, prefix, cardCheckCurrency },
    webhookKeys: [secretKey, ...webhookSecrets].map((each) => encoder.encode(each)),
    baseUrl: baseUrl(name, options.baseUrl),
    fetch: options.fetch ?? fetch,
  }
}

function modeOf(key: unknown): Settings['mode'] | null {
  const mode = typeof key === 'string' ? /^sk_(live|test)_\w{8,}$/.exec(key)?.[1] : null
  return mode === 'live' || mode === 'test' ? mode : null
}

function baseUrl(name: string, given = 'https://api.paystack.co'): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw gatewayConfigError(name, 'baseUrl', 'must be an http or https address.')
  return given.replace(/\/+$/, '')
}
