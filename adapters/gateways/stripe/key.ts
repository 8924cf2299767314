/** Idempotency keys in Stripe's alphabet and length. */

const MAX = 255

/**
 * The key of a call: the effect's own, and which of its calls it is. One that is too long is
 * shortened by a hash, so that two never become one.
 */
export async function keyOf(effect: string, step = ''): Promise<string> {
  const key = encodeURIComponent(effect) + (step === '' ? '' : `~${step}`)
  if (key.length <= MAX) return key
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'))
  return `${key.slice(0, MAX - 66).replace(/%[\dA-F]?$/, '')}~${hash.join('')}`
}
