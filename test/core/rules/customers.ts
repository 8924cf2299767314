/**
 * Customers that the sentences about money and time begin with, the facts a gateway tells about them,
 * and a check that the order in which facts are told does not matter.
 */
import {
  type Account,
  addOn,
  type BillingEvent,
  type Catalog,
  type CatalogOptions,
  catalog,
  coupon,
  type Decline,
  type Effect,
  type GatewayEvent,
  instant,
  limit,
  monthly,
  type Observation,
  type PaymentFact,
  type PaymentSubject,
  type Period,
  plan,
  yearly,
} from '../../../src/core/index.ts'
import { card, type World, world } from '../../../src/testing/index.ts'

type Policies = CatalogOptions['policies']

const listings = limit('listings')
const members = limit('members')

/** Business listings: cards are charged by us, $49 and $99 a month, no free plan. */
export function listingsCatalog(policies: Policies = {}): Catalog {
  return catalog({
    plans: [
      plan('basic', { price: monthly(4900, 'USD'), includes: [listings(1)] }),
      plan('pro', { price: monthly(9900, 'USD'), includes: [listings(3)] }),
    ],
    coupons: [
      coupon('FREEMONTH', { percent: 100 }),
      coupon('PARTNER20', { percent: 20, duration: { periods: 3 } }),
    ],
    policies,
    gateways: [{ name: 'paystack' }],
  })
}

/** A tiered product whose gateway owns the clock: Free, Essential $19, Premium $49. */
export function hostedCatalog(policies: Policies = {}): Catalog {
  return catalog({
    plans: [
      plan('free', { default: true, rank: 0, includes: [members(1)] }),
      plan('essential', {
        rank: 1,
        price: [monthly(1900, 'USD'), yearly(19_000, 'USD')],
        includes: [members(5)],
      }),
      plan('premium', {
        rank: 2,
        price: [monthly(4900, 'USD'), yearly(49_000, 'USD')],
        includes: [members(20)],
      }),
    ],
    policies,
    gateways: [{ name: 'stripe', renewals: 'gateway', amounts: 'session' }],
  })
}

/** Organizations that pay by wallet: what cannot be charged again renews by payment link. */
export function walletCatalog(policies: Policies = {}): Catalog {
  return catalog({
    plans: [
      plan('starter', { price: monthly(49_900, 'PHP'), includes: [members(3)] }),
      plan('team', { price: monthly(149_900, 'PHP'), includes: [members(10)] }),
    ],
    addOns: [addOn('five_seats', { price: monthly(29_900, 'PHP'), adds: [members(5)] })],
    coupons: [coupon('HALF', { percent: 50 })],
    policies,
    gateways: [{ name: 'paymongo' }],
  })
}

/** A wallet: it paid once and can't be charged again. */
export const gcash = { ...card('paymongo', 'gcash_1'), reusable: false, brand: 'gcash' }

/** A customer who bought a plan and paid at `at`. */
export function paying(
  sold: Catalog,
  at: string,
  buys: { readonly plan: string; readonly interval?: 'month' | 'year'; readonly coupon?: string },
  pays: Parameters<World['pay']>[0] = {},
): World {
  const customer = world(sold, at)
  customer.do({ type: 'register' })
  customer.do({ type: 'subscribe', ...buys })
  customer.pay(pays)
  return customer
}

/** Basic since October 14; the first renewal is due on November 14. */
export const basicSince14October = (sold = listingsCatalog()) =>
  paying(sold, '2025-10-14', { plan: 'basic' })

/** Premium since October 14 at the gateway, which calls it `sub_1`. */
export const hostedSince14October = (sold = hostedCatalog(), buys = 'premium') =>
  paying(sold, '2025-10-14', { plan: buys }, { subscription: 'sub_1' })

/** Starter since October 14, paid by wallet. */
export const walletSince14October = (sold = walletCatalog()) =>
  paying(sold, '2025-10-14', { plan: 'starter' }, { method: gcash })

export const date = (at: string) => instant(at)
export const day = (at: number | null | undefined) =>
  at === null || at === undefined ? null : new Date(at).toISOString().slice(0, 10)

export function period(start: string, end: string): Period {
  return { start: instant(start), end: instant(end) }
}

/** The first and the last day of the running period, the last being the next billing date. */
export function periodOf(customer: World): readonly (string | null)[] {
  const { start, end } = customer.subscription().period
  return [day(start), day(end)]
}

export function typesOf(events: readonly BillingEvent[]): readonly string[] {
  return events.map(({ type }) => type)
}

type Kind = Effect['kind']

/** Every effect of a kind that was asked for so far. */
export function asked<K extends Kind>(customer: World, kind: K) {
  return customer.effects.filter(
    (effect): effect is Extract<Effect, { readonly kind: K }> => effect.kind === kind,
  )
}

/** What was demanded so far: day due and amount of every collection. */
export function demands(customer: World): readonly (readonly [string | null, number])[] {
  return asked(customer, 'payment.collect').map(
    ({ dueAt, amount }) => [day(dueAt), amount] as const,
  )
}

/** The notices of a name: the day each was asked for. */
export function noticesOf(customer: World, name: string) {
  return asked(customer, 'notice.send')
    .map(({ notice }) => notice)
    .filter((notice) => notice.name === name)
}

/** The id of the newest open invoice. */
export function openInvoice(customer: World): string {
  const invoice = customer.account.invoices.at(-1)
  if (!invoice) throw new Error('No invoice is open')
  return invoice.id
}

interface Told {
  readonly id: string
  readonly at: string
  readonly amount: number
  readonly currency?: string
  readonly gateway?: string
}

/** Money arrived. */
export function paid(
  subject: PaymentFact['subject'],
  { id, at, amount, currency = 'USD', gateway = 'paystack' }: Told,
): GatewayEvent {
  const payment = { id, subject, amount, currency, at: instant(at) }
  return { type: 'payment.succeeded', gateway, payment }
}

/** A payment was declined. */
export function declined(
  subject: PaymentSubject,
  told: Told & { readonly code?: Decline['code']; readonly retry?: Decline['retry'] },
): GatewayEvent {
  const { id, at, amount, currency = 'USD', gateway = 'paystack' } = told
  const { code = 'insufficient_funds', retry = 'later' } = told
  const decline = { code, retry }
  return {
    type: 'payment.failed',
    gateway,
    payment: id,
    subject,
    decline,
    amount,
    currency,
    at: instant(at),
  }
}

/** The subscription as the gateway shows it: Premium, monthly, in its first period. */
export function seen(
  at: string,
  shown: Partial<Omit<Observation, 'observedAt' | 'subscription'>> = {},
  answers?: string,
): GatewayEvent {
  const observation: Observation = {
    subscription: 'sub_1',
    observedAt: instant(at),
    state: 'active',
    period: period('2025-10-14', '2025-11-14'),
    cancelAt: null,
    plan: { id: 'premium', interval: { unit: 'month', count: 1 } },
    quantity: 1,
    ...shown,
  }
  const reply = answers === undefined ? {} : { answers }
  return { type: 'subscription.observed', gateway: 'stripe', observation, ...reply }
}

/**
 * Tells the facts in every order, each order once and with every fact repeated, and gives the
 * different accounts that come out, compared without their version: one, if order doesn't matter.
 */
export function outcomes(
  customer: World,
  sold: Catalog,
  facts: readonly GatewayEvent[],
): readonly Account[] {
  const found = new Map<string, Account>()
  for (const order of ordersOf(facts))
    for (const told of [order, order.flatMap((fact) => [fact, fact]), [...order, ...order]]) {
      const copy = world(sold, customer.now, { account: customer.account, usage: customer.usage })
      for (const fact of told) copy.do(fact)
      copy.at(customer.now)
      found.set(JSON.stringify(comparable(copy.account)), copy.account)
    }
  return [...found.values()]
}

/** The same for a customer of the hosted product: the subscription that comes out, which is one. */
export function bothOrders(customer: World, ...facts: readonly GatewayEvent[]) {
  const ends = outcomes(customer, hostedCatalog(), facts)
  if (ends.length !== 1) throw new Error(`${ends.length} different accounts come out`)
  return ends[0]?.subscriptions.default
}

/**
 * Payments and failures are sets: the order in their lists says nothing. Neither does the number of
 * an invoice that was imported from a gateway, which is given as it is told.
 */
function comparable(account: Account) {
  const payments = [...account.payments]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((payment) => {
      const { invoice, refunds } = payment
      return { ...payment, invoice: invoice !== null, refunds: [...refunds].sort() }
    })
  const invoices = [...account.invoices]
    .sort((a, b) => a.dueAt - b.dueAt)
    .map((invoice) => {
      const id = invoice.renewals === 'gateway' ? '' : invoice.id
      return { ...invoice, id, failures: [...invoice.failures].sort() }
    })
  return { ...account, version: 0, payments, invoices }
}

function ordersOf<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length < 2) return [things]
  return things.flatMap((first, i) =>
    ordersOf(things.filter((_, j) => j !== i)).map((rest) => [first, ...rest]),
  )
}
