/** The two renewal clocks over a year: the core's, and the sandbox's own. */
import { describe, expect, it } from 'vitest'
import { number, openShop, type Shop } from './shop.ts'

const MONTHS = ['02-28', '03-31', '04-30', '05-31', '06-30', '07-31', '08-31', '09-30', '10-31']
const YEAR = [...MONTHS, '11-30', '12-31'].map((day) => `2026-${day}T10:00:00.000Z`)

const bookOf = ({ emulator }: Shop) =>
  emulator.book().charges.map(({ at, amount }) => [new Date(at).toISOString(), amount])

describe.each(['billwright', 'gateway'] as const)('with the clock at %s', (renewals) => {
  it('a year is twelve charges, each on the day of the anchor, and both books agree', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic')
    for (const day of YEAR) await shop.advance(day)
    const days = ['2026-01-31T10:00:00.000Z', ...YEAR]
    expect(bookOf(shop)).toEqual(days.map((day) => [day, 1000]))
    const { account } = shop.customer
    expect(account.incidents).toEqual([])
    expect(account.invoices).toEqual([])
    expect(shop.customer.subscription()).toMatchObject({ status: 'active', renewals })
    expect(new Date(shop.customer.subscription().period.end).toISOString().slice(0, 10)).toBe(
      '2027-01-31',
    )
  })

  it('a card that fails at the renewal is past due, and another card pays at once', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic', 'fails_later')
    await shop.advance('2026-02-28T10:00:00.000Z')
    expect(shop.customer.subscription().status).toBe('past_due')
    const page = await shop.ask({
      type: 'update_payment_method',
      returnUrl: 'https://app.example/',
    })
    await shop.on(page, { card: number('succeeds') })
    await shop.hear()
    expect(shop.customer.subscription().status).toBe('active')
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it('a failed renewal is tried again after 1, 3 and 5 days', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic', 'fails_later')
    for (const day of ['02-28', '03-01', '03-03', '03-05', '03-06'])
      await shop.advance(`2026-${day}T10:00:00.000Z`)
    const failed = shop.emulator.events.filter(({ type }) => type === 'charge.failed')
    expect(failed.map(({ at }) => new Date(at).toISOString().slice(5, 10))).toEqual([
      '02-28',
      '03-01',
      '03-03',
      '03-05',
    ])
  })

  it('a trial with the card first charges nothing until it ends', async () => {
    const shop = openShop({ renewals })
    const page = await shop.ask({ type: 'subscribe', plan: 'pro' })
    await shop.on(page, { card: number('succeeds') })
    await shop.hear()
    expect(shop.customer.subscription().status).toBe('trialing')
    expect(shop.emulator.book().charges).toEqual([])
    await shop.advance('2026-02-14T10:00:00.000Z')
    expect(shop.customer.subscription().status).toBe('active')
    expect(bookOf(shop)).toEqual([['2026-02-14T10:00:00.000Z', 3000]])
  })

  it('an upgrade takes exactly what the core asked for', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic')
    await shop.advance('2026-02-14T10:00:00.000Z')
    await shop.ask({ type: 'change_plan', plan: 'pro' })
    expect(shop.customer.subscription()).toMatchObject({ plan: 'pro' })
    expect(bookOf(shop)).toEqual([
      ['2026-01-31T10:00:00.000Z', 1000],
      ['2026-02-14T10:00:00.000Z', 1000],
    ])
    await shop.hear()
    expect(shop.customer.account.incidents).toEqual([])
  })

  it('an upgrade whose payment needs the customer waits for them', async () => {
    const shop = openShop({ renewals })
    const page = await shop.ask({ type: 'subscribe', plan: 'basic', trial: false })
    await shop.on(page, { card: number('needs_authentication') })
    await shop.on(page, { action: 'confirm' })
    await shop.hear()
    const confirmation = await shop.ask({ type: 'change_plan', plan: 'pro' })
    await shop.hear()
    expect(shop.customer.subscription().plan).toBe('basic')
    await shop.on(confirmation, { action: 'confirm' })
    await shop.hear()
    expect(shop.customer.subscription().plan).toBe('pro')
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it('a downgrade waits for the boundary and is charged from there', async () => {
    const shop = openShop({ renewals })
    await shop.buy('pro')
    await shop.ask({ type: 'change_plan', plan: 'basic' })
    await shop.hear()
    expect(shop.customer.subscription().plan).toBe('pro')
    await shop.advance('2026-02-28T10:00:00.000Z')
    expect(shop.customer.subscription().plan).toBe('basic')
    expect(bookOf(shop).at(-1)).toEqual(['2026-02-28T10:00:00.000Z', 1000])
  })

  it('a cancel ends it with the period and charges nothing more', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic')
    await shop.ask({ type: 'cancel', at: 'period_end' })
    expect(shop.customer.subscription().cancelAt).not.toBeNull()
    await shop.advance('2026-06-01')
    expect(shop.customer.subscription()).toMatchObject({ plan: 'free', status: 'active' })
    expect(shop.emulator.book().charges).toHaveLength(1)
  })

  it('a cancel that was taken back renews', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic')
    await shop.ask({ type: 'cancel', at: 'period_end' })
    await shop.ask({ type: 'resume' })
    expect(shop.customer.subscription().cancelAt).toBeNull()
    await shop.advance('2026-02-28T10:00:00.000Z')
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it('a pause charges nothing until it is over', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic')
    await shop.ask({ type: 'pause' })
    await shop.advance('2026-05-01')
    expect(shop.customer.subscription().status).toBe('paused')
    expect(shop.emulator.book().charges).toHaveLength(1)
    await shop.ask({ type: 'unpause' })
    await shop.hear()
    expect(shop.customer.subscription().status).toBe('active')
    expect(shop.customer.account.incidents).toEqual([])
  })

  it('a coupon comes off every renewal', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic')
    await shop.ask({ type: 'apply_coupon', coupon: 'TEN' })
    await shop.advance('2026-02-28T10:00:00.000Z')
    expect(bookOf(shop).at(-1)).toEqual(['2026-02-28T10:00:00.000Z', 900])
  })

  it('a coupon from the checkout on comes off the renewals, too', async () => {
    const shop = openShop({ renewals })
    const buys = { plan: 'basic', coupon: 'TEN', trial: false }
    const page = await shop.ask({ type: 'subscribe', ...buys })
    await shop.on(page, { card: number('succeeds') })
    await shop.hear()
    await shop.advance('2026-02-28T10:00:00.000Z')
    expect(bookOf(shop)).toEqual([
      ['2026-01-31T10:00:00.000Z', 900],
      ['2026-02-28T10:00:00.000Z', 900],
    ])
  })

  it('an upgrade whose payment is declined changes nothing', async () => {
    const shop = openShop({ renewals })
    await shop.buy('basic', 'fails_later')
    await shop.ask({ type: 'change_plan', plan: 'pro' })
    await shop.hear()
    expect(shop.customer.subscription().plan).toBe('basic')
    const page = await shop.ask({ type: 'update_payment_method', returnUrl: 'https://app.example' })
    await shop.on(page, { card: number('succeeds') })
    await shop.advance('2026-02-28T10:00:00.000Z')
    expect(bookOf(shop).at(-1)).toEqual(['2026-02-28T10:00:00.000Z', 1000])
  })
})

describe('the clock of the sandbox', () => {
  it('does what fell due during a long leap in its order, each at its own instant', async () => {
    const shop = openShop({ renewals: 'gateway' })
    await shop.buy('basic')
    await shop.advance('2026-04-30T10:00:00.000Z')
    expect(bookOf(shop).map(([at]) => at)).toEqual([
      '2026-01-31T10:00:00.000Z',
      '2026-02-28T10:00:00.000Z',
      '2026-03-31T10:00:00.000Z',
      '2026-04-30T10:00:00.000Z',
    ])
    const told = shop.emulator.webhooks().map(({ receivedAt }) => receivedAt)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(shop.customer.account.payments).toHaveLength(4)
  })
})
