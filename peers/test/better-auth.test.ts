/**
 * The Stripe emulator, used by code that we did not write: @better-auth/stripe on another version of
 * Stripe's SDK. What its rows say and what the emulator's book says are the same at every step.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { vendorOpenApi } from '../../test/support/openapi.ts'
import { type BetterAuthApp, betterAuthApp, customerOf } from './better-auth-app.ts'

const CARD = { card: '4242424242424242' }
const LINKS = { successUrl: '/welcome', cancelUrl: '/plans', returnUrl: '/account' }

let app: BetterAuthApp
let ada: Awaited<ReturnType<typeof customerOf>>

beforeAll(async () => {
  app = await betterAuthApp('2026-01-15T10:00:00Z')
  ada = await customerOf(app, 'ada@customer.example')
})
afterAll(() => app.close())

/** The one subscription as its row tells it, and as the vendor's book does. */
async function bothSides() {
  const [row] = app.rows()
  if (!row) throw new Error('There is a row')
  const { subscriptions } = app.emulator.book()
  const [booked] = subscriptions
  const { items } = await app.client.subscriptions.retrieve(row.stripeSubscriptionId)
  const names = { [app.prices.basic]: 'basic', [app.prices.pro]: 'pro' }
  expect([app.rows().length, subscriptions.length]).toEqual([1, 1])
  return {
    told: {
      id: row.stripeSubscriptionId,
      plan: row.plan,
      state: row.status,
      cancelAt: row.cancelAt?.getTime() ?? null,
      periodEnd: row.periodEnd.getTime(),
    },
    booked: { ...booked, plan: names[items.data[0]?.price.id ?? ''] },
  }
}

const paid = () => app.emulator.book().charges.map(({ amount }) => amount)

describe('@better-auth/stripe on the emulator', () => {
  it('finds nobody and makes the customer once, at sign-up', () => {
    const [user] = app.tables.user as { readonly stripeCustomerId: string }[]
    expect(user?.stripeCustomerId).toMatch(/^cus_/)
    const made = app.exchanges.filter(
      ({ method, url }) => method === 'POST' && url.endsWith('/v1/customers'),
    )
    expect(made).toHaveLength(1)
  })

  it('sells a plan on the hosted page, and the webhook alone makes it active', async () => {
    const { url } = await ada.post('/subscription/upgrade', { plan: 'basic', ...LINKS })
    expect(app.rows()).toMatchObject([{ plan: 'basic', status: 'incomplete' }])
    await ada.on(url, { card: '4000000000000002' })
    expect(app.rows()).toMatchObject([{ status: 'incomplete' }])
    await ada.on(url, CARD)
    const { told, booked } = await bothSides()
    expect(told).toEqual(booked)
    expect(told).toMatchObject({
      ...{ plan: 'basic', state: 'active', cancelAt: null },
      periodEnd: Date.parse('2026-02-15T10:00:00Z'),
    })
    expect(paid()).toEqual([1000])
  })

  it('upgrades on a page of the portal, for what is left of the period', async () => {
    await app.advance('2026-01-31T10:00:00Z')
    const { url } = await ada.post('/subscription/upgrade', { plan: 'pro', ...LINKS })
    expect(app.rows()).toMatchObject([{ plan: 'basic' }])
    await ada.on(url, { action: 'confirm' })
    const { told, booked } = await bothSides()
    expect(told).toEqual(booked)
    expect(told).toMatchObject({ plan: 'pro', state: 'active' })
    // 15 of 31 days: 3000 and 1000 of them, each rounded by itself.
    expect(paid()).toEqual([1000, 1452 - 484])
  })

  it('schedules a smaller plan and takes that back', async () => {
    const asked = { plan: 'basic', scheduleAtPeriodEnd: true, ...LINKS }
    expect((await ada.post('/subscription/upgrade', asked)).code).toBe(200)
    await app.emulator.settle()
    expect(app.rows()).toMatchObject([{ plan: 'pro', stripeScheduleId: expect.any(String) }])
    expect((await ada.post('/subscription/restore', {})).code).toBe(200)
    await app.emulator.settle()
    expect(app.rows()).toMatchObject([{ plan: 'pro', stripeScheduleId: null }])
  })

  it('renews at the price of the plan, with the change that was scheduled', async () => {
    await app.advance('2026-02-15T10:00:00Z')
    const renewed = await bothSides()
    expect(renewed.told).toEqual(renewed.booked)
    expect(renewed.told).toMatchObject({
      plan: 'pro',
      periodEnd: Date.parse('2026-03-15T10:00:00Z'),
    })
    const asked = { plan: 'basic', scheduleAtPeriodEnd: true, ...LINKS }
    await ada.post('/subscription/upgrade', asked)
    await app.advance('2026-03-15T10:00:00Z')
    const changed = await bothSides()
    expect(changed.told).toEqual(changed.booked)
    expect(changed.told).toMatchObject({ plan: 'basic', state: 'active' })
    expect(paid()).toEqual([1000, 968, 3000, 1000])
  })

  it('cancels on a page of the portal, takes that back, and ends with the period', async () => {
    const first = await ada.post('/subscription/cancel', LINKS)
    await ada.on(first.url, { action: 'confirm' })
    const canceled = await bothSides()
    expect(canceled.told).toEqual(canceled.booked)
    expect(canceled.told).toMatchObject({
      state: 'active',
      cancelAt: Date.parse('2026-04-15T10:00:00Z'),
    })
    const again = await ada.post('/subscription/cancel', LINKS)
    expect([again.code, again.message]).toEqual([
      400,
      expect.stringContaining('already set to be canceled'),
    ])

    expect((await ada.post('/subscription/restore', {})).code).toBe(200)
    await app.emulator.settle()
    const restored = await bothSides()
    expect(restored.told).toEqual(restored.booked)
    expect(restored.told).toMatchObject({ state: 'active', cancelAt: null })

    const last = await ada.post('/subscription/cancel', LINKS)
    await ada.on(last.url, { action: 'confirm' })
    await app.advance('2026-04-16T10:00:00Z')
    const ended = await bothSides()
    expect(ended.told).toEqual(ended.booked)
    expect(ended.told.state).toBe('canceled')
    expect(app.rows()[0]?.endedAt).toEqual(new Date('2026-04-15T10:00:00Z'))
    expect(paid()).toEqual([1000, 968, 3000, 1000])
  })

  it('had every webhook taken, and nothing to warn of', () => {
    const { events } = app.emulator
    expect(events.length).toBeGreaterThan(20)
    expect(events.filter(({ attempts }) => attempts[0]?.status !== 200)).toEqual([])
    expect(app.warnings).toEqual([])
  })
})

const requests = vendorOpenApi('stripe.endive-requests.openapi.json')
const responses = vendorOpenApi('stripe.endive-subset.from-sdk.openapi.json')

describe.skipIf(requests === null || responses === null)("Stripe's contract", () => {
  it('is kept by what better-auth asks, and by what the emulator answers', () => {
    const { exchanges } = app
    expect(exchanges.length).toBeGreaterThan(20)
    expect(exchanges.flatMap((each) => requests?.request(each) ?? [])).toEqual([])
    const answered = exchanges.filter(({ status }) => status < 400)
    expect(answered.flatMap((each) => responses?.response(each) ?? [])).toEqual([])
  })
})
