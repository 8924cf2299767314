import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { realShop } from './support/real.ts'

/** What the verb was called with, after the customer. */
async function argsOf(line: string, body: unknown) {
  const app = testApp()
  expect((await app.ask(line, { user: 'alice', body })).status).toBe(200)
  return app.calls[0]?.args
}

const actor = 'alice'
const quote = { at: 1_767_225_600_000, due: 25_00, currency: 'USD' }

describe('what a body says reaches the verb, and nothing besides', () => {
  it.each([
    ['POST /change', { plan: 'pro' }, ['pro', { actor }]],
    ['POST /upgrade', { plan: 'pro', quote }, ['pro', { quote, direction: 'upgrade', actor }]],
    ['POST /downgrade', { plan: 'free' }, ['free', { direction: 'downgrade', actor }]],
    [
      'POST /change',
      { plan: 'free', keep: { listings: ['l1'] } },
      ['free', { keep: { listings: ['l1'] }, actor }],
    ],
    ['POST /cancel', {}, [{ actor }]],
    ['POST /cancel', { at: 'now' }, [{ at: 'now', actor }]],
    [
      'POST /cancel',
      { at: '2026-12-01T00:00:00+01:00' },
      [{ at: new Date('2026-11-30T23:00:00Z'), actor }],
    ],
    ['POST /quantity', { quantity: 5, group: 'g' }, [5, { group: 'g', actor }]],
    ['POST /add-ons', { addOn: 'seats', quantity: 0 }, ['seats', 0, { actor }]],
    ['POST /coupon', { coupon: 'LAUNCH20' }, ['LAUNCH20', { actor }]],
    ['POST /preview/cancel', { at: 'now' }, [{ at: 'now' }]],
  ])('%s %j', async (line, body, args) => {
    expect(await argsOf(line, body)).toEqual(args)
  })

  it.each([
    { at: 'tomorrow' },
    { at: 1_767_225_600_000 },
    { at: '2026-13-01T00:00:00Z' },
    { at: null },
  ])('cancel refuses %j', async (body) => {
    const app = testApp()
    expect((await app.ask('POST /cancel', { user: 'alice', body })).status).toBe(400)
    expect(app.calls).toEqual([])
  })
})

describe('B-03 upgrade and downgrade have a direction', () => {
  it('and refuse the other one', async () => {
    const { ask, stage } = await realShop()
    const alice = { user: 'alice' }
    const bought = await ask('POST /checkout', { ...alice, body: { plan: 'pro' } })
    await stage.pay({ url: String(bought.body.url) })
    await ask(`GET /verify/${encodeURIComponent(String(bought.body.reference))}`, alice)
    const body = { plan: 'free' }
    const up = await ask('POST /upgrade', { ...alice, body })
    expect([up.status, up.body.code]).toEqual([409, 'wrong_direction'])
    expect((await ask('POST /downgrade', { ...alice, body })).status).toBe(200)
  })
})
