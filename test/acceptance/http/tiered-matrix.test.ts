/**
 * Product A over HTTP, the story A5: what the button says for each plan and interval, from each, and
 * that pressing it does just that.
 */
import { describe, expect, it } from 'vitest'
import { type AnyShop, openShop } from '../../support/shop.ts'
import { day } from './directory.ts'
import { runsOn, tieredProduct, VENDOR_CLOCKS } from './products.ts'

const OFFERS = ['free', 'essential month', 'essential year', 'premium month', 'premium year']

const [now, down, up] = ['current', 'downgrade', 'upgrade']
const MATRIX = {
  // on              free  essential m, y  premium m, y
  free: [now, up, up, up, up],
  'essential month': [down, now, up, up, up],
  'essential year': [down, down, now, up, up],
  'premium month': [down, down, down, now, up],
  'premium year': [down, down, down, down, now],
}
const CHANGES = Object.entries(MATRIX).flatMap(([from, row]) =>
  OFFERS.map((to, i) => ({ from, to, action: row[i] ?? '' })).filter(
    ({ action }) => action !== now,
  ),
)

/** The terms that a name such as `premium year` stands for. */
function terms(offer: string): { readonly plan: string; readonly interval?: string } {
  const [plan = '', interval] = offer.split(' ')
  return interval ? { plan, interval } : { plan }
}

const status = async (shop: AnyShop) => (await shop.as('ada').get('/status')).body

/** What she has now, as a name. */
async function has(shop: AnyShop): Promise<string> {
  const { plan, price } = (await status(shop)).subscription
  return price ? `${plan} ${price.interval.unit}` : plan
}

describe.each(runsOn('stripe', VENDOR_CLOCKS))(
  '$vendor, renewals by $renewals, $storage',
  (run) => {
    async function on(offer: string): Promise<AnyShop> {
      const product = tieredProduct()
      const shop = await openShop({ ...run, product, gateway: 'stripe', start: '2025-10-14' })
      await shop.as('ada').post('/register')
      if (offer === 'free') return shop
      await shop.pay((await shop.as('ada').post('/checkout', terms(offer))).body.url)
      await shop.at('2025-10-30')
      return shop
    }

    it.each(Object.entries(MATRIX))('A-06 A5 the buttons on %s', async (offer, expected) => {
      const { actions } = await status(await on(offer))
      expect(actions.map(({ action }: { action: string }) => action)).toEqual(expected)
    })

    it.each(CHANGES)('A-06 A-02 A5 $from to $to is the $action that it says', async (change) => {
      const { from, to, action } = change
      const shop = await on(from)
      const ada = shop.as('ada')
      const taken = shop.emulator.book().charges.length
      const { status: answer, body } = await ada.post('/checkout', terms(to))
      expect(answer).toBe(200)
      if (body.status === 'redirect') await shop.pay(body.url)
      await shop.quiet()
      const charges = shop.emulator.book().charges.length - taken
      if (action === up) {
        // What is unused of a year is more than a month of Premium.
        const paidAhead = from === 'essential year' && to === 'premium month'
        expect([await has(shop), charges]).toEqual([to, paidAhead ? 0 : 1])
        return
      }
      expect([await has(shop), charges]).toEqual([from, 0])
      const { period, ending, scheduled } = (await status(shop)).subscription
      if (to === 'free') expect([ending, scheduled]).toEqual([{ at: period.end }, null])
      else expect([ending, scheduled.at]).toEqual([null, period.end])
      await shop.at(period.end)
      expect(await has(shop)).toBe(to)
    })

    it('A-06 A5 the wrong direction is refused with the right one', async () => {
      const shop = await on('premium month')
      const ada = shop.as('ada')
      expect(await ada.post('/upgrade', { plan: 'essential' })).toMatchObject({
        ...{ status: 409, body: { code: 'wrong_direction', detail: { direction: 'downgrade' } } },
      })
      expect((await ada.post('/downgrade', { plan: 'premium', interval: 'year' })).status).toBe(409)
      expect((await status(shop)).subscription.scheduled).toBeNull()
    })

    it('A-03 A5 monthly to yearly begins a year now, less what is unused: $190.00 − $9.19', async () => {
      const shop = await on('essential month')
      await shop.as('ada').post('/change', { plan: 'essential', interval: 'year' })
      await shop.quiet()
      expect(shop.emulator.book().charges.map(({ amount }) => amount)).toEqual([1900, 19000 - 919])
      expect((await status(shop)).subscription.period).toEqual({
        ...{ start: day('2025-10-30'), end: day('2026-10-30') },
      })
    })

    it('A-03 A5 what is unused of a year of Essential pays the first months of Premium', async () => {
      const shop = await on('essential year')
      await shop.as('ada').post('/change', { plan: 'premium', interval: 'month' })
      // $181.67 are unused: three months, and $34.67 of the fourth.
      for (const date of ['2025-11-30', '2025-12-30', '2026-01-30']) await shop.at(date)
      const taken = shop.emulator.book().charges.filter(({ amount }) => amount > 0)
      expect(taken.map(({ amount }) => amount)).toEqual([19000, 4900 - 3467])
      expect((await status(shop)).subscription).toMatchObject({
        ...{ plan: 'premium', status: 'active', period: { end: day('2026-02-28') } },
      })
    })

    it('A-03 A5 yearly to monthly waits for the end of the year', async () => {
      const shop = await on('essential year')
      await shop.as('ada').post('/change', { plan: 'essential', interval: 'month' })
      await shop.quiet()
      expect((await status(shop)).subscription).toMatchObject({
        price: { interval: { unit: 'year' } },
        scheduled: { at: day('2026-10-14'), amount: 1900 },
      })
      await shop.at('2026-10-14')
      expect(shop.emulator.book().charges.map(({ amount }) => amount)).toEqual([19000, 1900])
      expect((await status(shop)).subscription.period).toEqual({
        ...{ start: day('2026-10-14'), end: day('2026-11-14') },
      })
    })
  },
)
