import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Account,
  type Command,
  catalog,
  decide,
  type Effect,
  type GatewayEvent,
  instant,
  monthly,
  plan,
} from '../../src/core/index.ts'
import { given, world } from '../../src/testing/index.ts'
import { inputEdge } from './edge.ts'
import { catalogOf, type Life, live, lives, PARAMETERS } from './life.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>

const shop = catalog({
  plans: [
    plan('basic', { price: monthly(4900, 'USD') }),
    plan('pro', { price: monthly(9900, 'USD') }),
  ],
  gateways: [{ name: 'bank' }],
})

/** What must be equal whatever the order: everything but the count of events and their numbers. */
function outcome({ version: _, sequence: __, payments, ...account }: Account): unknown {
  const settled = [...payments].sort((a, b) => (a.id < b.id ? -1 : 1))
  return JSON.parse(JSON.stringify({ ...account, payments: settled }))
}

function isFact(edge: { readonly input: unknown }): boolean {
  const { input } = edge
  return (
    typeof input === 'object' &&
    input !== null &&
    /\./.test(String((input as { type: string }).type))
  )
}

describe('payments and gateway events', () => {
  it('I34 the same fact told twice counts once', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        for (const { input, after, now } of live(life).filter(isFact)) {
          if (!input) continue
          const again = inputEdge(catalogOf(life), after, input, now)
          expect(again.events.map(({ type }) => type)).toEqual([])
          expect(again.effects.filter(({ kind }) => kind !== 'notice.send')).toEqual([])
        }
      }),
      parameters,
    )
  })

  it('I35 facts about different things end equal in every order, however often each is told', () => {
    const reference = 'customer.chk1'
    const at = instant('2025-10-14')
    const paid = (id: string): GatewayEvent => ({
      type: 'payment.succeeded',
      gateway: 'bank',
      payment: { id, subject: { checkout: reference }, amount: 4900, currency: 'USD', at },
    })
    const facts: readonly GatewayEvent[] = [
      {
        type: 'checkout.completed',
        gateway: 'bank',
        reference,
        customer: 'cus_1',
        subscription: null,
        method: null,
        payment: { id: 'p1', subject: { checkout: reference }, amount: 4900, currency: 'USD', at },
        at,
      },
      paid('p1'),
      { type: 'method.saved', gateway: 'bank', method: cardOf('bank') },
      {
        type: 'payment.failed',
        gateway: 'bank',
        payment: 'p0',
        subject: { checkout: reference },
        decline: { code: 'insufficient_funds', retry: 'later' },
        amount: 4900,
        currency: 'USD',
        at,
      },
    ]
    const ends = new Set<string>()
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...facts, ...facts], { minLength: 8, maxLength: 8 }),
        (order) => {
          const customer = world(shop, at)
          customer.do({ type: 'register' })
          customer.do({ type: 'subscribe', plan: 'basic' })
          for (const fact of order) customer.do(fact)
          ends.add(JSON.stringify(outcome(customer.account)))
        },
      ),
      { numRuns: 1000 },
    )
    expect(ends.size).toBe(1)
  })

  it('I36 a failure that is told after the success of the same invoice changes nothing', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        for (const { input, after, now } of live(life)) {
          if (input?.type !== 'payment.succeeded') continue
          const { subject } = input.payment
          if (!subject || !('invoice' in subject)) continue
          const late: GatewayEvent = {
            type: 'payment.failed',
            gateway: input.gateway,
            payment: 'older_attempt',
            subject,
            decline: { code: 'do_not_honor', retry: 'later' },
            amount: input.payment.amount,
            currency: 'USD',
            at: input.payment.at,
          }
          expect(inputEdge(catalogOf(life), after, late, now).events).toEqual([])
        }
      }),
      parameters,
    )
  })

  it('I37 effects have deterministic keys, and no two effects of a life share one', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const keys = new Set<string>()
        const effects: Effect[] = []
        for (const { before, input, now, decision, effects: asked } of live(life)) {
          if (input) expect(decide(before, {}, input, now, catalogOf(life))).toEqual(decision)
          effects.push(...asked)
        }
        for (const { key } of effects) {
          expect(keys.has(key), key).toBe(false)
          keys.add(key)
        }
      }),
      parameters,
    )
  })

  it('I38 an event nobody knows is ignored and throws nothing', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'tick2'),
    )
    fc.assert(
      fc.property(names, fc.jsonValue(), (type, data) => {
        const known = decide(world(shop, 0).account, {}, { type: 'tick' }, instant(0), shop)
        const input = { data, type } as unknown as Command
        if (type in COMMAND_NAMES) return
        expect(decide(world(shop, 0).account, {}, input, instant(0), shop)).toEqual(known)
      }),
    )
  })

  it('I39 a payment settles exactly one invoice, and what is too much becomes credit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (extra) => {
        const customer = world(shop, '2025-10-14')
        customer.do({ type: 'subscribe', plan: 'basic' })
        const { events } = customer.pay({ amount: 4900 + extra })
        expect(events.filter(({ type }) => type === 'invoice.paid')).toHaveLength(1)
        expect(customer.account.credit.USD ?? 0).toBe(extra)
      }),
    )
  })

  it('I40 subscribing twice to the same plan opens one checkout', () => {
    given(shop, {
      at: '2025-10-14',
      history: (customer) => customer.do({ type: 'subscribe', plan: 'basic' }),
    })
      .when({ type: 'subscribe', plan: 'basic' })
      .thenNothing()
  })
})

const COMMAND_NAMES: Readonly<Record<string, true>> = { tick: true, register: true, verify: true }

function cardOf(gateway: string) {
  const shown = { brand: 'visa', last4: '4242', expires: null, fingerprint: null }
  return { gateway, id: 'card_1', reusable: true, ...shown }
}
