/** A shop for the sentences about buying: a bit of everything that can be sold, and its customers. */
import {
  addOn,
  type Catalog,
  type Checkout,
  type Coupon,
  catalog,
  days,
  every,
  type GatewayEvent,
  type Instant,
  type Interval,
  instant,
  limit,
  monthly,
  plan,
  yearly,
} from '../../../src/core/index.ts'
import { type World, world } from '../../../src/testing/index.ts'
import { dateOf, type Gateways, type PolicyOptions } from './products.ts'

const listings = limit('listings')

export interface ShopOptions {
  readonly policies?: PolicyOptions
  readonly gateways?: Gateways
  readonly coupons?: readonly Coupon[]
  /** `false`: there is no free plan, so whoever has not paid has nothing. Default `true`. */
  readonly free?: boolean
}

const free = plan('free', { default: true, includes: [listings(1)] })
const basic = plan('basic', {
  price: [
    monthly(49_00, 'USD'),
    yearly(490_00, 'USD'),
    monthly(45_00, 'EUR'),
    every({ unit: 'month', count: 3 }, 140_00, 'USD'),
  ],
  includes: [listings(5)],
})
const pro = plan('pro', {
  price: [monthly(99_00, 'USD'), yearly(990_00, 'USD')],
  includes: [listings(20)],
})
const teams = plan('teams', {
  price: monthly(10_00, 'USD'),
  quantity: { min: 2, max: 50 },
  includes: [listings(1, { per: 'unit' })],
})
const retired = plan('retired', { price: monthly(5_00, 'USD'), archived: true })
/** Trials of 10 and 13 days without payment, and one of 14 days that saves a card first. */
const starter = plan('starter', {
  price: [monthly(49_00, 'USD'), yearly(490_00, 'USD')],
  trial: days(10),
  includes: [listings(5)],
})
const growth = plan('growth', {
  price: monthly(99_00, 'USD'),
  trial: days(13),
  includes: [listings(20)],
})
const vip = plan('vip', {
  price: monthly(199_00, 'USD'),
  trial: days(14, { payment: 'upfront' }),
  includes: [listings('unlimited')],
})
const backup = plan('backup', { group: 'backup', price: monthly(3_00, 'USD') })
const vault = plan('vault', {
  group: 'backup',
  price: monthly(7_00, 'USD'),
  trial: days(14, { payment: 'upfront' }),
})

const paidPlans = [basic, pro, teams, retired, starter, growth, vip, backup, vault]
const seats = addOn('seats', {
  price: [monthly(5_00, 'USD'), yearly(50_00, 'USD')],
  adds: [listings(1)],
})
const badge = addOn('badge', {
  price: monthly(2_00, 'USD'),
  adds: [listings(1)],
  plans: ['pro'],
})

export function shop(options: ShopOptions = {}): Catalog {
  const { policies = {}, gateways = [{ name: 'bank' }], coupons = [] } = options
  const plans = options.free === false ? paidPlans : [free, ...paidPlans]
  return catalog({ plans, addOns: [seats, badge], coupons, policies, gateways })
}

/** The gateway that owns the renewal clock and shows its own price: tax, currency, promotions. */
export const HOSTED: Gateways = [{ name: 'hosted', renewals: 'gateway', amounts: 'session' }]

export interface Wish {
  readonly plan: string
  readonly interval?: Interval['unit'] | Interval
  readonly currency?: string
  readonly quantity?: number
  readonly addOns?: Readonly<Record<string, number>>
  readonly coupon?: string
  readonly gateway?: string
  readonly trial?: boolean
  readonly trialKeys?: readonly string[]
  readonly trialKeysTaken?: readonly string[]
}

/** A customer who has registered and nothing else. */
export function registered(sold: Catalog, at: string, id = 'customer'): World {
  const customer = world(sold, at, { id })
  customer.do({ type: 'register' })
  return customer
}

/** Asks to buy a plan and gives the checkout that is open then. */
export function checkOut(customer: World, wish: Wish | string): Checkout {
  const wished = typeof wish === 'string' ? { plan: wish } : wish
  const { refused, events } = customer.do({ type: 'subscribe', ...wished })
  if (refused) throw new Error(`Refused: ${refused}`)
  const opened = events.find(({ type }) => type === 'checkout.opened')
  if (opened?.type !== 'checkout.opened') throw new Error('No checkout was opened')
  return opened.checkout
}

/** A customer who has registered and stands before the payment page. */
export function atCheckout(sold: Catalog, at: string, wish: Wish | string) {
  const customer = registered(sold, at)
  const checkout = checkOut(customer, wish)
  return { customer, checkout }
}

export interface Paid {
  readonly id?: string
  readonly amount?: number
  readonly currency?: string
  readonly at?: Instant
  readonly gateway?: string
}

/** The webhook: money for a checkout arrived. */
export function moneyFor(checkout: Checkout, paid: Paid = {}): GatewayEvent {
  const { id = 'pay_1', amount = checkout.amount, currency = checkout.currency } = paid
  const { at = checkout.openedAt, gateway = checkout.gateway } = paid
  const payment = { id, subject: { checkout: checkout.reference }, amount, currency, at }
  return { type: 'payment.succeeded', gateway, payment }
}

export interface Completed extends Paid {
  /** `false`: the page was left, the money is still on its way. Default `true`. */
  readonly paid?: boolean
  /** The gateway's own subscription. */
  readonly subscription?: string
}

/** The customer went through with it: the reply after the redirect, or the gateway's webhook. */
export function completed(checkout: Checkout, told: Completed = {}): GatewayEvent {
  const { reference, gateway } = checkout
  const money = moneyFor(checkout, told)
  const payment = money.type === 'payment.succeeded' ? money.payment : null
  return {
    type: 'checkout.completed',
    gateway: told.gateway ?? gateway,
    reference,
    customer: `cus_${gateway}`,
    subscription: told.subscription ?? null,
    method: null,
    payment: told.paid === false ? null : payment,
    at: told.at ?? checkout.openedAt,
  }
}

/** Plan and status, such as `basic active`. */
export function stateOf(customer: World, group = 'default'): string {
  const subscription = customer.account.subscriptions[group]
  return subscription ? `${subscription.plan} ${subscription.status}` : 'nothing'
}

/** First and last day of the running period. */
export function periodOf(customer: World, group = 'default'): readonly (string | null)[] {
  const { start, end } = customer.subscription(group).period
  return [dateOf(start), dateOf(end)]
}

/** The instant a little before or after a date. */
export function offset(at: string, milliseconds: number): Instant {
  return instant(instant(at) + milliseconds)
}
