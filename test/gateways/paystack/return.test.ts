/**
 * Back from the page: Paystack appends a reference of its own making to the address, and closing the
 * webhook's way must not matter. Over HTTP, with what the browser is really sent to.
 */
import { type Bill, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { afterEach, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { type PaystackStage, paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'

const ORIGIN = 'https://app.example'
const stages: PaystackStage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

async function openApp() {
  const stage = await paystackStage()
  stages.push(stage)
  const { clock, gateway } = stage
  const bill = billing({
    ...scenarioProduct({ capabilities: CAPABILITIES }),
    ...{ gateways: [gateway], storage: memory(), clock, http: { origins: [ORIGIN] } },
    identify: (request) => ({ id: request.headers.get('user') ?? '' }),
    customer: (id: string) => ({ id, email: `${id}@example.com` }),
  }) as Bill
  return { stage, bill }
}

/** Buys as `user` and pays as a browser does: the address that it is sent back to. */
async function comeBack(app: Awaited<ReturnType<typeof openApp>>, user: string) {
  const successUrl = `${ORIGIN}/welcome?from=page`
  const opened = await app.bill.subscribe(user, 'basic', { successUrl })
  if (opened.status !== 'redirect') throw new Error('A page was opened')
  const body = new URLSearchParams({ card: '4084084084084081' })
  const paid = await app.stage.emulator.fetch(opened.url, { method: 'POST', body })
  const back = new URL(paid.headers.get('location') ?? '')
  expect(back.href.startsWith(`${successUrl}&`)).toBe(true)
  return { ours: opened.reference ?? '', query: back.searchParams }
}

async function verify({ bill }: Awaited<ReturnType<typeof openApp>>, user: string, text: string) {
  const url = `${ORIGIN}/verify/${encodeURIComponent(text)}`
  const reply = await bill.handle(new Request(url, { headers: { user, origin: ORIGIN } }))
  const { status, code } = (await reply.json()) as { status?: string; code?: string }
  return `${reply.status} ${status ?? code}`
}

/** Ids in every alphabet, since the vendor's is a small one. */
const USERS = ['ada', 'user_1', 'Ünï.chk1', 'a-b=c/d']

it.each(USERS)('what Paystack appends to the address of %s verifies the checkout', async (user) => {
  for (const name of ['reference', 'trxref'] as const) {
    const app = await openApp()
    const { ours, query } = await comeBack(app, user)
    const appended = query.get(name) ?? ''
    expect(appended).not.toBe(ours)
    expect((await app.bill.status(user)).access).toBe(false)
    expect(await app.bill.verify(appended)).toMatchObject({ status: 'active' })
    expect(await app.bill.status(user)).toMatchObject({ access: true, plan: 'basic' })
    expect(await app.bill.verify(ours)).toMatchObject({ status: 'active' })
    expect((await app.bill.transactions(user)).items).toHaveLength(1)
  }
})

it('over HTTP both references are the same, and only to their own customer', async () => {
  const app = await openApp()
  const { ours, query } = await comeBack(app, 'ada')
  const appended = query.get('reference') ?? ''
  expect(await verify(app, 'bob', appended)).toBe('404 not_found')
  expect((await app.bill.status('ada')).access).toBe(false)
  expect(await verify(app, 'ada', appended)).toBe('200 active')
  expect(await verify(app, 'ada', ours)).toBe('200 active')
})

/** Leaves for the page for another card and pays there: what Paystack appends to the address. */
async function saveCard({ bill, stage }: Awaited<ReturnType<typeof openApp>>, card: string) {
  const opened = await bill.updatePaymentMethod('ada', { returnUrl: `${ORIGIN}/card` })
  const url = 'url' in opened ? opened.url : ''
  const body = new URLSearchParams({ card })
  const paid = await stage.emulator.fetch(url, { method: 'POST', body })
  return new URL(paid.headers.get('location') ?? '').searchParams.get('reference') ?? ''
}

it('back from the page for another card, its own customer alone is told how they stand', async () => {
  const app = await openApp()
  await app.bill.verify((await comeBack(app, 'ada')).ours)
  const reference = await saveCard(app, '4084084084084081')
  expect(reference).toMatch(/^bw-m-/)
  expect(await verify(app, 'ada', reference)).toBe('200 active')
  expect(await verify(app, 'bob', reference)).toBe('404 not_found')
  // Whoever asks without saying who they are could have written it.
  await expect(app.bill.verify(reference)).rejects.toMatchObject({ code: 'not_found' })
})

it('to visit an old page for another card does not bring its card back', async () => {
  const app = await openApp()
  await app.bill.verify((await comeBack(app, 'ada')).ours)
  const pages = [await saveCard(app, '4084080000000076'), await saveCard(app, '4084084084084081')]
  for (const { headers, body } of app.stage.webhooks())
    await app.bill.receive('paystack', { headers, body })
  const saved = async () => (await app.bill.status('ada')).paymentMethod
  const before = await saved()
  for (const page of pages) await app.bill.verify(page, { customer: 'ada' })
  expect(before).toMatchObject({ last4: '4081' })
  expect(await saved()).toEqual(before)
})

it('a reference that nobody has is not found', async () => {
  const app = await openApp()
  await app.bill.register('ada')
  for (const text of [
    'bw-c-ada.chk9-1-1',
    'bw-m-ada.chk1-1-1',
    'bw-c-ada-1-1',
    'xx-c-ada.chk1-1-1',
  ])
    expect(await verify(app, 'ada', text)).toMatch(/^4\d\d (not_found|checkout_unknown)$/)
})

it('back from the bank of an upgrade, what Paystack appends verifies it', async () => {
  const app = await openApp()
  const opened = await app.bill.subscribe('ada', 'basic')
  const first = { url: 'url' in opened ? opened.url : '' }
  await app.stage.pay(first, 'needs_authentication')
  await app.stage.authenticate(first)
  await app.bill.verify('reference' in opened ? (opened.reference ?? '') : '')
  const successUrl = `${ORIGIN}/paid`
  const asked = await app.bill.changePlan('ada', 'pro', { successUrl })
  const body = new URLSearchParams({ action: 'confirm' })
  const url = 'url' in asked ? asked.url : ''
  const confirmed = await app.stage.emulator.fetch(url, { method: 'POST', body })
  const back = new URL(confirmed.headers.get('location') ?? '')
  expect(`${back.origin}${back.pathname}`).toBe(successUrl)
  const appended = back.searchParams.get('reference') ?? ''
  expect(appended).toMatch(/^bw-i-/)
  expect((await app.bill.status('ada')).plan).toBe('basic')
  await app.bill.verify(appended)
  expect((await app.bill.status('ada')).plan).toBe('pro')
})
