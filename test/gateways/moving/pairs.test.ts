/** Every ordered pair of gateways: a move completes, or is refused before anything is asked there. */
import { afterEach, describe, expect, it } from 'vitest'
import { sized } from '../../support/sized.ts'
import { PRICE, SIDES, type Side, type Two, twoGateways } from './two-gateways.ts'

const ALL = Object.keys(SIDES) as readonly Side[]
/** PayMongo takes pesos only, and Paystack takes none. */
const noCurrency = (...pair: readonly Side[]) =>
  pair.includes('paymongo') && pair.includes('paystack')

const pairs = ALL.flatMap((east) => {
  return ALL.filter((west) => west !== east).map((west) => [east, west] as const)
})

let app: Two | undefined
afterEach(async () => app?.close())

const taken = pairs.filter((pair) => !noCurrency(...pair))
const untaken = pairs.filter((pair) => noCurrency(...pair))

it('F-04 every ordered pair is here', () => {
  expect([taken.length, untaken.length]).toEqual([40, 2])
})

it.each(untaken)(
  'F-04 from %s to %s is refused by the currency, and nothing is asked',
  async (east, west) => {
    const { currency } = SIDES[east]
    app = await twoGateways({ east, west, currency })
    const asked = [app.writes('east'), app.writes('west')]
    const refusal = {
      kind: 'refused',
      code: 'not_supported',
      detail: { gateway: 'west', operation: 'currency', currency },
    }
    await expect(app.bill.preview.move('ada', { to: 'west' })).rejects.toMatchObject(refusal)
    await expect(app.moveTo('west')).rejects.toMatchObject(refusal)
    await app.quiet()
    expect([app.writes('east'), app.writes('west')]).toEqual(asked)
  },
)

describe.each(['now', 'period_end'] as const)('switching %s', (at) => {
  // Each pair one way; with PROVE both.
  const some = sized({
    ci: taken.filter((_, i) => i % 2 === (at === 'now' ? 0 : 1)),
    prove: taken,
  })

  it.each(some)(
    'F-04 from %s to %s collects the next period there, and once',
    async (east, west) => {
      const currency = [east, west].includes('paymongo') ? 'PHP' : 'USD'
      app = await twoGateways({ east, west, currency })
      expect(await app.bill.preview.move('ada', { to: 'west', at })).toMatchObject({
        due: 0,
        next: { amount: PRICE, currency },
      })
      await app.moveTo('west', at)
      const gaps = [...(await app.days(28, 7)), ...(await app.days(6))]
      expect(gaps).toEqual([])
      expect(app.charges()).toEqual([
        ['2026-01', PRICE],
        ['2026-02', PRICE],
      ])
      const { subscription, incidents } = await app.bill.status('ada')
      expect(subscription).toMatchObject({ gateway: 'west', status: 'active', moving: null })
      expect(incidents).toEqual([])
      expect(app.running()).toHaveLength(subscription?.renewals === 'gateway' ? 1 : 0)
    },
  )
})
