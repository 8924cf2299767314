/** What Dodo cannot do is refused by name, before anything is asked of it. */
import type { GatewayEffect } from 'billwright/core'
import { afterEach, describe, expect, it } from 'vitest'
import { dodo } from '../../../adapters/gateways/dodo/index.ts'
import { type DodoStage, dodoStage } from '../../../adapters/gateways/dodo/testing.ts'
import { openShop, type Shop } from '../../../src/testing/gateway-cases/shop.ts'

const DAY = 86_400_000

let stage: DodoStage
afterEach(() => stage.close())

async function shop(): Promise<Shop> {
  stage = await dodoStage()
  return openShop(stage)
}

/** The code of a refusal, and what was written at Dodo meanwhile. */
async function refusal({ gateway, context }: Shop, effect: GatewayEffect, who = {}) {
  const before = stage.book().writes.length
  const given = context()
  const { events } = await gateway.perform(effect, { ...given, ...who })
  const [event] = events
  const code = event?.type === 'effect.refused' ? event.code : `not refused: ${event?.type}`
  return { code, written: stage.book().writes.length - before }
}

const refused = (code: string) => ({ code, written: 0 })

describe('it is refused', () => {
  it('to change the plan in a trial, which Dodo would end', async () => {
    const at = await shop()
    await at.buy({ plan: 'tried' })
    const { gatewayRef: subscription, ...terms } = at.subscription()
    const now = { at: stage.clock.now(), expected: 0, behavior: 'invoice_now' } as const
    const of = { gateway: 'dodo', group: 'default', subscription, invoice: 'customer.inv9' }
    const effect = { kind: 'subscription.change', key: 'k', ...of, terms, ...now } as const
    expect(await refusal(at, { ...effect, resetsAnchor: false })).toEqual(
      refused('change_in_trial_not_supported'),
    )
  })

  it('to cancel at a date that is no billing date', async () => {
    const at = await shop()
    await at.buy()
    const date = (stage.clock.now() + 5 * DAY) as never
    expect(await refusal(at, at.ask({ type: 'cancel', at: date }))).toEqual(
      refused('cancel_date_not_supported'),
    )
  })

  it('to add units beside a scheduled change, which Dodo would drop', async () => {
    const at = await shop()
    await at.buy({ plan: 'pro' })
    await at.perform(at.ask({ type: 'change_plan', plan: 'basic' }))
    await at.advance(stage.clock.now() + DAY)
    // The core does not ask for it; the adapter refuses all the same.
    const { gatewayRef: subscription, pendingChange: _, ...terms } = at.subscription()
    const now = { at: stage.clock.now(), expected: 0, behavior: 'invoice_now' } as const
    const of = { gateway: 'dodo', group: 'default', subscription, invoice: 'customer.inv9' }
    const seats = { terms: { ...terms, quantity: 3 }, resetsAnchor: false } as const
    const effect = { kind: 'subscription.change', key: 'k', ...of, ...now, ...seats } as const
    expect(await refusal(at, effect)).toEqual(refused('scheduled_change_exists'))
    expect(at.subscription().pendingChange?.terms.plan).toBe('basic')
  })

  it('to sell what is not among the products', async () => {
    const at = await shop()
    const effect = at.ask({ type: 'subscribe', plan: 'basic', gateway: 'dodo' })
    if (effect.kind !== 'checkout.open') throw new Error('A checkout is opened')
    const terms = { ...effect.checkout.terms, plan: 'new' }
    const strange = { ...effect, checkout: { ...effect.checkout, terms } }
    expect(await refusal(at, strange)).toEqual(refused('product_missing'))
  })

  it('to sell a first period that is cut short', async () => {
    const at = await shop()
    const effect = at.ask({ type: 'subscribe', plan: 'basic', gateway: 'dodo' })
    if (effect.kind !== 'checkout.open') throw new Error('A checkout is opened')
    const lines = effect.checkout.lines.map((line) => {
      return { ...line, period: { ...line.period, end: (line.period.end - DAY) as never } }
    })
    const short = { ...effect, checkout: { ...effect.checkout, lines } }
    expect(await refusal(at, short)).toEqual(refused('partial_period_not_supported'))
  })

  it('to sell to somebody without an address', async () => {
    const at = await shop()
    const effect = at.ask({ type: 'subscribe', plan: 'basic', gateway: 'dodo' })
    expect(await refusal(at, effect, { customer: { id: 'nobody' } })).toEqual(
      refused('customer_email_required'),
    )
  })

  it('to charge by billwright, at start', async () => {
    await shop()
    const options = {
      secretKey: 'a_key_of_dodo',
      webhookSecret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
      mode: 'test',
      products: [{ product: 'pdt_1', plan: 'pro', interval: 'month', currency: 'USD' }],
    } as const
    expect(() => dodo({ ...options, renewals: 'billwright' })).toThrow('Dodo owns the clock')
    expect(() => dodo({ ...options, products: undefined as never })).toThrow('products is missing')
    expect(() => dodo({ ...options, secretKey: ' ' })).toThrow('secretKey')
    expect(() =>
      dodo({ ...options, products: [...options.products, ...options.products] }),
    ).toThrow('twice')
  })
})

it('two customers with one address are two customers', async () => {
  const at = await shop()
  const effect = at.ask({ type: 'subscribe', plan: 'basic', gateway: 'dodo' })
  const given = at.context()
  const linkedTo = async (id: string) => {
    const customer = { id, email: 'both@example.com', name: id }
    const { events } = await at.gateway.perform(effect, { ...given, customer })
    return events.flatMap((event) => (event.type === 'customer.linked' ? event.customer : []))
  }
  const [one, other, again] = [await linkedTo('ada'), await linkedTo('bob'), await linkedTo('ada')]
  expect(one).not.toEqual(other)
  expect(again).toEqual(one)
})

it('tax that Dodo adds is what was paid, and is no incident', async () => {
  stage = await dodoStage({ taxPercent: 20 })
  const at = openShop(stage)
  await at.buy()
  expect(at.customer.account.payments[0]?.amount).toBe(2400)
  expect(at.customer.account.incidents).toEqual([])
})
