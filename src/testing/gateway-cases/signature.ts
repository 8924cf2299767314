/** A webhook taken apart: which headers its signature lives in, and how to spoil it. */
import type { Gateway, WebhookRequest } from '../../gateway.ts'
import type { Shop } from './shop.ts'
import { BillingError } from '../../errors.ts'
import { errorOf, holds, same } from './check.ts'
import { assertNoSecret } from './no-secret.ts'

/** The first genuine webhook of a customer who bought something. */
export async function genuineWebhook(shop: Shop): Promise<WebhookRequest> {
  await shop.buy()
  const [request] = shop.stage.webhooks()
  holds('the vendor makes webhooks', request !== undefined, request)
  return request
}

/** The headers without which the webhook is not authentic. */
export async function signatureHeaders(
  gateway: Gateway,
  request: WebhookRequest,
): Promise<readonly string[]> {
  const needed: string[] = []
  for (const name of Object.keys(request.headers))
    if (!(await isAccepted(gateway, without(request, name)))) needed.push(name)
  holds('a webhook is signed in its headers', needed.length > 0, Object.keys(request.headers))
  return needed
}

export async function isAccepted(gateway: Gateway, request: WebhookRequest): Promise<boolean> {
  try {
    await gateway.receive(request)
    return true
  } catch (error) {
    if (BillingError.isInstance(error) && error.code === 'invalid_signature') return false
    throw error
  }
}

/** It is refused as not authentic, in so many words. */
export async function assertRefused(
  shop: Shop,
  what: string,
  request: WebhookRequest,
): Promise<void> {
  const error = await errorOf(what, () => shop.gateway.receive(request))
  same(`the code of ${what}`, error.code, 'invalid_signature')
  same(`the kind of ${what}`, error.kind, 'request')
  assertNoSecret(what, error, shop.stage.secrets)
}

export function without(request: WebhookRequest, name: string): WebhookRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([header]) => header !== name),
  )
  return { ...request, headers }
}

export function withHeader(request: WebhookRequest, name: string, value: string): WebhookRequest {
  return { ...request, headers: { ...request.headers, [name]: value } }
}

/** One bit of the body turned over. */
export function flipBody(request: WebhookRequest, bit: number): WebhookRequest {
  const body = Uint8Array.from(request.body)
  body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return { ...request, body }
}

/** One bit of a header turned over. */
export function flipHeader(request: WebhookRequest, name: string, bit: number): WebhookRequest {
  const value = request.headers[name] ?? ''
  const at = bit >> 3
  const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << (bit & 7)))
  return withHeader(request, name, value.slice(0, at) + flipped + value.slice(at + 1))
}

/** So many bits, spread over `length` bytes, the first and the last among them. */
export function sampleBits(length: number, count: number): readonly number[] {
  const bits = length * 8
  const step = (bits - 1) / (count - 1)
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round(i * step)))]
}

/** What somebody without the secret would write: the same alphabet and length, another value. */
export function madeUp(signature: string): string {
  return signature.replaceAll(/[0-9a-zA-Z+/_-]{32,}/g, (mac) => mac.slice(7) + mac.slice(0, 7))
}
