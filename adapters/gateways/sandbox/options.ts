/** The options of the sandbox gateway, checked when it is made and never again. */

import type { Renewals } from 'billwright/core'
import type { SandboxEmulator } from './emulator/sandbox-emulator.ts'
import { gatewayConfigError } from 'billwright'

export interface SandboxOptions {
  /** `sk_test_…` or `sk_live_…`: it also says which mode events must have. */
  readonly secretKey: string
  /** `whsec_` and base64 of at least 16 bytes; several while one is being replaced. */
  readonly webhookSecret: string | readonly string[]
  /** Default: the emulator's address. */
  readonly baseUrl?: string
  /** Default: the emulator's, else the platform's. */
  readonly fetch?: typeof fetch
  /** Who owns the renewal clock. Default `billwright`. */
  readonly renewals?: Renewals
  /** What the app calls it. Default `sandbox`. */
  readonly name?: string
  /** Talks to this emulator without a network. */
  readonly emulator?: Pick<SandboxEmulator, 'fetch' | 'url'>
}

export interface Settings {
  readonly name: string
  readonly secretKey: string
  readonly mode: 'live' | 'test'
  readonly webhookKeys: readonly Uint8Array<ArrayBuffer>[]
  readonly baseUrl: () => string
  readonly fetch: typeof fetch
  readonly renewals: Renewals
}

/** Settings from options; each mistake is a `config` error that names its option. */
export function checkOptions(options: SandboxOptions): Settings {
  const { secretKey, webhookSecret, emulator, renewals = 'billwright', name = 'sandbox' } = options
  const mode = /^sk_(live|test)_\w{8,}$/.exec(secretKey ?? '')?.[1]
  if (mode !== 'live' && mode !== 'test')
    throw gatewayConfigError(name, 'secretKey', 'must be sk_test_… or sk_live_….')
  if (renewals !== 'billwright' && renewals !== 'gateway')
    throw gatewayConfigError(name, 'renewals', "must be 'billwright' or 'gateway'.")
  return {
    name,
    secretKey,
    mode,
    webhookKeys: webhookKeys(name, webhookSecret),
    baseUrl: baseUrl(name, options.baseUrl, emulator),
    fetch: options.fetch ?? emulator?.fetch ?? fetch,
    renewals,
  }
}

function webhookKeys(
  name: string,
  secret: SandboxOptions['webhookSecret'],
): readonly Uint8Array<ArrayBuffer>[] {
  const secrets = Array.isArray(secret) ? secret : [secret]
  if (secrets.length === 0) throw gatewayConfigError(name, 'webhookSecret', 'is missing.')
  return secrets.map((each) => webhookKey(name, each))
}

/** The key of one secret. An empty one would make every forged webhook authentic. */
function webhookKey(name: string, secret: unknown): Uint8Array<ArrayBuffer> {
  const wrong = (what: string) => gatewayConfigError(name, 'webhookSecret', what)
  if (typeof secret !== 'string' || secret.trim() === '') throw wrong('is missing.')
  if (secret !== secret.trim()) throw wrong('begins or ends with white space.')
  const encoded = secret.replace(/^whsec_/, '')
  if (encoded === '') throw wrong('is only its prefix.')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 === 1)
    throw wrong('must be whsec_ and base64.')
  const key = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
  if (key.length < 16) throw wrong('is shorter than 16 bytes.')
  return key
}

function baseUrl(
  name: string,
  given: string | undefined,
  emulator: SandboxOptions['emulator'],
): () => string {
  if (given === undefined && emulator) return () => emulator.url
  if (given === undefined) throw gatewayConfigError(name, 'baseUrl', 'or emulator is missing.')
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw gatewayConfigError(name, 'baseUrl', 'must be an http or https address.')
  const base = given.replace(/\/+$/, '')
  return () => base
}
