/** What a scenario of another engine is run with: a catalog made of its prices, and one customer. */
import {
  type Catalog,
  catalog,
  coupon,
  entitlements,
  every,
  flag,
  type Interval,
  limit,
  meter,
  plan,
  type TrialOffer,
} from '../../src/core/index.ts'
import { type Outcome, type World, world } from '../../src/testing/index.ts'

type Options = Parameters<typeof catalog>[0]

export interface ShopOptions {
  /** Price by plan, lowest first; every scenario's plans are in one currency. */
  readonly plans: Readonly<Record<string, number>>
  readonly interval?: Interval['unit'] | Interval
  readonly trial?: TrialOffer
  /** A plan group for each plan: «bundles». */
  readonly grouped?: boolean
  readonly free?: boolean
  readonly renewals?: 'billwright' | 'gateway'
  readonly policies?: NonNullable<Options['policies']>
  /** Uses of `messages` by plan. */
  readonly messages?: Readonly<Record<string, number>>
  /** Things of the kind `projects` by plan. */
  readonly projects?: Readonly<Record<string, number>>
}

const messages = meter('messages')
const projects = limit('projects')
const anything = flag('anything')

export function shop(options: ShopOptions): Catalog {
  const { plans, interval = 'month', trial, grouped = false, free = false, policies = {} } = options
  const paid = Object.entries(plans).map(([id, amount]) =>
    plan(id, {
      price: every(
        typeof interval === 'string' ? { unit: interval, count: 1 } : interval,
        amount,
        'USD',
      ),
      quantity: {},
      includes: [
        anything(),
        messages(options.messages?.[id] ?? 1000),
        projects(options.projects?.[id] ?? 10),
      ],
      ...(trial && { trial }),
      ...(grouped && { group: id }),
    }),
  )
  return catalog({
    plans: free ? [plan('free', { default: true }), ...paid] : paid,
    coupons: [coupon('TEN', { amountOff: 10, currency: 'USD' })],
    policies,
    gateways: [
      options.renewals === 'gateway'
        ? { name: 'bank', renewals: 'gateway', amounts: 'session' }
        : { name: 'bank' },
    ],
  })
}

/** A customer who bought a plan at a moment and paid what was asked. */
export function buyer(sold: Catalog, start: string, id: string): World {
  const w = world(sold, start)
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: id, trial: false })
  if (w.asked()) w.pay({ subscription: 'sub_bank' })
  return w
}

/** A customer in a trial of a plan; a card is saved where the trial wants one. */
export function trialist(sold: Catalog, start: string, id: string): World {
  const w = world(sold, start)
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: id })
  if (w.asked()) w.pay()
  return w
}

export function hasAccess(w: World, sold: Catalog): boolean {
  return entitlements(w.account, w.usage, w.now, sold).check('anything')
}

/** What the newest demand for money asks for; 0 when nothing is asked. */
export function asking(w: World): number {
  const asked = w.asked()
  if (!asked) return 0
  return asked.kind === 'checkout.open' ? asked.checkout.amount : asked.amount
}

/** Account credit in the scenarios' currency. */
export function creditOf({ account }: World): number {
  return account.credit.USD ?? 0
}

/** Whether a command did nothing at all without being refused. */
export function isNothing({ refused, events, effects }: Outcome): boolean {
  return refused === null && events.length === 0 && effects.length === 0
}

export function count(w: World, type: World['journal'][number]['type']): number {
  return w.journal.filter((event) => event.type === type).length
}
