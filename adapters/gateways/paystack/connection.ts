/** The options that say how Paystack is reached: with a secret key, or through the app's own client. */
import type { PaystackClient } from './send-client.ts'
import { gatewayConfigError } from 'billwright'

export interface ConnectionOptions {
  /**
   * `sk_test_…` or `sk_live_…`: it also says which mode events must have, and signs webhooks.
   * Default the key of `client`; one of both must be given.
   */
  readonly secretKey?: string
  /** Your own instance of the `paystack-api` package, instead of `secretKey`, `baseUrl` and `fetch`. */
  readonly client?: PaystackClient
  /** Default `https://api.paystack.co`. */
  readonly baseUrl?: string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
}

export interface Connection {
  readonly secretKey: string
  readonly mode: 'live' | 'test'
  readonly baseUrl: string
  readonly fetch: typeof fetch
  readonly client: PaystackClient | null
}

/** A checked connection; each mistake is a `config` error that names its option. */
export function checkConnection(name: string, options: ConnectionOptions): Connection {
  const { client = null } = options
  if (client !== null) checkClient(name, client, options)
  const secretKey = options.secretKey ?? client?.key
  const mode = modeOf(secretKey)
  if (secretKey === undefined || mode === null)
    throw gatewayConfigError(name, 'secretKey', 'must be sk_test_… or sk_live_….')
  const baseUrl = checkBaseUrl(name, options.baseUrl)
  return { secretKey, mode, baseUrl, fetch: options.fetch ?? fetch, client }
}

/** The mode that a secret key is of, or `null` for none. */
export function modeOf(key: unknown): Connection['mode'] | null {
  const mode = typeof key === 'string' ? /^sk_(live|test)_\w{8,}$/.exec(key)?.[1] : null
  return mode === 'live' || mode === 'test' ? mode : null
}

function checkClient(name: string, client: PaystackClient, options: ConnectionOptions): void {
  const wrong = (option: string, what: string) => gatewayConfigError(name, option, what)
  if (typeof client.extend !== 'function')
    throw wrong('client', 'must be an instance of paystack-api.')
  if (options.baseUrl !== undefined) throw wrong('baseUrl', 'is the endpoint of the client.')
  if (options.fetch !== undefined) throw wrong('fetch', 'is not used by a client.')
  // The client calls with its own key, so webhooks and mode must be of the same.
  const { secretKey } = options
  if (secretKey !== undefined && client.key !== undefined && secretKey !== client.key)
    throw wrong('secretKey', 'must be the key of the client.')
}

function checkBaseUrl(name: string, given = 'https://api.paystack.co'): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw gatewayConfigError(name, 'baseUrl', 'must be an http or https address.')
  return given.replace(/\/+$/, '')
}
