/** The options of the Paystack gateway, checked when it is made and never again. */
import type { GatewayCapabilities } from 'billwright'
import type { Renewals } from 'billwright/core'
import { gatewayConfigError } from 'billwright'
import { capabilitiesWith, type XofExponent } from './capabilities.ts'
import { type Connection, type ConnectionOptions, checkConnection, modeOf } from './connection.ts'

export interface PaystackOptions extends ConnectionOptions {
  /** `pk_test_…` or `pk_live_…` of the same mode: pages carry it for the popup. Default: none. */
  readonly publicKey?: string
  /** Older or newer secret keys whose signature is believed while a key is replaced. Default: none. */
  readonly webhookSecrets?: readonly string[]
  /** Who owns the renewal clock. Default and only `billwright`: Paystack's own plans are too few. */
  readonly renewals?: Renewals
  /** What every reference begins with: 2 to 12 letters and digits. Default `bw`. */
  readonly prefix?: string
  /** The currency in which another card is checked with the smallest charge. Default `NGN`. */
  readonly cardCheckCurrency?: string
  /**
   * How many decimals Paystack gives an amount in XOF: 2 by its documentation, 0 by its API description.
   * Default: not said, and XOF is refused. Confirm it with a real payment.
   */
  readonly xofExponent?: XofExponent
  /** What the app calls it. Default `paystack`. */
  readonly name?: string
}

export interface Settings extends Connection {
  readonly name: string
  readonly publicKey: string | null
  readonly webhookKeys: readonly Uint8Array<ArrayBuffer>[]
  readonly prefix: string
  readonly cardCheckCurrency: string
  readonly xof: XofExponent | null
  readonly capabilities: GatewayCapabilities
}

/** Settings from options; each mistake is a `config` error that names its option. */
export function checkOptions(options: PaystackOptions): Settings {
  const { webhookSecrets = [], name = 'paystack', prefix = 'bw' } = options
  const { cardCheckCurrency = 'NGN', renewals = 'billwright', publicKey = null } = options
  const xof = options.xofExponent ?? null
  if (xof !== null && xof !== 0 && xof !== 2)
    throw gatewayConfigError(name, 'xofExponent', 'must be 0 or 2.')
  const capabilities = capabilitiesWith(xof)
  const connection = checkConnection(name, options)
  const { secretKey, mode } = connection
  if (renewals !== 'billwright')
    throw gatewayConfigError(name, 'renewals', "must be 'billwright': its own plans are not used.")
  if (!/^[A-Za-z0-9]{2,12}$/.test(prefix))
    throw gatewayConfigError(name, 'prefix', 'must be 2 to 12 letters and digits.')
  if (capabilities.minimum[cardCheckCurrency] === undefined)
    throw gatewayConfigError(name, 'cardCheckCurrency', 'must be a currency that Paystack takes.')
  if (webhookSecrets.some((each) => modeOf(each) !== mode))
    throw gatewayConfigError(name, 'webhookSecrets', 'must be secret keys of the same mode.')
  if (publicKey !== null && !new RegExp(`^pk_${mode}_\\w{8,}$`).test(publicKey))
    throw gatewayConfigError(name, 'publicKey', `must be pk_${mode}_…, of the secret key's mode.`)
  const encoder = new TextEncoder()
  return {
    ...{ ...connection, name, prefix, cardCheckCurrency, publicKey, xof, capabilities },
    webhookKeys: [secretKey, ...webhookSecrets].map((each) => encoder.encode(each)),
  }
}
