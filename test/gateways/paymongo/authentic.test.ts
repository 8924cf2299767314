/**
 * Authentic is not valid: what PayMongo really signed grants nothing unless it is what we asked for, and
 * money that grants nothing stays in sight, as credit or as an incident.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { type App, openApp, receive } from './app.ts'

const apps: App[] = []
afterEach(async () => {
  for (const { stage } of apps.splice(0)) await stage.close()
})

async function open(): Promise<App> {
  const app = await openApp()
  apps.push(app)
  return app
}

/** The newest event of a type as it was told, with some of its text replaced, signed again. */
async function tell(
  app: App,
  type: string,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const told = app.stage.emulator.events.filter((event) => event.type === type).at(-1)
  let text = JSON.stringify(told?.data)
  for (const [from, to] of Object.entries(changes)) {
    expect(text).toContain(from)
    text = text.replaceAll(from, to)
  }
  await receive(app, app.stage.sign(new TextEncoder().encode(text)))
  await app.bill.work({ once: true })
}

/** What a customer has, and what money of theirs waits for somebody to see it. */
async function standing({ bill }: App, customer: string) {
  const { access, plan, incidents, credit } = await bill.status(customer)
  return { access, plan, incidents: incidents.map(({ kind }) => kind), credit: credit.PHP ?? 0 }
}

const NOTHING = { access: false, plan: null, incidents: [], credit: 0 }
const PAGE = 'checkout_session.payment.paid'

describe.each([PAGE, 'payment.paid'])('a payment told by %s', (type) => {
  it('B9 one centavo short grants nothing and is an incident', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await tell(app, type, { '"amount":20000': '"amount":19999' })
    expect(await standing(app, 'ada')).toEqual({ ...NOTHING, incidents: ['amount_mismatch'] })
  })

  it('B9 of more than was asked grants, and the rest is credit', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await tell(app, type, { '"amount":20000': '"amount":20500' })
    const credited = { ...NOTHING, access: true, plan: 'basic', credit: 500 }
    expect(await standing(app, 'ada')).toEqual(credited)
  })

  it('B10 of the right amount in another currency grants nothing and is an incident', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await tell(app, type, { '"currency":"PHP"': '"currency":"USD"' })
    expect(await standing(app, 'ada')).toEqual({ ...NOTHING, incidents: ['currency_mismatch'] })
  })

  it("B12 for a cheap page shown to another customer's dear one grants nothing to either", async () => {
    const app = await open()
    const url = await app.open('ada', 'basic')
    await app.open('bob', 'pro')
    await app.stage.pay({ url }, 'wallet')
    await tell(app, type, { 'checkout:ada.': 'checkout:bob.' })
    expect(await standing(app, 'ada')).toEqual(NOTHING)
    expect(await standing(app, 'bob')).toEqual({ ...NOTHING, incidents: ['amount_mismatch'] })
  })

  it('B11 with a reference that was used already is credit', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await app.settle()
    await tell(app, type, { pay_1: 'pay_99', evt_: 'evt_9' })
    const credited = { ...NOTHING, access: true, plan: 'basic', credit: 20_000 }
    expect(await standing(app, 'ada')).toEqual(credited)
  })

  it('B11 with a reference of ours that nothing has grants nothing and stays in sight', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await tell(app, type, { '.chk1"': '.chk77"' })
    const { incidents, ...has } = await standing(app, 'ada')
    expect(has).toEqual({ access: false, plan: null, credit: 0 })
    expect(incidents).toHaveLength(1)
  })

  it('B6 of live money is kept apart and grants nothing', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await tell(app, type, { '"livemode":false': '"livemode":true' })
    expect(await standing(app, 'ada')).toEqual(NOTHING)
    // The true one still counts.
    await app.settle()
    expect(await standing(app, 'ada')).toMatchObject({ access: true, plan: 'basic' })
  })

  it('B1 a hundred times is one payment', async () => {
    const app = await open()
    await app.stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    for (let i = 0; i < 50; i += 1) await tell(app, type, {})
    await Promise.all(Array.from({ length: 50 }, () => tell(app, type, {})))
    const { items } = await app.bill.transactions('ada')
    expect(items.map(({ amount }) => amount)).toEqual([20_000])
  })
})

describe('two pages', () => {
  it('open at once and both paid make one subscription, and the other payment is credit', async () => {
    const app = await open()
    const first = await app.open('ada', 'basic')
    const second = await app.open('ada', 'pro')
    // The first is not closed yet when it is paid.
    await app.stage.pay({ url: second }, 'wallet')
    await app.stage.pay({ url: first }, 'wallet')
    await app.settle()
    const { charges } = app.stage.book()
    expect(charges.map(({ amount }) => amount).sort()).toEqual([20_000, 40_000])
    const granted = { ...NOTHING, access: true, plan: 'pro', credit: 20_000 }
    expect(await standing(app, 'ada')).toEqual(granted)
  })

  it('are never open together once the worker has run', async () => {
    const app = await open()
    const first = await app.open('ada', 'basic')
    await app.open('ada', 'pro')
    await app.settle()
    await app.stage.pay({ url: first }, 'wallet')
    await app.settle()
    expect(app.stage.book().charges).toEqual([])
  })

  it('of which the older one was paid before it was closed: closing it tells so', async () => {
    const app = await open()
    const first = await app.open('ada', 'basic')
    await app.stage.pay({ url: first }, 'wallet')
    await app.open('ada', 'pro')
    // No webhook comes: the worker closes the old page and learns of the payment.
    await app.bill.work({ once: true })
    const { credit } = await standing(app, 'ada')
    expect(credit).toBe(20_000)
  })
})
