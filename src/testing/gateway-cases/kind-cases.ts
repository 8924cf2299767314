/** Every kind of effect has an answer: what cannot be done is refused as an event, never thrown. */
import type { GatewayEffect, Terms } from '../../core/index.ts'
import type { CaseDraft } from './case.ts'
import type { Shop } from './shop.ts'
import { effectKey } from '../../core/index.ts'
import { holds, same } from './check.ts'
import { assertEvent } from './event-shape.ts'

type Kind = GatewayEffect['kind']
type Unkeyed<Effect> = Effect extends GatewayEffect ? Omit<Effect, 'key' | 'kind'> : never
type Samples = {
  readonly [K in Kind]: Unkeyed<Extract<GatewayEffect, { readonly kind: K }>>
}

/** Ids that no vendor knows: ours, of an account that was deleted there, or of another gateway. */
const STRANGE = 'unknown_to_the_vendor'

export const kindCases: readonly CaseDraft[] = [
  {
    name: 'every kind of effect about something unknown is answered, and moves nothing',
    async run(shop) {
      for (const [kind, sample] of Object.entries(samples(shop)))
        await answersOrRefuses(shop, { ...sample, kind, key: keyOf(kind) } as GatewayEffect)
      same('charges in the book', shop.book().charges, [])
      same('refunds in the book', shop.book().refunds, [])
    },
  },
  {
    name: 'a kind of effect that is newer than the adapter is refused, not thrown',
    async run(shop) {
      const { name: gateway } = shop.gateway
      const future = { kind: 'moon.land', key: 'moon.land/1', gateway } as unknown as GatewayEffect
      const { events } = await shop.gateway.perform(future, shop.context())
      same(
        'what it is told',
        events.map(({ type }) => type),
        ['effect.refused'],
      )
    },
  },
  {
    name: 'refusals name the effect that they answer and why',
    async run(shop) {
      const { name: gateway } = shop.gateway
      const key = keyOf('subscription.resume')
      const remote = { gateway, group: 'default', subscription: STRANGE }
      const effect = { kind: 'subscription.resume', key, ...remote } as const
      const { events } = await shop.gateway.perform(effect, shop.context())
      const [refused] = events.filter((event) => event.type === 'effect.refused')
      holds('it is refused', refused !== undefined, events)
      same('what it answers', refused.answers, key)
      holds('the refusal has a code', /^[\w.-]+$/.test(refused.code), refused.code)
    },
  },
]

async function answersOrRefuses(shop: Shop, effect: GatewayEffect): Promise<void> {
  const { gateway } = shop
  const what = `the answer to ${effect.kind}`
  let events: Awaited<ReturnType<typeof gateway.perform>>['events']
  try {
    events = (await gateway.perform(effect, shop.context())).events
  } catch (error) {
    throw new Error(`${what}: expected events, found that it throws ${String(error)}`)
  }
  for (const event of events) {
    assertEvent(what, event, gateway.name)
    same(`answers in ${what}`, event.answers, effect.key)
  }
}

/** One effect of each kind, as the core would ask it of a customer whom the vendor lost. */
function samples({ gateway: { name: gateway }, stage, catalog, customer, ...shop }: Shop): Samples {
  const at = stage.clock.now()
  const price = catalog.plans.get('basic')?.prices[0] ?? null
  const terms: Terms = { plan: 'basic', planVersion: 1, price, quantity: 1, addOns: [] }
  const { amount = 1000, currency = 'USD' } = price ?? {}
  const period = { start: at, end: (at + 86_400_000) as typeof at }
  const remote = { gateway, group: 'default', subscription: STRANGE }
  const opened = shop.ask({ type: 'subscribe', plan: 'basic', gateway })
  holds('subscribing opens a checkout', opened.kind === 'checkout.open', opened)
  const { kind: _, key: __, ...open } = opened
  const shown = { brand: null, last4: null, expires: null, fingerprint: null }
  const { id: invoice } = { id: `${customer.account.id}.inv1` }
  const due = { invoice, amount, currency, lines: [], attempt: 1, dueAt: at, expiresAt: null }
  const method = { gateway, id: STRANGE, reusable: true, ...shown }
  const change = { invoice, terms, at, expected: 0, behavior: 'none', resetsAnchor: false } as const
  return {
    'checkout.open': open,
    'checkout.expire': { gateway, reference: STRANGE, customer: STRANGE },
    'payment.collect': { gateway, ...due, method, customer: STRANGE },
    'payment.refund': { gateway, payment: STRANGE, amount, currency },
    'payment.lookup': { gateway, reference: STRANGE, customer: STRANGE },
    'method.update': { gateway, customer: STRANGE, returnUrl: 'https://app.example/card' },
    'method.detach': { gateway, method: STRANGE },
    'subscription.change': { ...remote, ...change },
    'subscription.schedule': { ...remote, terms, from: terms, at: period.end },
    'subscription.unschedule': { ...remote, terms },
    'subscription.cancel': { ...remote, at: 'now' },
    'subscription.discount': { ...remote, coupon: null },
    'subscription.resume': remote,
    'subscription.pause': { ...remote, until: null },
    'subscription.unpause': remote,
    'subscription.extend_trial': { ...remote, endsAt: period.end },
    'subscription.lookup': { ...remote, period },
  }
}

function keyOf(kind: string): string {
  return effectKey(kind, 'customer', STRANGE, 1)
}
