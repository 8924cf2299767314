/**
 * What every signed webhook is checked for, whatever its vendor writes into which header: each header
 * once, a time near ours, and a code over the raw bytes that was made with one of our secrets.
 */
import { invalidSignature, type WebhookRequest } from '../gateway.ts'
import { nodeCrypto } from '../node-crypto.ts'

export interface SignedMessage {
  readonly hash: 'SHA-256' | 'SHA-512'
  /** Several while a secret is being replaced. */
  readonly keys: readonly Uint8Array<ArrayBuffer>[]
  /** The bytes that were signed, in pieces. */
  readonly message: readonly (string | Uint8Array)[]
  /** The codes that the webhook carries, as text; one that is right makes it authentic. */
  readonly signatures: readonly string[]
  readonly encoding: 'hex' | 'base64'
}

/** Seconds that the sender's clock and ours may differ, either way. */
const TOLERANCE_SECONDS = 300
const MAX_SIGNATURES = 16
const MAX_HEADER = 8192

/** The value of a header. Throws `invalid_signature` where it is missing, too long or sent twice. */
export function webhookHeader(
  gateway: string,
  { headers }: Pick<WebhookRequest, 'headers'>,
  name: string,
): string {
  const value: unknown = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (typeof value !== 'string' || value === '') throw invalidSignature(gateway, `${name}_missing`)
  // Sent twice: somebody added one to a request that was not theirs.
  if (value.includes(', ')) throw invalidSignature(gateway, `${name}_repeated`)
  if (value.length > MAX_HEADER) throw invalidSignature(gateway, `${name}_too_long`)
  return value
}

/**
 * Throws `invalid_signature` unless `timestamp`, in seconds, lies within `tolerance` seconds of the
 * arrival, either way. Default 5 minutes; more for a vendor that sends again what it signed before.
 */
export function assertRecent(
  gateway: string,
  timestamp: string,
  { receivedAt }: Pick<WebhookRequest, 'receivedAt'>,
  tolerance = TOLERANCE_SECONDS,
): void {
  if (!/^[1-9]\d{0,10}$/.test(timestamp)) throw invalidSignature(gateway, 'timestamp_malformed')
  const apart = Math.abs(Number(timestamp) - Math.floor(receivedAt / 1000))
  if (apart > tolerance) throw invalidSignature(gateway, 'timestamp_outside_window')
}

/** Throws `invalid_signature` unless one of the signatures was made with one of the keys. */
export async function assertSigned(gateway: string, signed: SignedMessage): Promise<void> {
  const { keys, signatures } = signed
  if (signatures.length > MAX_SIGNATURES) throw invalidSignature(gateway, 'too_many_signatures')
  let authentic = false
  for (const key of keys) {
    const expected = await codeOf(signed, key)
    for (const signature of signatures) authentic = isEqual(signature, expected) || authentic
  }
  if (!authentic) throw invalidSignature(gateway, 'no_signature_matches')
}

/** The code that the message has with a key, as text. */
async function codeOf(
  { hash, message, encoding }: SignedMessage,
  key: Uint8Array<ArrayBuffer>,
): Promise<string> {
  if (nodeCrypto) {
    const code = nodeCrypto.createHmac(hash.replace('-', ''), key)
    for (const piece of message) code.update(piece)
    return code.digest(encoding)
  }
  const code = await crypto.subtle.sign('HMAC', await imported(key, hash), joined(message))
  return encoded(new Uint8Array(code), encoding)
}

function joined(pieces: SignedMessage['message']): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const parts = pieces.map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece))
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

type Imported = ReturnType<typeof crypto.subtle.importKey>

/** Importing costs as much as signing: each key is imported once. */
const importedKeys = {
  'SHA-256': new WeakMap<Uint8Array, Imported>(),
  'SHA-512': new WeakMap<Uint8Array, Imported>(),
} as const

function imported(key: Uint8Array<ArrayBuffer>, hash: SignedMessage['hash']): Imported {
  const known = importedKeys[hash].get(key)
  if (known) return known
  const made = crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign'])
  importedKeys[hash].set(key, made)
  return made
}

function encoded(code: Uint8Array, encoding: SignedMessage['encoding']): string {
  if (encoding === 'base64') return btoa(String.fromCharCode(...code))
  return Array.from(code, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Takes the same time wherever two texts of one length differ. */
function isEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i += 1)
    difference |= given.charCodeAt(i) ^ expected.charCodeAt(i)
  return difference === 0
}
