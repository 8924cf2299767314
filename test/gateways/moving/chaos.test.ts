/** There and back between real adapters, over HTTP, with webhooks as bad as the world delivers them. */
import { afterEach, describe, expect, it } from 'vitest'
import { sized } from '../../support/sized.ts'
import { PRICE, type Two, twoGateways } from './two-gateways.ts'

const SEEDS = Array.from({ length: sized({ ci: 2, prove: 50 }) }, (_, i) => i + 1)
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'] as const

let app: Two | undefined
afterEach(async () => app?.close())

describe.each(['stripe, its clock', 'stripe, our clock'] as const)(
  'F-04 from Paystack to %s and back',
  (west) => {
    it.each(SEEDS)('by courier %i: one charge per period, access without a gap', async (seed) => {
      const at = seed % 2 === 0 ? 'period_end' : 'now'
      app = await twoGateways({ east: 'paystack', west, seed })
      const gaps = [...(await app.days(10))]
      await app.moveTo('west', at)
      gaps.push(...(await app.days(45)))
      expect((await app.bill.status('ada')).subscription).toMatchObject({ gateway: 'west' })
      await app.moveTo('east', at)
      gaps.push(...(await app.days(45)))
      expect(gaps).toEqual([])
      expect(app.charges()).toEqual(MONTHS.map((month) => [month, PRICE]))
      const { subscription, incidents } = await app.bill.status('ada')
      expect(subscription).toMatchObject({ gateway: 'east', renewals: 'billwright' })
      expect(incidents).toEqual([])
      expect(app.running()).toEqual([])
    })
  },
)
