/** Standard Webhooks, version 1: how several vendors sign, read strictly and before any parsing. */
import { gatewayConfigError, type WebhookRequest } from '../gateway.ts'
import { assertRecent, assertSigned, webhookHeader } from './webhook-signature.ts'

/**
 * The keys of `whsec_…` secrets, for a gateway to make once. Throws a `config` error that names
 * `webhookSecret`: an empty one would make every forged webhook authentic.
 */
export function standardWebhookKeys(
  gateway: string,
  secret: string | readonly string[],
): readonly Uint8Array<ArrayBuffer>[] {
  const secrets = typeof secret === 'string' || secret === undefined ? [secret] : secret
  if (secrets.length === 0) throw gatewayConfigError(gateway, 'webhookSecret', 'is missing.')
  return secrets.map((each) => keyOf(gateway, each))
}

/**
 * The id of a webhook, once one of its `v1` signatures was made with one of the keys, over the raw
 * bytes and within 5 minutes. Throws `invalid_signature` otherwise.
 */
export async function verifyStandardWebhook(
  gateway: string,
  keys: readonly Uint8Array<ArrayBuffer>[],
  request: WebhookRequest,
): Promise<string> {
  const id = webhookHeader(gateway, request, 'webhook-id')
  const timestamp = webhookHeader(gateway, request, 'webhook-timestamp')
  const listed = webhookHeader(gateway, request, 'webhook-signature').split(' ')
  assertRecent(gateway, timestamp, request)
  // One of another version is as good as none.
  const signatures = listed.map((each) => (each.startsWith('v1,') ? each.slice(3) : ''))
  const message = [`${id}.${timestamp}.`, request.body]
  await assertSigned(gateway, { hash: 'SHA-256', keys, message, signatures, encoding: 'base64' })
  return id
}

function keyOf(gateway: string, secret: unknown): Uint8Array<ArrayBuffer> {
  const wrong = (what: string) => gatewayConfigError(gateway, 'webhookSecret', what)
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
