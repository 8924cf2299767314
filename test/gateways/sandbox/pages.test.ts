/** The hosted pages as a browser meets them, over real HTTP. */
import type { HostedPage } from 'billwright'
import { afterEach, describe, expect, it } from 'vitest'
import { TEST_CARDS } from '../../../adapters/gateways/sandbox/index.ts'
import { number, openShop, type Shop, type ShopOptions } from './shop.ts'

const SUCCESS = 'https://app.example/paid?tab=billing'
const CANCEL = 'https://app.example/plans'
const EVIL = `"><script>alert('x')</script>&`

interface Made {
  readonly id: string
  readonly url: string
  readonly error?: { readonly code: string }
}

const open: Shop[] = []

afterEach(async () => {
  for (const shop of open.splice(0)) await shop.emulator.close()
})

async function served(options?: ShopOptions): Promise<Shop> {
  const shop = openShop(options)
  open.push(shop)
  await shop.emulator.listen()
  return shop
}

async function checkout(shop: Shop, plan = 'basic'): Promise<HostedPage> {
  const urls = { successUrl: SUCCESS, cancelUrl: CANCEL }
  const page = await shop.ask({ type: 'subscribe', plan, trial: false, ...urls })
  if (!page) throw new Error('There is no page')
  return page
}

const look = (page: HostedPage) => fetch(page.url, { redirect: 'manual' })

/** What a browser sends when a button of the form is pressed. */
const press = (page: HostedPage, fields: Readonly<Record<string, string>>) =>
  fetch(page.url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

const charges = ({ emulator }: Shop) => emulator.book().charges

describe('a checkout page', () => {
  it('shows what is bought, the amount, a card and every test card', async () => {
    const shop = await served()
    const response = await look(await checkout(shop))
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(text).toContain('$10.00')
    expect(text).toContain('<td>The basic plan</td>')
    expect(text).toContain('value="4242 4242 4242 4242"')
    for (const card of TEST_CARDS) expect(text).toContain(`name="card" value="${card.number}"`)
  })

  it('is well-formed, labeled, made for small screens, and loads nothing', async () => {
    const shop = await served()
    const response = await look(await checkout(shop))
    const text = await response.text()
    expect(unbalanced(text)).toEqual([])
    expect(text).toContain('<html lang="en">')
    expect(text).toContain('name="viewport" content="width=device-width, initial-scale=1"')
    expect(text).toContain('prefers-color-scheme: dark')
    for (const [, id] of text.matchAll(/<input id="(\w+)"/g))
      expect(text).toContain(`<label for="${id}"`)
    // An icon that is written out keeps browsers from asking for one.
    const rest = text.replace('<link rel="icon" href="data:,">', '')
    expect(rest).not.toMatch(/<(script|img|link|iframe)|url\(|@import/)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('redirects to the app with our reference once it is paid', async () => {
    const shop = await served()
    const page = await checkout(shop)
    const response = await press(page, { number: '4242 4242 4242 4242', action: 'pay' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toMatch(
      /^https:\/\/app\.example\/paid\?tab=billing&reference=/,
    )
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('reference')).toBe(
      charges(shop)[0]?.reference,
    )
    expect(charges(shop)).toMatchObject([{ amount: 1000, currency: 'USD' }])
  })

  it('leads back to the app when the customer leaves, and charges nothing', async () => {
    const shop = await served()
    const page = await checkout(shop)
    const response = await press(page, { action: 'cancel' })
    expect([response.status, response.headers.get('location')]).toEqual([303, CANCEL])
    expect(charges(shop)).toEqual([])
    expect((await press(page, { action: 'pay', number: '4242424242424242' })).status).toBe(303)
  })

  it('that is submitted twice is paid once and redirects alike', async () => {
    const shop = await served()
    const page = await checkout(shop)
    const both = await Promise.all([1, 2].map(() => press(page, { card: '4242424242424242' })))
    expect(new Set(both.map(({ headers }) => headers.get('location'))).size).toBe(1)
    expect(both.map(({ status }) => status)).toEqual([303, 303])
    expect(charges(shop)).toHaveLength(1)
  })

  it('that was paid says so', async () => {
    const shop = await served()
    const page = await checkout(shop)
    await press(page, { card: '4242424242424242' })
    const text = await (await look(page)).text()
    expect(text).toContain('This has been paid')
    expect(text).not.toContain('<form')
  })

  it('that expired says so and takes nothing', async () => {
    const shop = await served()
    const page = await checkout(shop)
    shop.emulator.expire(page.url)
    const pressed = await press(page, { card: '4242424242424242' })
    expect(await pressed.text()).toContain('This page has expired')
    expect(await (await look(page)).text()).toContain('This page has expired')
    expect(charges(shop)).toEqual([])
  })

  it('expires by itself when its time is over', async () => {
    const shop = await served()
    const page = await checkout(shop)
    await shop.advance('2026-02-02')
    expect(await (await look(page)).text()).toContain('This page has expired')
    expect(shop.emulator.events.map(({ type }) => type)).toContain('page.expired')
  })

  it('with a number that is none of the cards says so and stays', async () => {
    const shop = await served()
    const page = await checkout(shop)
    const text = await (await press(page, { number: '1234', action: 'pay' })).text()
    expect(text).toContain('role="alert">This is none of the test cards')
    expect(text).toContain('<form')
  })

  it('that does not exist is not found', async () => {
    const shop = await served()
    expect((await fetch(`${shop.emulator.url}/pay/page_99`)).status).toBe(404)
    expect((await fetch(`${shop.emulator.url}/pay/__proto__`)).status).toBe(404)
    expect((await fetch(`${shop.emulator.url}/pay/%E0%A4%A`)).status).toBe(404)
  })
})

describe('a card', () => {
  const declining = TEST_CARDS.filter(({ behavior }) => behavior.kind === 'declines')

  it.each(declining.map((card) => [card.behavior, card] as const))(
    'that is declined stays on the page and says why: %o',
    async (behavior, card) => {
      const shop = await served()
      const page = await checkout(shop)
      const code = behavior.kind === 'declines' ? behavior.code : ''
      const response = await press(page, { card: card.number })
      expect(response.status).toBe(200)
      expect(await response.text()).toContain(`declined: ${code.replaceAll('_', ' ')}`)
      const failed = (await shop.hear()).filter(({ type }) => type === 'payment.failed')
      expect(failed).toMatchObject([{ decline: { code } }])
      expect(charges(shop)).toEqual([])
      expect((await press(page, { card: '4242424242424242' })).status).toBe(303)
    },
  )

  it.each([
    ['confirm', 303, 1],
    ['refuse', 200, 0],
  ])('whose bank asks first is charged by «%s» as it says', async (action, status, count) => {
    const shop = await served()
    const page = await checkout(shop)
    const asked = await (await press(page, { card: number('needs_authentication') })).text()
    expect(asked).toContain('a payment of $10.00')
    expect(charges(shop)).toEqual([])
    expect((await press(page, { action })).status).toBe(status)
    expect(charges(shop)).toHaveLength(count)
  })

  it('that is a wallet pays and is told as one that cannot be charged again', async () => {
    const shop = await served()
    await press(await checkout(shop), { card: number('wallet') })
    await shop.hear()
    expect(shop.customer.account.paymentMethod).toMatchObject({ reusable: false, expires: null })
  })
})

describe('other pages', () => {
  it('a link settles the invoice of a customer without a card', async () => {
    const shop = await served()
    await press(await checkout(shop), { card: number('wallet') })
    await shop.hear()
    await shop.advance('2026-02-28T10:00:00Z')
    const link = shop.customer.account.invoices[0]?.link ?? ''
    expect(await (await look({ url: link })).text()).toContain('Pay your invoice')
    await press({ url: link }, { card: number('wallet') })
    await shop.hear()
    expect(shop.customer.account.invoices).toEqual([])
    expect(charges(shop)).toHaveLength(2)
  })

  it('a page for another card shows no price and returns to the app', async () => {
    const shop = await served()
    await shop.buy()
    const page = await shop.ask({ type: 'update_payment_method', returnUrl: CANCEL })
    const text = await (await look(page ?? { url: '' })).text()
    expect(text).toContain('Save a payment method')
    expect(text).not.toContain('$')
    const pressed = await press(page ?? { url: '' }, { card: number('fails_later') })
    expect(pressed.headers.get('location')).toBe(CANCEL)
    await shop.hear()
    expect(shop.customer.account.paymentMethod?.last4).toBe('0341')
  })

  it('E4 what a request names is escaped wherever it is shown', async () => {
    const shop = await served()
    const authorization = 'Bearer sk_test_12345678'
    const api = async (method: string, path: string, body: object): Promise<Made> => {
      const headers = { authorization, 'content-type': 'application/json' }
      const init = { method, headers, body: JSON.stringify(body) }
      return (await fetch(`${shop.emulator.url}${path}`, init)).json() as Promise<Made>
    }
    const { id: customer } = await api('PUT', `/v1/customers/${encodeURIComponent(EVIL)}`, {})
    const page = await api('POST', '/v1/checkouts', {
      ...{ customer, reference: EVIL, amount: 1000, currency: 'USD', sells: null },
      lines: [{ label: EVIL, quantity: 1, amount: 1000 }],
      successUrl: `https://app.example/${EVIL}`,
      cancelUrl: `https://app.example/${EVIL}`,
      expiresAt: null,
    })
    const before = await (await look(page)).text()
    const paid = await press(page, { card: '4242424242424242' })
    const after = await (await look(page)).text()
    for (const text of [before, after]) {
      expect(text).not.toContain('<script')
      expect(unbalanced(text)).toEqual([])
    }
    expect(before).toContain('&#34;&#62;&#60;script&#62;')
    expect(paid.headers.get('location')).not.toContain('<')
    const running = {
      lines: [],
      successUrl: 'javascript:alert(1)',
      cancelUrl: null,
      expiresAt: null,
    }
    const sale = { customer, reference: 'r', amount: 1, currency: 'USD', sells: null, ...running }
    expect(await api('POST', '/v1/checkouts', sale)).toMatchObject({
      error: { code: 'invalid_successUrl' },
    })
  })
})

describe('the way for tests', () => {
  it('says in JSON what the page would show', async () => {
    const shop = await served()
    const page = await checkout(shop)
    expect(await shop.on(page, { card: number('insufficient_funds') })).toEqual({
      ...{ status: 'open', decline: 'insufficient_funds', needsConfirmation: false },
      redirectUrl: null,
    })
    expect(await shop.on(page, { card: number('needs_authentication') })).toMatchObject({
      needsConfirmation: true,
    })
    expect(await shop.on(page, { action: 'confirm' })).toMatchObject({
      status: 'done',
      redirectUrl: expect.stringContaining('&reference='),
    })
  })
})

const VOID = new Set(['meta', 'link', 'input', '!doctype'])

/** Tags that are not closed in the order they were opened. */
function unbalanced(text: string): readonly string[] {
  const stack: string[] = []
  const wrong: string[] = []
  for (const [, slash, name = ''] of text.matchAll(/<(\/?)([!a-z][a-z0-9]*)(?:\s[^<>]*)?>/gi)) {
    if (VOID.has(name.toLowerCase())) continue
    if (slash === '') stack.push(name)
    else if (stack.pop() !== name) wrong.push(name)
  }
  return [...wrong, ...stack]
}
