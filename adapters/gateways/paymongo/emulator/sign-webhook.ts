/** How PayMongo signs: the time, a dot and the body, under `te` or `li` by the event's mode. */
import { hmac, type WebhookSigner } from 'billwright/testing'

/**
 * Signs with an endpoint's secret, which is the key as it is written. Default `mode`: each event's own
 * word; a body that has none is one of test mode.
 */
export function paymongoSigner(secret: string, mode?: 'live' | 'test'): WebhookSigner {
  const encoder = new TextEncoder()
  const key = encoder.encode(secret)
  return ({ body, at }) => {
    const t = String(Math.floor(at / 1000))
    const start = encoder.encode(`${t}.`)
    const message = new Uint8Array(start.length + body.length)
    message.set(start)
    message.set(body, start.length)
    const code = hmac({ hash: 'sha256', key, message, encoding: 'hex' })
    const live = mode === undefined ? isLive(body) : mode === 'live'
    return { 'paymongo-signature': `t=${t},te=${live ? '' : code},li=${live ? code : ''}` }
  }
}

function isLive(body: Uint8Array): boolean {
  try {
    return JSON.parse(new TextDecoder().decode(body))?.data?.attributes?.livemode === true
  } catch {
    return false
  }
}
