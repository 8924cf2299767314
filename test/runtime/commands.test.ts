/** What every command keeps: keys, rates, the log of who asked, and what operators see. */
import type { Bill } from 'billwright'
import { describe, expect, it } from 'vitest'
import { ADA } from './support/judge.ts'
import { openPlant } from './support/plant.ts'
import { at, bought, play, register, type Scene, subscribe } from './support/story.ts'

async function subscriber(acts = bought('basic')) {
  const plant = await openPlant()
  const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
  await play(scene, acts)
  return { plant, bill: scene.bill, scene }
}

async function paymentOf(bill: Bill): Promise<string> {
  const { items } = await bill.transactions(ADA)
  return items[0]?.id ?? ''
}

describe('an idempotency key', () => {
  it('answers the same again, also when what it did has changed what it was asked about', async () => {
    const { plant, bill } = await subscriber()
    const id = await paymentOf(bill)
    const options = { amount: 700, idempotencyKey: 'once' }
    await bill.refund(ADA, id, options)
    await plant.quiet(bill)
    await bill.refund(ADA, id, options)
    await plant.quiet(bill)
    expect(plant.emulator.book().refunds).toHaveLength(1)
  })

  it('is refused for another request', async () => {
    const { bill } = await subscriber()
    const id = await paymentOf(bill)
    await bill.refund(ADA, id, { amount: 700, idempotencyKey: 'once' })
    const other = bill.refund(ADA, id, { amount: 800, idempotencyKey: 'once' })
    await expect(other).rejects.toMatchObject({ code: 'idempotency_mismatch' })
  })

  it('belongs to its customer', async () => {
    const { bill } = await subscriber([register])
    const mine = await bill.subscribe(ADA, 'basic', { idempotencyKey: 'once' })
    const theirs = await bill.subscribe('bob', 'pro', { idempotencyKey: 'once' })
    expect(mine).not.toEqual(theirs)
  })

  it.each(['', 'x'.repeat(201), 'a\u0000b', '\ud800', '\ufeffa'])(
    '%j is refused before anything',
    async (key) => {
      const { bill } = await subscriber([])
      const asked = bill.subscribe(ADA, 'basic', { idempotencyKey: key })
      await expect(asked).rejects.toMatchObject({ code: 'invalid_id' })
      expect((await bill.journal(ADA)).items).toEqual([])
    },
  )
})

it('the page for another card has no reference, though a checkout is open beside it', async () => {
  const { plant, bill } = await subscriber()
  await bill.cancel(ADA, { at: 'now' })
  await plant.quiet(bill)
  expect(await bill.subscribe(ADA, 'pro')).toMatchObject({ reference: expect.any(String) })
  const asked = await bill.updatePaymentMethod(ADA)
  expect(asked).toMatchObject({ status: 'redirect', reference: null })
})

it('E7 more checkouts in an hour than are allowed are refused, and an hour later they are not', async () => {
  const plant = await openPlant()
  const bill = plant.start({ more: { checkoutsPerHour: 3 } })
  const turns = ['basic', 'pro'] as const
  for (let i = 0; i < 3; i += 1) await bill.subscribe(ADA, turns[i % 2] ?? 'basic')
  const fourth = bill.subscribe(ADA, 'pro')
  await expect(fourth).rejects.toMatchObject({ code: 'rate_limited' })
  await plant.later(3_600_001)
  await expect(bill.subscribe(ADA, 'pro')).resolves.toMatchObject({ status: 'redirect' })
})

it('the log of who did what names the actor, the payment and no address', async () => {
  const { bill } = await subscriber()
  const id = await paymentOf(bill)
  await bill.refund(ADA, id, { amount: 100, actor: 'eve' })
  const [latest] = (await bill.audit(ADA)).items
  expect(latest).toMatchObject({ actor: 'eve', action: 'refund', input: { amount: 100 } })
  expect(JSON.stringify(latest?.input)).toContain(id)
  await bill.subscribe('bob', 'basic', { successUrl: 'https://app.example/secret' })
  expect(JSON.stringify((await bill.audit('bob')).items)).not.toContain('secret')
})

it('what nobody can do leaves no trace', async () => {
  const { bill } = await subscriber()
  const before = await bill.journal(ADA)
  await expect(bill.resume(ADA)).rejects.toMatchObject({ kind: 'refused', code: 'not_ending' })
  expect(await bill.journal(ADA)).toEqual(before)
})

describe('explain', () => {
  it('says what is left of a meter and when it begins again', async () => {
    const { bill } = await subscriber()
    await bill.use(ADA, 'calls', 20)
    const { steps } = await bill.explain(ADA, 'calls')
    expect(steps).toContain('The plan includes calls.')
    expect(steps).toContain('20 of 50 used, 30 left.')
    expect(steps.at(-1)).toMatch(/^Counting starts again on 10 Apr 2026/)
  })

  it('says that all is used, and why nothing is given', async () => {
    const { bill } = await subscriber()
    await bill.use(ADA, 'calls', 50)
    expect((await bill.explain(ADA, 'calls')).steps).toContain('All of calls is used.')
    const nobody = await bill.explain('bob', 'calls')
    expect(nobody.entitlement.allowed).toBe(false)
    const unknown = bill.explain(ADA, 'flights' as never)
    await expect(unknown).rejects.toMatchObject({ code: 'unknown_feature' })
  })
})

it('the report counts what is paid, by month, and leaves trials out', async () => {
  const { plant, bill } = await subscriber()
  await bill.subscribe('bob', 'tried')
  const cyd = await bill.subscribe('cyd', 'pro', { quantity: 2 })
  if ('url' in cyd) await plant.pay(cyd.url)
  await plant.deliver(bill)
  expect(await bill.report()).toMatchObject({
    active: 2,
    byStatus: { active: 2, trialing: 1 },
    byPlan: { basic: 1, tried: 1, pro: 1 },
    revenue: [{ currency: 'USD', mrr: 12_000, arr: 144_000 }],
  })
})

describe('operations', () => {
  /** An effect that was tried in vain until only a person can go on. */
  async function parked() {
    const made = await subscriber()
    const { plant, bill } = made
    plant.emulator.fault('refused_connection', 1000)
    await plant.at('2026-04-10T12:00:00Z')
    for (let hour = 0; hour < 60; hour += 1) {
      await bill.work({ once: true })
      await plant.later(3_600_000)
    }
    const [effect] = (await bill.operations.effects('parked')).items
    if (!effect) throw new Error('An effect is parked')
    return { ...made, effect }
  }

  it('an effect that was parked is not tried again by itself, and is dropped for good', async () => {
    const { bill, effect } = await parked()
    expect(effect).toMatchObject({ account: ADA, error: { code: 'gateway_unavailable' } })
    expect((await bill.work({ once: true })).effects).toBe(0)
    await bill.operations.dropEffect(effect.key)
    expect((await bill.operations.effects('parked')).items).toEqual([])
    expect((await bill.operations.effects('refused')).items.map(({ key }) => key)).toContain(
      effect.key,
    )
  })

  it('an effect or a webhook that nobody knows is not found', async () => {
    const { bill } = await subscriber([])
    await expect(bill.operations.retryEffect('x')).rejects.toMatchObject({ code: 'not_found' })
    const replay = bill.operations.replay({ gateway: 'sandbox', id: 'x' })
    await expect(replay).rejects.toMatchObject({ code: 'not_found' })
  })

  it('a parked webhook is applied by hand once it can be', async () => {
    const plant = await openPlant({ renewals: 'gateway' })
    const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
    await play(scene, [register, subscribe('basic')])
    await plant.pay(scene.page)
    const early = plant
      .pending()
      .find(({ body }) => new TextDecoder().decode(body).includes('"subscription.'))
    if (!early) throw new Error('There is a webhook about the subscription')
    const { outcome, id } = await scene.bill.receive('sandbox', early)
    expect(outcome).toBe('parked')
    for (const request of plant.pending())
      if (request.headers['webhook-id'] !== id) await scene.bill.receive('sandbox', request)
    const replayed = await scene.bill.operations.replay({ gateway: 'sandbox', id })
    expect(replayed.outcome).toBe('applied')
    expect((await scene.bill.operations.deliveries('parked')).items).toEqual([])
  })

  it('a page has 1 to 200 items', async () => {
    const { bill } = await subscriber([])
    for (const limit of [0, -1, 1.5, 201, Number.NaN])
      await expect(bill.operations.effects('parked', { limit })).rejects.toMatchObject({
        code: 'bad_request',
      })
  })
})

it('subscriptions are listed by plain columns that follow the account', async () => {
  const { plant, bill } = await subscriber()
  expect((await bill.list({ status: ['active'] })).items).toEqual([
    expect.objectContaining({ customer: ADA, status: 'active', plan: 'basic' }),
  ])
  await bill.cancel(ADA, { at: 'now' })
  expect((await bill.list({ status: ['active'] })).items).toEqual([])
  await play({ plant, bill, page: '', reference: '' }, [at('2026-03-11T12:00:00Z')])
  expect((await bill.report()).revenue).toEqual([])
})
