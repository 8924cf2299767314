/** Webhooks as Stripe signs them, and the events of the published vectors. */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BillingError, type Gateway, type WebhookRequest } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { stripe } from '../../../adapters/gateways/stripe/index.ts'

export const SECRET = 'whsec_billwright_test_secret_0001'
const SECRET_KEY = 'sk_test_12345678'
export const NOW = instant('2026-10-31T00:00:10Z')

export interface Vectors {
  readonly signing: {
    readonly vectors: readonly {
      readonly event: string
      readonly secret: string
      readonly timestamp: number
      readonly header: string
    }[]
  }
  readonly events: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export function vectors(): Vectors {
  const url = new URL('../../vectors/stripe-webhooks.json', import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

export function gatewayWith(webhookSecret: string | readonly string[] = SECRET): Gateway {
  return stripe({ secretKey: SECRET_KEY, webhookSecret })
}

export const bytes = (text: string) => new TextEncoder().encode(text)

/** A body signed as Stripe does, with the secret as it is. */
export function signed(
  body: string | Uint8Array,
  { secret = SECRET, at = NOW }: { readonly secret?: string; readonly at?: Instant } = {},
): WebhookRequest {
  const raw = typeof body === 'string' ? bytes(body) : body
  const t = Math.floor(at / 1000)
  const v1 = createHmac('sha256', secret).update(`${t}.`).update(raw).digest('hex')
  return { headers: { 'stripe-signature': `t=${t},v1=${v1}` }, body: raw, receivedAt: at }
}

/** `accepted`, or the code of the refusal; anything else that is thrown fails the test. */
export async function verdict(gateway: Gateway, request: WebhookRequest): Promise<string> {
  try {
    await gateway.receive(request)
    return 'accepted'
  } catch (error) {
    if (!BillingError.isInstance(error) || error.kind !== 'request') throw error
    return error.code
  }
}
