/** Bodies that nobody expects: authentic or not, they change nothing and break nothing. */
import type { WebhookRequest } from '../../gateway.ts'
import type { CaseDraft, Skipped } from './case.ts'
import type { CaseStage, Shop } from './shop.ts'
import { BillingError } from '../../errors.ts'
import { holds, same } from './check.ts'
import { genuineWebhook } from './signature.ts'

const NO_SIGN: Skipped = { skipped: 'the stage cannot sign a body of ours' }

const HOSTILE: Readonly<Record<string, string>> = {
  nothing: '',
  null: 'null',
  'a list': '[]',
  'an empty object': '{}',
  'a word': '"paid"',
  'a number': '1e999',
  'no JSON': '<html>',
  'JSON that is cut off': '{"type":"',
  'a prototype': '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  'a type that every object has': '{"type":"constructor","event":"toString","data":null}',
  'a type that is no word': '{"type":{},"event":[],"id":7,"data":{"object":[]}}',
  'deep nesting': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
}

export const hostileCases: readonly CaseDraft[] = [
  {
    name: 'a hostile body that is not signed is refused',
    async run(shop) {
      const request = await genuineWebhook(shop)
      for (const [what, body] of Object.entries(HOSTILE)) {
        const error = await received(shop, what, withBody(request, body))
        holds(`${what} is refused`, error?.code === 'invalid_signature', error?.code)
      }
    },
  },
  {
    name: 'a hostile body that is signed tells nothing and breaks nothing',
    async run(shop) {
      const sign = signer(shop)
      if (!sign) return NO_SIGN
      for (const [what, body] of Object.entries(HOSTILE))
        await received(shop, what, sign(new TextEncoder().encode(body)))
      return undefined
    },
  },
  {
    name: 'a type of event that nobody knows is harmless',
    async run(shop) {
      const sign = signer(shop)
      if (!sign) return NO_SIGN
      const { body } = await genuineWebhook(shop)
      for (const type of ['invented.tomorrow', 'constructor', '__proto__', 'toString']) {
        const request = sign(rewritten(body, (key) => (isType(key) ? type : undefined)))
        const { events } = await shop.gateway.receive(request)
        same(`events of the type ${type}`, events, [])
      }
      return undefined
    },
  },
  {
    name: 'an event of the other mode is quarantined, not believed',
    async run(shop) {
      const sign = signer(shop)
      if (!sign) return NO_SIGN
      const { body } = await genuineWebhook(shop)
      const other = rewritten(body, otherMode)
      if (new TextDecoder().decode(other) === new TextDecoder().decode(body))
        return { skipped: 'the webhook does not tell its mode' }
      const { quarantined } = await shop.gateway.receive(sign(other))
      holds('it says why it is quarantined', Boolean(quarantined), quarantined)
      return undefined
    },
  },
]

/** How to sign a body, where the stage can; called as its own method, whatever it is made of. */
function signer({ stage }: Shop): CaseStage['sign'] {
  return stage.sign?.bind(stage)
}

/** Receives it; a billing error is an answer, anything else is a failure. */
async function received(
  shop: Shop,
  what: string,
  request: WebhookRequest,
): Promise<BillingError | null> {
  try {
    const { events } = await shop.gateway.receive(request)
    same(`events in ${what}`, events, [])
    return null
  } catch (error) {
    holds(`${what} ends with a BillingError`, BillingError.isInstance(error), String(error))
    return error
  } finally {
    same('a polluted prototype', Reflect.get({}, 'polluted'), undefined)
  }
}

function withBody(request: WebhookRequest, body: string): WebhookRequest {
  return { ...request, body: new TextEncoder().encode(body) }
}

type Rewrite = (key: string, value: unknown) => unknown

/** The JSON body with some of its values replaced, wherever they stand. */
function rewritten(body: Uint8Array, rewrite: Rewrite): Uint8Array {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, rewrite(key, inner) ?? walk(inner)]),
    )
  }
  return new TextEncoder().encode(JSON.stringify(walk(JSON.parse(new TextDecoder().decode(body)))))
}

function isType(key: string): boolean {
  return ['type', 'event', 'event_type'].includes(key)
}

/** The words with which vendors tell live from test. */
function otherMode(key: string, value: unknown): unknown {
  if (['livemode', 'live_mode', 'live'].includes(key) && typeof value === 'boolean') return !value
  if (!['mode', 'domain', 'environment'].includes(key)) return undefined
  return value === 'live' ? 'test' : value === 'test' ? 'live' : undefined
}
