/** The options of the sandbox gateway, checked when it is made and never again. */

import type { Renewals } from 'billwright/core'
import type { SandboxEmulator } from './emulator/sandbox-emulator.ts'
import { gatewayConfigError } from 'billwright'
import { standardWebhookKeys } from 'billwright/vendor'

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
    webhookKeys: standardWebhookKeys(name, webhookSecret),
    baseUrl: baseUrl(name, options.baseUrl, emulator),
    fetch: options.fetch ?? emulator?.fetch ?? fetch,
    renewals,
  }
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
