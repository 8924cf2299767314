/** F-04: a customer goes from one gateway to another and back; each period is charged once. */

import type { Renewals } from 'billwright/core'
import type { Book, StageFault } from 'billwright/testing'
import { type Bill, billing, meter, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandbox,
  sandboxEmulator,
} from 'billwright/sandbox'
import { testClock } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { cardNumber } from '../../support/shop.ts'

const PRICE = 49_00
const words = meter('words')
const DAY = 86_400_000
const START = Date.parse('2025-10-14T00:00:00Z')
type Name = 'east' | 'west'

/** One app with two gateways, one clock for all three, and a customer who clicks. */
async function app(renewals: Readonly<Record<Name, Renewals>>) {
  const clock = testClock(START)
  const emulators = {} as Record<Name, SandboxEmulator>
  const open = (name: Name) => {
    emulators[name] = sandboxEmulator({
      clock,
      webhookUrl: `https://app.example/webhooks/${name}`,
      deliver: (request) => received(name, request),
    })
    const secrets = { secretKey: `sk_test_${name}_moving`, webhookSecret: SANDBOX_WEBHOOK_SECRET }
    return sandbox({ ...secrets, name, emulator: emulators[name], renewals: renewals[name] })
  }
  const bill = billing({
    plans: [plan('basic', { price: monthly(PRICE, 'USD'), includes: [words(100)] })],
    gateways: [open('east'), open('west')],
    storage: memory(),
    clock,
  }) as Bill

  async function received(gateway: Name, request: Request): Promise<Response> {
    const headers = Object.fromEntries(request.headers)
    const body = new Uint8Array(await request.arrayBuffer())
    await bill.receive(gateway, { headers, body })
    return new Response(null, { status: 200 })
  }

  const quiet = async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const emulator of Object.values(emulators)) await emulator.advance()
      await bill.work({ once: true })
      for (const emulator of Object.values(emulators)) await emulator.settle()
    }
  }
  const books = (): readonly Book[] => Object.values(emulators).map((each) => each.book())
  return {
    bill,
    quiet,
    /** Days go by; access is looked at on each. */
    async days(count: number) {
      for (let day = 0; day < count; day += 1) {
        clock.set(clock.now() + DAY)
        await quiet()
        expect(await bill.status('joe'), new Date(clock.now()).toISOString()).toMatchObject({
          access: true,
          status: 'active',
        })
      }
    },
    fault: (at: Name, fault: StageFault) => emulators[at].fault(fault),
    async buy() {
      const bought = await bill.subscribe('joe', 'basic', { gateway: 'east' })
      if (!('url' in bought)) throw new Error('There is no page to pay on')
      await this.click('east', bought.url)
    },
    async click(at: Name, url: string) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ card: cardNumber('succeeds') })
      await emulators[at].fetch(url, { method: 'POST', headers, body })
      await quiet()
    },
    async moveTo(to: Name, at: 'now' | 'period_end' = 'now') {
      const page = await bill.move('joe', { to, at })
      if (!('url' in page)) throw new Error('There is no page to sign up on')
      await this.click(to, page.url)
    },
    /** When and how much, wherever it was charged. */
    charges: () =>
      books()
        .flatMap((book) => book.charges)
        .map(({ at, amount, refunded }) => [
          new Date(at).toISOString().slice(0, 10),
          amount - refunded,
        ])
        .sort(),
    /** Subscriptions that a gateway would still charge for. */
    running: () =>
      books().flatMap((book) => book.subscriptions.filter(({ state }) => state !== 'canceled')),
  }
}

const CLOCKS = [
  ['billwright', 'billwright'],
  ['billwright', 'gateway'],
  ['gateway', 'billwright'],
  ['gateway', 'gateway'],
] as const

const FOUR_MONTHS = [
  ['2025-10-14', PRICE],
  ['2025-11-14', PRICE],
  ['2025-12-14', PRICE],
  ['2026-01-14', PRICE],
]

describe.each(CLOCKS)('F-04 from a gateway where %s renews to one where %s does', (east, west) => {
  it('there and back: every period is charged once, and access has no gap', async () => {
    const site = await app({ east, west })
    await site.buy()
    await site.bill.use('joe', 'words', 40)
    await site.days(10)
    await site.moveTo('west')
    expect(await site.bill.check('joe', 'words')).toMatchObject({ remaining: 60 })
    expect(site.charges()).toEqual(FOUR_MONTHS.slice(0, 1))
    await site.days(45)
    await site.moveTo('east')
    await site.days(45)
    expect(site.charges()).toEqual(FOUR_MONTHS)
    const { subscription } = await site.bill.status('joe')
    expect(subscription).toMatchObject({ gateway: 'east', renewals: east })
    expect(site.running()).toHaveLength(east === 'gateway' ? 1 : 0)
  })

  it('at the end of the period: until then the one before stays, then it is as if moved at once', async () => {
    const site = await app({ east, west })
    await site.buy()
    await site.days(10)
    await site.moveTo('west', 'period_end')
    const { subscription, checkout } = await site.bill.status('joe')
    expect(subscription).toMatchObject({ gateway: 'east', ending: null })
    expect(subscription?.moving).toEqual({ to: 'west', at: new Date('2025-11-14') })
    expect(checkout).toBeNull()
    await site.days(45)
    expect((await site.bill.status('joe')).subscription).toMatchObject({
      gateway: 'west',
      renewals: west,
      moving: null,
    })
    await site.moveTo('east', 'period_end')
    await site.days(45)
    expect(site.charges()).toEqual(FOUR_MONTHS)
    expect((await site.bill.status('joe')).subscription?.gateway).toBe('east')
    expect(site.running()).toHaveLength(east === 'gateway' ? 1 : 0)
  })

  it('undone before the period ends, everything is as before', async () => {
    const site = await app({ east, west })
    await site.buy()
    await site.days(10)
    await site.moveTo('west', 'period_end')
    await site.days(5)
    expect(await site.bill.undoChange('joe')).toMatchObject({ status: 'active' })
    await site.days(60)
    expect(site.charges()).toEqual(FOUR_MONTHS.slice(0, 3))
    expect((await site.bill.status('joe')).subscription?.gateway).toBe('east')
    expect(site.running()).toHaveLength(east === 'gateway' ? 1 : 0)
  })

  it('a page that nobody signs up on changes nothing', async () => {
    const site = await app({ east, west })
    await site.buy()
    await site.bill.move('joe', { to: 'west' })
    await site.days(60)
    expect(site.charges()).toEqual(FOUR_MONTHS.slice(0, 2))
    expect((await site.bill.status('joe')).subscription?.gateway).toBe('east')
  })

  it('a gateway that loses an answer meanwhile charges nobody twice', async () => {
    const site = await app({ east, west })
    await site.buy()
    await site.days(10)
    site.fault('west', 'lost_reply')
    await site.bill.move('joe', { to: 'west' }).catch(() => null)
    await site.quiet()
    const page = await site.bill.move('joe', { to: 'west' })
    if (!('url' in page)) throw new Error('There is no page to sign up on')
    site.fault('east', '500_before')
    await site.click('west', page.url)
    await site.days(60)
    expect(site.charges()).toEqual(FOUR_MONTHS.slice(0, 3))
  })

  it('the preview says that nothing is due now, and what comes when', async () => {
    const site = await app({ east, west })
    await site.buy()
    expect(await site.bill.preview.move('joe', { to: 'west' })).toMatchObject({
      due: 0,
      next: { at: new Date('2025-11-14'), amount: PRICE, currency: 'USD' },
    })
    const later = await site.bill.preview.move('joe', { to: 'west', at: 'period_end' })
    expect(later).toMatchObject({ due: 0, next: { amount: PRICE }, at: new Date('2025-11-14') })
    expect(later.subscription?.moving).toEqual({ to: 'west', at: new Date('2025-11-14') })
    expect((await site.bill.status('joe')).checkout).toBeNull()
  })
})

it('F-04 an unknown gateway is refused, and where somebody is already nothing happens', async () => {
  const site = await app({ east: 'billwright', west: 'gateway' })
  await site.buy()
  await expect(site.bill.move('joe', { to: 'north' })).rejects.toMatchObject({
    code: 'gateway_required',
  })
  expect(await site.bill.move('joe', { to: 'east' })).toMatchObject({ status: 'active' })
  expect((await site.bill.status('joe')).checkout).toBeNull()
})
