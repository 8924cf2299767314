/** Message authentication codes, as vendors make them. */

export interface HmacOptions {
  readonly hash: 'sha256' | 'sha512'
  readonly key: Uint8Array
  readonly message: Uint8Array
  /** `hex` in lower case, as Stripe and Paystack write it; `base64` as Standard Webhooks does. */
  readonly encoding: 'hex' | 'base64'
}

/** The code of a message, as text. */
export function hmac({ hash, key, message, encoding }: HmacOptions): string {
  // Loaded when it is needed, so that importing this library needs no Node.
  const { createHmac } = process.getBuiltinModule('node:crypto')
  return createHmac(hash, key).update(message).digest(encoding)
}
