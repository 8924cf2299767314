import { describe, expect, it } from 'vitest'
import { coupon, entitlements, instant } from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, happened } from './products.ts'
import {
  atCheckout,
  checkOut,
  completed,
  HOSTED,
  moneyFor,
  offset,
  registered,
  shop,
  stateOf,
  type Wish,
} from './shop.ts'

const OCT_14 = '2025-10-14'
const OCT_15 = '2025-10-15'
const MINUTE = 60_000

const coupons = [
  coupon('GIFT', { percent: 100 }),
  coupon('LAUNCH', { percent: 20 }),
  coupon('FRIEND', { percent: 10 }),
]
const sold = shop({ coupons, gateways: [{ name: 'bank' }, { name: 'wallet' }] })

const grant = (customer: World, amount: number) =>
  customer.do({ type: 'grant_credit', amount, currency: 'USD' })

/** Where every checkout stands that the account remembers. */
function fates(customer: World): readonly string[] {
  const { closedCheckouts, checkouts } = customer.account
  const open = Object.values(checkouts).map(({ terms }) => `${terms.plan} open`)
  return [...closedCheckouts.map(({ terms, closed }) => `${terms.plan} ${closed}`), ...open]
}

describe('opening a checkout', () => {
  it('writes down what is asked before the customer is sent to pay', () => {
    const { checkout } = atCheckout(sold, OCT_14, 'basic')
    expect(checkout).toMatchObject({ gateway: 'bank', amount: 49_00, currency: 'USD', credit: 0 })
    expect(dateOf(checkout.openedAt)).toBe(OCT_14)
    expect(dateOf(checkout.expiresAt)).toBe(OCT_15)
  })

  it('has a reference that no other checkout and no other customer has', () => {
    const first = atCheckout(sold, OCT_14, 'basic')
    const second = checkOut(first.customer, 'pro')
    const other = checkOut(registered(sold, OCT_14, 'customer.2'), 'basic')
    const references = [first.checkout, second, other].map(({ reference }) => reference)
    expect(new Set(references).size).toBe(3)
  })

  it('asked for twice stays the one that is open', () => {
    const { customer } = atCheckout(sold, OCT_14, { plan: 'basic', coupon: 'LAUNCH' })
    customer.at('2025-10-14T12:00:00Z')
    const again = customer.do({ type: 'subscribe', plan: 'basic', coupon: 'LAUNCH' })
    expect([again.refused, again.events, again.effects]).toEqual([null, [], []])
    expect(dateOf(customer.account.checkouts.default?.expiresAt ?? null)).toBe(OCT_15)
  })

  it.each<[string, Wish, Wish]>([
    ['plan', { plan: 'basic' }, { plan: 'pro' }],
    ['interval', { plan: 'basic' }, { plan: 'basic', interval: 'year' }],
    ['currency', { plan: 'basic' }, { plan: 'basic', currency: 'EUR' }],
    ['quantity', { plan: 'teams', quantity: 2 }, { plan: 'teams', quantity: 4 }],
    ['add-on', { plan: 'basic' }, { plan: 'basic', addOns: { seats: 1 } }],
    ['coupon', { plan: 'basic', coupon: 'FRIEND' }, { plan: 'basic', coupon: 'LAUNCH' }],
    ['gateway', { plan: 'basic' }, { plan: 'basic', gateway: 'wallet' }],
  ])('for another %s takes the place of the one that is open', (_, first, second) => {
    const { customer, checkout } = atCheckout(sold, OCT_14, first)
    const newer = checkOut(customer, second)
    expect(fates(customer)).toEqual([`${first.plan} superseded`, `${second.plan} open`])
    expect(asked(customer.effects, 'checkout.expire')).toMatchObject([
      { gateway: 'bank', reference: checkout.reference },
    ])
    expect(newer.reference).not.toBe(checkout.reference)
  })

  it('leaves a checkout of another group open', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    checkOut(customer, 'backup')
    expect(fates(customer)).toEqual(['basic open', 'backup open'])
  })

  it('stores who will own the renewal clock', () => {
    expect(atCheckout(sold, OCT_14, 'basic').checkout.renewals).toBe('billwright')
    const hosted = shop({ gateways: HOSTED })
    expect(atCheckout(hosted, OCT_14, 'basic').checkout.renewals).toBe('gateway')
  })

  it('sends the customer that the gateway knows already', () => {
    const customer = customerOn(sold, 'basic', OCT_14)
    customer.do({ type: 'cancel', at: 'now' })
    checkOut(customer, 'pro')
    const opened = asked(customer.effects, 'checkout.open')
    expect(opened.map((effect) => effect.customer)).toEqual([null, 'cus_bank'])
  })
})

describe('a checkout that is not paid', () => {
  it('stays open for 24 hours, to the millisecond', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    customer.at(offset(OCT_15, -1))
    expect(fates(customer)).toEqual(['basic open'])
    customer.at(OCT_15)
    expect(fates(customer)).toEqual(['basic expired'])
  })

  it('stays open as long as the policy says', () => {
    const brief = shop({ policies: { checkoutHours: 2 } })
    const { customer } = atCheckout(brief, OCT_14, 'basic')
    expect(fates(customer.at(offset(OCT_14, 2 * 3_600_000 - 1)))).toEqual(['basic open'])
    expect(fates(customer.at('2025-10-14T02:00:00Z'))).toEqual(['basic expired'])
  })

  it('costs nothing: what was true before it is true after it', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    const before = customer.subscription()
    customer.at('2025-12-01')
    expect(customer.subscription()).toEqual(before)
    expect(customer.account.payments).toEqual([])
    expect(customer.account.invoices).toEqual([])
    expect(asked(customer.effects, 'notice.send')).toEqual([])
  })

  it('is withdrawn at the gateway when it expires', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at(OCT_15)
    expect(asked(customer.effects, 'checkout.expire')).toMatchObject([
      { gateway: 'bank', reference: checkout.reference },
    ])
  })

  it('ends when the gateway gives it up, told once or twice', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const { reference } = checkout
    const gone = { type: 'checkout.expired', gateway: 'bank', reference } as const
    customer.do(gone)
    customer.do(gone)
    expect(fates(customer)).toEqual(['basic expired'])
    expect(happened(customer, 'checkout.closed')).toHaveLength(1)
  })

  it('stays when a gateway speaks of a checkout that is not its own', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const { reference } = checkout
    customer.do({ type: 'checkout.expired', gateway: 'wallet', reference })
    customer.do({ type: 'checkout.expired', gateway: 'bank', reference: 'customer.chk99' })
    expect(fates(customer)).toEqual(['basic open'])
  })

  it('stays paid when its expiry is told after the payment', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout))
    const before = customer.account
    const { reference } = checkout
    customer.do({ type: 'checkout.expired', gateway: 'bank', reference })
    expect(customer.account).toEqual(before)
  })

  it('can be tried again after a decline: nothing had changed, nothing changes', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    expect(customer.decline('insufficient_funds').events).toEqual([])
    customer.do(completed(checkout))
    expect(stateOf(customer)).toBe('basic active')
  })

  it('can be asked for anew after it expired', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    customer.at(OCT_15)
    checkOut(customer, 'basic')
    expect(fates(customer)).toEqual(['basic expired', 'basic open'])
  })
})

describe('credit in a checkout', () => {
  it('is set aside while the checkout is open', () => {
    const customer = registered(sold, OCT_14)
    grant(customer, 10_00)
    expect(checkOut(customer, 'basic')).toMatchObject({
      total: 49_00,
      credit: 10_00,
      amount: 39_00,
    })
    expect(customer.account.credit).toEqual({ USD: 0 })
  })

  it('cannot be spent in two checkouts', () => {
    const customer = registered(sold, OCT_14)
    grant(customer, 10_00)
    checkOut(customer, 'basic')
    expect(checkOut(customer, 'backup')).toMatchObject({ credit: 0, amount: 3_00 })
  })

  it('comes back when the checkout expires', () => {
    const customer = registered(sold, OCT_14)
    grant(customer, 10_00)
    checkOut(customer, 'basic')
    customer.at(OCT_15)
    expect(customer.account.credit).toEqual({ USD: 10_00 })
  })

  it('goes over to the checkout that takes its place', () => {
    const customer = registered(sold, OCT_14)
    grant(customer, 10_00)
    checkOut(customer, 'basic')
    expect(checkOut(customer, 'pro')).toMatchObject({ credit: 10_00, amount: 89_00 })
    expect(customer.account.credit).toEqual({ USD: 0 })
  })

  it('is spent by the payment and shown on the invoice', () => {
    const customer = registered(sold, OCT_14)
    grant(customer, 10_00)
    checkOut(customer, 'basic')
    customer.pay()
    expect(happened(customer, 'invoice.paid').map(({ row }) => row)).toMatchObject([
      { total: 49_00, credit: 10_00, due: 39_00 },
    ])
    expect(customer.account.payments.map(({ amount }) => amount)).toEqual([39_00])
    expect(customer.account.credit).toEqual({ USD: 0 })
  })

  it('in another currency pays nothing', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'EUR' })
    expect(checkOut(customer, 'basic')).toMatchObject({ credit: 0, amount: 49_00 })
  })

  it('is left alone where the gateway bills: its own balance counts there', () => {
    const customer = registered(shop({ gateways: HOSTED }), OCT_14)
    grant(customer, 10_00)
    expect(checkOut(customer, 'basic')).toMatchObject({ credit: 0, amount: 49_00 })
    expect(customer.account.credit).toEqual({ USD: 10_00 })
  })
})

describe('a purchase with nothing to pay', () => {
  it('is active at once when credit covers it, and the rest of the credit stays', () => {
    const customer = registered(sold, OCT_14)
    grant(customer, 50_00)
    const { effects } = customer.do({ type: 'subscribe', plan: 'basic' })
    expect(effects.filter(({ kind }) => kind === 'checkout.open')).toEqual([])
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.account.credit).toEqual({ USD: 1_00 })
  })

  it('is active at once with a coupon for all of it', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'subscribe', plan: 'basic', coupon: 'GIFT' })
    expect(stateOf(customer)).toBe('basic active')
    expect(fates(customer)).toEqual(['basic completed'])
    expect(happened(customer, 'invoice.paid')).toMatchObject([
      { payment: null, row: { total: 0, due: 0 } },
    ])
  })

  it('still needs the page where the gateway owns the clock', () => {
    const hosted = shop({ gateways: HOSTED, coupons })
    const { customer, checkout } = atCheckout(hosted, OCT_14, { plan: 'basic', coupon: 'GIFT' })
    expect(checkout.amount).toBe(0)
    expect(stateOf(customer)).toBe('free active')
    customer.do(completed(checkout, { paid: false, subscription: 'sub_1' }))
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.subscription().gatewayRef).toBe('sub_1')
  })
})

describe("the gateway's customer", () => {
  const linked = (customer: string) =>
    ({ type: 'customer.linked', gateway: 'bank', customer }) as const

  it('is known before anything is paid, and every look-up names it', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(linked('cus_1'))
    expect(customer.account.gatewayCustomers).toEqual({ bank: 'cus_1' })
    const { reference } = checkout
    expect(customer.do({ type: 'verify', reference }).effects).toMatchObject([
      { kind: 'payment.lookup', reference, customer: 'cus_1' },
    ])
    checkOut(customer, 'pro')
    expect(asked(customer.effects, 'checkout.expire')).toMatchObject([
      { reference, customer: 'cus_1' },
    ])
    expect(asked(customer.effects, 'checkout.open').at(-1)?.customer).toBe('cus_1')
  })

  it('that was made a second time by mistake does not replace the first', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    customer.do(linked('cus_1'))
    expect(customer.do(linked('cus_2')).events).toEqual([])
    expect(customer.account.gatewayCustomers).toEqual({ bank: 'cus_1' })
  })
})

describe("the gateway's page", () => {
  const opened = (reference: string, page: string, gateway = 'bank') =>
    ({ type: 'page.opened', gateway, reference, page }) as const

  it('is named by its id wherever the checkout is looked up or closed', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const { reference } = checkout
    customer.do(opened(reference, 'cs_1'))
    expect(customer.do({ type: 'verify', reference }).effects).toMatchObject([
      { kind: 'payment.lookup', reference, page: 'cs_1' },
    ])
    checkOut(customer, 'pro')
    expect(asked(customer.effects, 'checkout.expire')).toMatchObject([{ reference, page: 'cs_1' }])
    // The answer may come after another checkout took its place.
    expect(customer.account.closedCheckouts[0]?.page).toBe('cs_1')
  })

  it('that nobody told is not named', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    checkOut(customer, 'pro')
    expect(asked(customer.effects, 'checkout.expire')[0]).not.toHaveProperty('page')
  })

  it('told twice is told once, and told by another gateway or for nothing of ours it is nothing', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const { reference } = checkout
    expect(customer.do(opened(reference, 'cs_1')).events).toHaveLength(1)
    expect(customer.do(opened(reference, 'cs_1')).events).toEqual([])
    expect(customer.do(opened(reference, 'cs_2', 'wallet')).events).toEqual([])
    expect(customer.do(opened('customer.1.chk99', 'cs_3')).events).toEqual([])
    expect(customer.account.checkouts.default?.page).toBe('cs_1')
  })
})

describe('an open checkout that nobody hears of', () => {
  const minutes = (customer: World) =>
    customer.journal
      .filter(({ type }) => type === 'page.awaited')
      .map(({ at }) => (at - instant(OCT_14)) / MINUTE)

  it('is looked up 1, 5, 15 and 60 minutes after it was opened, under four keys, and never again', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const { reference } = checkout
    customer.do({ type: 'page.opened', gateway: 'bank', reference, page: 'cs_1' })
    customer.at('2025-11-14')
    expect(minutes(customer)).toEqual([1, 5, 15, 60])
    const effects = asked(customer.effects, 'payment.lookup')
    expect(new Set(effects.map(({ key }) => key)).size).toBe(4)
    for (const effect of effects) expect(effect).toMatchObject({ reference, page: 'cs_1' })
    expect(fates(customer)).toEqual(['basic expired'])
  })

  it('is looked up at the instant and not 1 ms before', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    expect(minutes(customer.at(instant(OCT_14) + MINUTE - 1))).toEqual([])
    expect(minutes(customer.at(instant(OCT_14) + MINUTE))).toEqual([1])
  })

  it('is not looked up once it is paid', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout))
    customer.at('2025-10-16')
    expect(asked(customer.effects, 'payment.lookup')).toEqual([])
  })

  it('is not looked up once another took its place, which has its own times', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at(instant(OCT_14) + 2 * MINUTE)
    const { reference } = checkOut(customer, 'pro')
    customer.at('2025-10-16')
    expect(minutes(customer)).toEqual([1, 3, 7, 17, 62])
    const about = asked(customer.effects, 'payment.lookup').map((effect) => effect.reference)
    expect(about).toEqual([checkout.reference, ...Array(4).fill(reference)])
  })
})

describe('coming back from the payment page', () => {
  const verify = (customer: World, reference: string) => customer.do({ type: 'verify', reference })

  it('B-02 looks the payment up at the gateway it was asked of', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, { plan: 'basic', gateway: 'wallet' })
    const { reference } = checkout
    expect(verify(customer, reference).effects).toMatchObject([
      { kind: 'payment.lookup', gateway: 'wallet', reference },
    ])
  })

  it('B-02 twice asks the same question, under the same key', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const keys = [1, 2].map(() => verify(customer, checkout.reference).effects.map((e) => e.key))
    expect(keys[0]).toEqual(keys[1])
  })

  it('B-02 changes nothing once it is paid, and asks nothing more', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout))
    const again = verify(customer, checkout.reference)
    expect([again.refused, again.events, again.effects]).toEqual([null, [], []])
  })

  it('looks up a checkout that expired or was superseded: it may have been paid', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    checkOut(customer, 'pro')
    expect(verify(customer, checkout.reference).effects).toHaveLength(1)
    const late = atCheckout(sold, OCT_14, 'basic')
    late.customer.at('2025-10-20')
    expect(verify(late.customer, late.checkout.reference).effects).toHaveLength(1)
  })

  it('asks nothing more about a checkout that expired and was paid after all', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-10-20').do(moneyFor(checkout))
    expect(verify(customer, checkout.reference).effects).toEqual([])
  })

  it('is refused for a reference nobody gave out', () => {
    given(sold, { at: OCT_14 })
      .when({ type: 'verify', reference: 'customer.chk1' })
      .thenRefused('checkout_unknown')
  })

  it("is refused for another customer's reference", () => {
    const { checkout } = atCheckout(sold, OCT_14, 'basic')
    const stranger = world(sold, OCT_14, { id: 'stranger' })
    checkOut(stranger, 'basic')
    expect(verify(stranger, checkout.reference).refused).toBe('checkout_unknown')
  })

  it('shows nothing new before the gateway has answered', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    verify(customer, checkout.reference)
    const rights = entitlements(customer.account, {}, customer.now, sold)
    expect([stateOf(customer), rights.plan]).toEqual(['free active', 'free'])
  })
})
