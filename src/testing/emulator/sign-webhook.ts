/** How vendors sign what they deliver. */
import type { Instant } from '../../core/index.ts'
import { hmac } from './hmac.ts'

/** What is signed: one event on its way out at `at`. */
export interface Outgoing {
  readonly id: string
  readonly body: Uint8Array
  readonly at: Instant
}

/** The headers that make a delivery authentic. */
export type WebhookSigner = (outgoing: Outgoing) => Readonly<Record<string, string>>

/**
 * Standard Webhooks, version 1: `webhook-id`, `webhook-timestamp` in seconds and `webhook-signature`
 * with `v1,base64(hmac_sha256(id.timestamp.body))`. `secret` is base64, with `whsec_` or without.
 */
export function standardWebhookSigner(secret: string): WebhookSigner {
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (one) => one.charCodeAt(0))
  return ({ id, body, at }) => {
    const timestamp = String(Math.floor(at / 1000))
    const message = concat(new TextEncoder().encode(`${id}.${timestamp}.`), body)
    const signature = hmac({ hash: 'sha256', key, message, encoding: 'base64' })
    return {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
