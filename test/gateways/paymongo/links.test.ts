/** What is paid by link: nothing is saved, so the open page is the one way to pay. */

import type { PaymongoStageOptions } from '../../../adapters/gateways/paymongo/testing.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { type App, DAY, openApp } from './app.ts'

let app: App
afterEach(() => app.stage.close())

/** Ada has paid her first month with a wallet. */
async function bought(
  plan: 'basic' | 'pro' = 'basic',
  options: PaymongoStageOptions = {},
): Promise<App> {
  app = await openApp(options)
  await app.stage.pay({ url: await app.open('ada', plan) }, 'wallet')
  await app.settle()
  return app
}

const linkOf = async () => (await app.bill.status('ada')).invoices[0]?.url ?? ''

describe('another payment method, where none is ever saved', () => {
  it('is the open link of the renewal', async () => {
    const { bill } = await bought()
    for (let day = 0; day < 29; day += 1) await app.pass(DAY)
    const url = await linkOf()
    expect(url).toContain('/checkout/cs_')
    expect(await bill.updatePaymentMethod('ada')).toMatchObject({ status: 'redirect', url })
  })

  it('is refused as no_saved_payment_method while nothing is open', async () => {
    const { bill } = await bought()
    await expect(bill.updatePaymentMethod('ada')).rejects.toMatchObject({
      kind: 'refused',
      code: 'no_saved_payment_method',
    })
  })
})

describe('the link of a renewal', () => {
  it('is delivered three days before its due date, and unpaid it leads to grace and suspension', async () => {
    await bought()
    const states: string[] = []
    for (let day = 1; day <= 40; day += 1) {
      await app.pass(DAY)
      const { status, access, invoices } = await app.bill.status('ada')
      const state = `${status} ${access ? 'access' : 'none'} ${invoices.length > 0 ? 'link' : '-'}`
      if (states.at(-1)?.slice(3) !== state) states.push(`${String(day).padStart(2)} ${state}`)
    }
    expect(states).toEqual([
      ' 1 active access -',
      '28 active access link',
      '31 past_due access link',
      '38 suspended none link',
    ])
  })
})

describe('an upgrade', () => {
  it('is a link whose quote lives for 24 hours: unpaid, the page is closed and nothing has changed', async () => {
    const { bill, stage } = await bought()
    await app.pass(10 * DAY)
    const asked = await bill.changePlan('ada', 'pro')
    const url = 'url' in asked ? asked.url : ''
    expect((await bill.status('ada')).plan).toBe('basic')
    await app.pass(DAY - 1)
    expect((await bill.status('ada')).invoices).toHaveLength(1)
    await app.pass(1)
    expect(await bill.status('ada')).toMatchObject({ invoices: [], plan: 'basic' })
    await stage.pay({ url }, 'wallet')
    await app.settle()
    expect((await bill.status('ada')).plan).toBe('basic')
  })

  it('that is paid within them is there at once, and the billing date stays', async () => {
    const { bill, stage } = await bought()
    const { subscription } = await bill.status('ada')
    const end = subscription && 'period' in subscription ? subscription.period.end : null
    await app.pass(10 * DAY)
    const asked = await bill.changePlan('ada', 'pro')
    await stage.pay({ url: 'url' in asked ? asked.url : '' }, 'wallet')
    await app.settle()
    const now = await bill.status('ada')
    expect(now).toMatchObject({ plan: 'pro', invoices: [], incidents: [] })
    expect(now.subscription).toMatchObject({ period: { end } })
    expect(stage.book().charges).toHaveLength(2)
  })
})

describe('the way back from a page that no browser opened', () => {
  const returnUrl = 'https://app.example/billing'

  /** Where a browser is led that pays on a page, or leaves it. */
  async function ledTo(url: string, form: Readonly<Record<string, string>>) {
    const body = new URLSearchParams(form)
    const reply = await app.stage.emulator.fetch(url, { method: 'POST', body })
    return reply.headers.get('location')
  }

  const upgrade = async () => {
    const asked = await app.bill.changePlan('ada', 'pro')
    return 'url' in asked ? asked.url : ''
  }
  const renewal = async () => {
    for (let day = 0; day < 19; day += 1) await app.pass(DAY)
    return linkOf()
  }

  it.each([
    ['an upgrade', upgrade],
    ['a renewal', renewal],
  ])('is the returnUrl of the options, for %s', async (_, open) => {
    await bought('basic', { returnUrl })
    await app.pass(10 * DAY)
    const url = await open()
    expect(await ledTo(url, { action: 'cancel' })).toBe(returnUrl)
    const back = new URL((await ledTo(url, { card: '4343434343434345' })) ?? '')
    expect(`${back.origin}${back.pathname}`).toBe(returnUrl)
    // Before any webhook: the app asks with what it finds in the address.
    const reference = back.searchParams.get('reference') ?? ''
    expect(await app.bill.verify(reference, { customer: 'ada' })).toMatchObject({
      status: 'active',
    })
    expect((await app.bill.status('ada')).invoices).toEqual([])
    expect((await app.bill.transactions('ada')).items).toHaveLength(2)
  })

  it('from an overdue link, unpaid, is pending: it can still be paid there', async () => {
    await bought('basic', { returnUrl })
    for (let day = 0; day < 33; day += 1) await app.pass(DAY)
    const { status, invoices } = await app.bill.status('ada')
    expect(status).toBe('past_due')
    const back = await app.bill.verify(invoices[0]?.id ?? '', { customer: 'ada' })
    expect(back).toMatchObject({ status: 'pending', subscription: { status: 'past_due' } })
  })

  it('is none where the options name none', async () => {
    await bought()
    await app.pass(10 * DAY)
    expect(await ledTo(await upgrade(), { card: '4343434343434345' })).toBeNull()
  })
})
