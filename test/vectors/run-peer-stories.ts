import type { Outcome } from './support.ts'
import {
  catalog as declare,
  plan as declarePlan,
  entitlements,
  formatMoney,
  instant,
  isLive,
  meter,
  monthly,
  type Policies,
  planActions,
  prorate,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { predicates } from './run-lifecycle.ts'
import { asking, buyer, hasAccess, isNothing, type ShopOptions, shop, trialist } from './shop.ts'

/** What our rules give for a row; rows without a name of their own are told apart by position. */
type Runner = (row: never, index: number) => Outcome

const START = '2025-10-14'
const TRIAL = { days: 14, payment: 'none' } as const
const plain = { plans: { pro: 2000 } }

/** Free and the plans of the switch scenarios, in cents. */
const tiers = (options: Partial<ShopOptions> = {}) =>
  shop({ plans: { pro: 2000, premium: 5000 }, free: true, ...options })

const status = (w: World) => w.subscription().status
const plan = (w: World) => w.subscription().plan

/** The words of the row when the facts agree with them, else the facts. */
function agrees<Words>(words: Words, facts: Readonly<Record<string, unknown>>): unknown {
  return Object.values(facts).every((fact) => fact === true) ? words : facts
}

type PredicateRow = readonly [step: string, ...rest: readonly (string | boolean | null)[]]

const cashierPredicates = (row: PredicateRow): Outcome => {
  const reach: Record<string, () => World> = {
    activated: () => buyer(shop(plain), START, 'pro'),
    trial: () => trialist(shop({ ...plain, trial: TRIAL }), START, 'pro'),
  }
  const w = reach[row[0]]?.()
  if (!w) return null
  const { active, recurring, canceled, onGracePeriod, ended } = predicates(w)
  const incomplete = w.account.subscriptions.default === undefined
  const trialing = status(w) === 'trialing'
  const actual = [incomplete, active, trialing, recurring, canceled, onGracePeriod, ended]
  return { expected: row.slice(4), actual }
}

interface WalkRow {
  readonly do: string
  readonly expect: unknown
}

const walks: Readonly<Record<string, (row: WalkRow) => unknown>> = {
  create: () => cashier(buyer(shop(plain), START, 'pro')),
  'cancel (period end)': () => cashier(ending()),
  'clock +5d past ends_at': () => cashier(ending().at('2025-11-19')),
  '(before end) resume': () => {
    const w = ending().at('2025-11-13')
    w.do({ type: 'resume' })
    return cashier(w)
  },
  'resume after end': ({ expect }) =>
    agrees(expect, { refused: ending().at('2025-11-14').do({ type: 'resume' }).refused !== null }),
  'cancel while trialing': () => {
    const w = trialist(shop({ ...plain, trial: TRIAL }), START, 'pro')
    w.do({ type: 'cancel', at: 'period_end' })
    const { cancelAt, period } = w.subscription()
    return { ends_at: cancelAt === period.end ? '= trial_ends_at' : cancelAt }
  },
  'cancel now while trialing': () => {
    const w = trialist(shop({ ...plain, trial: TRIAL }), START, 'pro')
    w.do({ type: 'cancel', at: 'now' })
    const subscription = w.subscription()
    const { active } = predicates(w)
    const ended = !isLive(subscription) && subscription.endedAt <= w.now
    return { active, on_trial: status(w) === 'trialing', ends_at: ended ? '<= now' : 'later' }
  },
  'cancel when already canceled': ({ expect }) =>
    agrees(expect, { nothing: isNothing(ending().do({ type: 'cancel', at: 'period_end' })) }),
  'change quantity or plan while incomplete': ({ expect }) => {
    const w = world(shop({ plans: { pro: 2000, premium: 5000 } }), START)
    w.do({ type: 'subscribe', plan: 'pro' })
    return agrees(expect, {
      quantity: w.do({ type: 'set_quantity', quantity: 2 }).refused !== null,
      plan: w.do({ type: 'change_plan', plan: 'premium' }).refused !== null,
    })
  },
  'extend trial to a past date': ({ expect }) => {
    const w = trialist(shop({ ...plain, trial: TRIAL }), START, 'pro')
    const { refused } = w.at('2025-10-20').do({ type: 'extend_trial', days: -7 })
    return agrees(expect, { refused: refused !== null })
  },
}

/** Bought on October 14 and canceled for November 14. */
function ending(): World {
  const w = buyer(shop(plain), START, 'pro')
  w.do({ type: 'cancel', at: 'period_end' })
  return w
}

function cashier(w: World) {
  const { onGracePeriod: on_grace, ...rest } = predicates(w)
  return { ...rest, on_grace }
}

const switches = (row: { charge_now?: number; expect: string }, index: number): Outcome => {
  if (index === 0) {
    const sold = tiers()
    const w = buyer(sold, START, 'pro')
    w.do({ type: 'subscribe', plan: 'free' })
    const [free] = planActions(w.account, {}, w.now, sold)
    const now = `${plan(w)} ${status(w)}${w.subscription().cancelAt ? '+canceling' : ''}`
    const charge_now = asking(w)
    w.at('2025-11-14')
    const story = `${now}, free ${free?.action}; after cycle: ${plan(w)} ${status(w)}`
    return { expected: [row.charge_now, row.expect], actual: [charge_now, story] }
  }
  const sold = tiers({ messages: { pro: 500, premium: 1000 } })
  const w = buyer(sold, START, 'premium')
  w.usage = { messages: { used: 300, since: instant(START) } }
  w.do({ type: 'change_plan', plan: 'pro' })
  w.at('2025-11-14')
  const { remaining } = entitlements(w.account, w.usage, w.now, sold).get('messages')
  const story = `${plan(w)} ${status(w)}, balance ${remaining}`
  return { expected: row.expect.replace(/ \(.*/, ''), actual: story }
}

interface TrialRow {
  readonly trialing?: boolean
  readonly charge_now?: number
  readonly expect?: string
}

/** By position: 1 to a plan without trial, 5 the trial declined; the others choose differently. */
const trials = (row: TrialRow, index: number): Outcome => {
  if (index === 1) {
    const sold = declare({
      plans: [
        declarePlan('pro', { price: monthly(2000, 'USD'), trial: TRIAL }),
        declarePlan('premium', { price: monthly((row.charge_now ?? 0) * 100, 'USD') }),
      ],
      gateways: [{ name: 'bank' }],
    })
    const w = trialist(sold, START, 'pro').at('2025-10-16')
    w.do({ type: 'change_plan', plan: 'premium' })
    const charge_now = asking(w) / 100
    w.pay()
    const { trialing, charge_now: expected } = row
    return { expected: [trialing, expected], actual: [status(w) === 'trialing', charge_now] }
  }
  if (index !== 5) return null
  const w = world(shop({ ...plain, trial: TRIAL }), START)
  w.do({ type: 'subscribe', plan: 'pro', trial: false })
  return { expected: row.expect, actual: asking(w) === 2000 ? 'charged now' : asking(w) }
}

interface CancelRow {
  readonly expect: unknown
}

const cancels: readonly (((row: CancelRow) => unknown) | null)[] = [
  ({ expect }) => {
    const w = buyer(shop({ plans: { pro: 2000, premium: 5000 } }), START, 'premium')
    w.do({ type: 'change_plan', plan: 'pro' })
    const before = w.subscription().pendingChange?.terms.plan === 'pro'
    w.do({ type: 'cancel', at: 'period_end' })
    return agrees(expect, { before, removed: w.subscription().pendingChange === null })
  },
  ({ expect }) => {
    const w = buyer(tiers(), START, 'pro')
    w.do({ type: 'cancel', at: 'period_end' })
    w.do({ type: 'cancel', at: 'now' })
    return agrees(expect, { free: plan(w) === 'free', active: status(w) === 'active' })
  },
  ({ expect }) => {
    const w = buyer(tiers(), START, 'pro')
    w.do({ type: 'cancel', at: 'now' })
    return agrees(expect, { free: plan(w) === 'free', active: status(w) === 'active' })
  },
  ({ expect }) => {
    const sold = shop(plain)
    const w = buyer(sold, START, 'pro')
    w.do({ type: 'cancel', at: 'now' })
    return agrees(expect, { canceled: status(w) === 'canceled', none: !hasAccess(w, sold) })
  },
  null,
  // What is left of the period is asked back as a part of its payment.
  ({ expect }) => {
    const w = buyer(shop(plain), START, 'pro').at('2025-10-30')
    const { period } = w.subscription()
    const left = { from: w.now, to: period.end, granularity: 'day' } as const
    const amount = prorate({ amount: 2000, period, ...left })
    w.do({ type: 'cancel', at: 'now' })
    refund(w, amount)
    const asked = w.effects.filter((effect) => effect.kind === 'payment.refund')
    // 15 of 31 days of $20.00.
    const right = asked.length === 1 && asked[0]?.amount === 968
    return agrees(expect, { right, canceled: status(w) === 'canceled' })
  },
  ({ expect }) => {
    const w = buyer(shop(plain), START, 'pro')
    refund(w, 1500)
    w.do({ type: 'cancel', at: 'now' })
    const more = refund(w, 501).refused
    return agrees(expect, { refused: more === 'amount_too_high', rest: !refund(w, 500).refused })
  },
  null,
  ({ expect }) => {
    const sold = tiers()
    const w = buyer(sold, START, 'pro')
    w.usage = { messages: { used: 300, since: instant(START) } }
    w.do({ type: 'cancel', at: 'period_end' })
    w.do({ type: 'resume' })
    const now = entitlements(w.account, w.usage, w.now, sold)
    const [free] = planActions(w.account, {}, w.now, sold)
    return agrees(expect, {
      active: now.because === 'active',
      unscheduled: free?.action === 'downgrade',
      usage: now.get('messages').used === 300,
    })
  },
]

function refund(w: World, amount: number) {
  const payment = w.account.payments[0]
  if (!payment) throw new Error('Nothing was paid')
  return w.do({ type: 'refund', payment, amount })
}

interface QuantityRow {
  readonly from_units: number
  readonly to_units: number
  readonly on_increase?: string
  readonly on_decrease?: string
  readonly charge_now: unknown
}

const quantities = (row: QuantityRow): Outcome => {
  const behaviors: Readonly<Record<string, Policies['proration']['behavior']>> = {
    prorate_immediately: 'invoice_now',
    bill_next_cycle: 'next_invoice',
    no_prorations: 'none',
  }
  // Fewer units wait for the period's end: nothing is given back.
  if (row.on_decrease === 'prorate_immediately') return null
  const behavior = behaviors[row.on_increase ?? row.on_decrease ?? '']
  if (!behavior) return null
  const sold = shop({ ...plain, policies: { proration: { behavior } } })
  const w = world(sold, START)
  w.do({ type: 'subscribe', plan: 'pro', quantity: row.from_units })
  w.pay()
  w.at('2025-10-30').do({ type: 'set_quantity', quantity: row.to_units })
  const charge = asking(w)
  if (typeof row.charge_now === 'number') return { expected: row.charge_now, actual: charge }
  const more = row.to_units - row.from_units
  return {
    expected: row.charge_now,
    actual: agrees(row.charge_now, { some: charge > 0, most: charge <= more * 2000 }),
  }
}

interface EntitlementRow {
  readonly plan?: { readonly messages: number }
  readonly limit?: number
  readonly limit_old?: number
  readonly balance?: number
  readonly expect: unknown
}

/** By position. A peer's counter goes down from the limit, ours up to it. */
const entitled: readonly (((row: EntitlementRow) => unknown) | null)[] = [
  ({ plan: sold }) => report(sold?.messages ?? 0, 0, 1),
  ({ plan: sold, balance = 0 }) => {
    const total = sold?.messages ?? 0
    return report(total, total - balance, 1)
  },
  null,
  ({ limit: total = 0, balance = 0 }) => report(total, total - balance, 1).remaining,
  // More than is left is refused whole, where the peer takes what there is and says yes.
  ({ balance = 0, expect }) => {
    const { success, remaining } = report(10, 10 - balance, 5)
    return agrees(expect, { refused: !success, kept: remaining === balance })
  },
  ({ limit_old: before = 0, balance = 0 }) => {
    const sold = shop({
      plans: { small: 1000, large: 2000 },
      projects: { small: before, large: 100 },
    })
    const w = buyer(sold, START, 'small')
    w.usage = { projects: { used: before - balance } }
    w.do({ type: 'change_plan', plan: 'large' })
    w.pay()
    return entitlements(w.account, w.usage, w.now, sold).get('projects').remaining
  },
  null,
  // Two windows over one use are two meters: both have to allow it.
  ({ balance = 0, expect }) => {
    const month = meter('messages')
    const day = meter('messagesPerDay', { reset: { unit: 'day', count: 1 } })
    const sold = declare({
      plans: [
        declarePlan('pro', {
          price: monthly(2000, 'USD'),
          includes: [month(balance), day(50)],
        }),
      ],
      gateways: [{ name: 'bank' }],
    })
    const w = buyer(sold, START, 'pro')
    const after = (used: number) => {
      const counted = { used, since: w.now }
      const usage = { messages: counted, messagesPerDay: counted }
      const now = entitlements(w.account, usage, w.now, sold)
      return now.check('messages') && now.check('messagesPerDay')
    }
    return agrees(expect, { passes: after(49), blocked: !after(50) })
  },
  null,
]

/** One use of `amount` on top of what is used: whether it may be, and what remains then. */
function report(total: number, used: number, amount: number) {
  const sold = shop({ ...plain, messages: { pro: total } })
  const w = buyer(sold, START, 'pro')
  const now = (count: number) => {
    const usage = { messages: { used: count, since: w.now } }
    return entitlements(w.account, usage, w.now, sold)
  }
  const success = now(used).check('messages', amount)
  const { remaining } = now(success ? used + amount : used).get('messages')
  return { success, remaining }
}

interface DisplayRow {
  readonly minor: number
  readonly currency: string
  readonly min_fraction?: number
  readonly expect: string
}

interface RefundRow {
  readonly captured?: number
  readonly refund?: number | readonly number[]
  readonly expect: string
}

/** Money is taken whole here; what is left of it bounds the refunds. */
const refunds = (row: RefundRow): Outcome => {
  if (row.refund === undefined) return null
  const amounts = typeof row.refund === 'number' ? [row.refund] : row.refund
  const w = buyer(shop({ plans: { pro: row.captured ?? 0 } }), START, 'pro')
  const refused = amounts.map((amount) => refund(w, amount).refused !== null)
  const last =
    refused.lastIndexOf(true) === refused.length - 1 && !refused.slice(0, -1).includes(true)
  return { expected: row.expect, actual: agrees(row.expect, { last }) }
}

/** The tables of peers.json that are stories; numbers.test.ts runs those about numbers. */
export const storyRunners: Readonly<Record<string, Runner>> = {
  subscription_predicates_cashier: cashierPredicates,
  cancel_resume_walk: (row: WalkRow) => {
    const walk = walks[row.do]
    return walk ? { expected: row.expect, actual: walk(row) } : null
  },
  stripe_snapshot_to_fields: () => null,
  plan_switch_scenarios_autumn: switches,
  trial_scenarios_autumn: trials,
  cancel_scenarios_autumn: (row: CancelRow, index) => {
    const run = cancels[index]
    return run ? { expected: row.expect, actual: run(row) } : null
  },
  quantity_scenarios_autumn: quantities,
  // A customer the vendor knows already goes along with the next checkout, so that none is made.
  customer_linking: (row: { readonly user_has?: string; readonly expect: string }) => {
    if (row.user_has === undefined) return null
    const w = buyer(shop(plain), START, 'pro')
    w.do({ type: 'cancel', at: 'now' })
    w.do({ type: 'subscribe', plan: 'pro' })
    const asked = w.asked()
    const known = asked?.kind === 'checkout.open' && asked.customer === 'cus_bank'
    return { expected: row.expect, actual: agrees(row.expect, { known }) }
  },
  reference_authorization: () => null,
  entitlements: (row: EntitlementRow, index) => {
    const run = entitled[index]
    return run ? { expected: row.expect, actual: run(row) } : null
  },
  currency_display: ({ minor, currency, min_fraction, expect }: DisplayRow) =>
    min_fraction === undefined ? { expected: expect, actual: formatMoney(minor, currency) } : null,
  one_off_payment_limits: refunds,
}
