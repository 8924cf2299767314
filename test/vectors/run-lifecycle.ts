import type { Outcome } from './support.ts'
import { boundary } from '../../src/core/calendar.ts'
import {
  days,
  type Instant,
  type Invoice,
  instant,
  isLive,
  type Period,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { dateOf } from './billing-dates.ts'
import { asking, buyer, count, creditOf, hasAccess, shop, trialist } from './shop.ts'

interface Step {
  readonly at?: string
  readonly do?: string
  readonly given?: string
  readonly expect?: unknown
}

export interface LifecycleRow {
  readonly id: string
  readonly config: {
    readonly trialDays?: number
    readonly cancelPolicy?: { readonly TRIAL?: string }
    readonly interval?: 'month' | 'year'
    readonly price?: number
    readonly plans?: Readonly<Record<string, number>>
    readonly timeoutHours?: number
    readonly missingPaymentMethod?: 'cancel' | 'pause'
  }
  readonly steps: readonly Step[]
}

/**
 * What our rules give for a scenario of lifecycle.json: one answer for each step that expects
 * something, in the row's words. Dates and prices are the row's; where it names none, ours are.
 */
export function runLifecycle(row: LifecycleRow): Outcome {
  const run = runners[row.id]
  const expected = row.steps.flatMap(({ expect }) => (expect === undefined ? [] : [expect]))
  return run ? { expected, actual: run(row) } : null
}

const MONTH = { unit: 'month', count: 1 } as const
const DAY = { unit: 'day', count: 1 } as const
const START = '2012-03-01'

/** Counted by days, as Kill Bill and Lago do. */
const byDay = { proration: { granularity: 'day' } } as const

const later = (from: Instant, interval: { unit: 'day' | 'month'; count: number }, k = 1) =>
  boundary(from, interval, k)

/** The date of a step, so that none is written twice. */
const at = ({ steps }: LifecycleRow, step: number): string => {
  const found = steps[step]?.at
  if (found === undefined) throw new Error(`Step ${step} has no date`)
  return /T\d\d:\d\dZ$/.test(found) ? found.replace('Z', ':00Z') : found
}

const status = (w: World) => w.subscription().status
const plan = (w: World) => w.subscription().plan
const pendingPlan = (w: World) => w.subscription().pendingChange?.terms.plan ?? null

/** The newest invoice as the row writes it. */
function charged(w: World): { from: string; to: string; amount: number } {
  const { period, total } = opened(w)
  return { ...dates(period), amount: total }
}

function opened(w: World): Invoice {
  const invoice = w.journal.flatMap((event) =>
    event.type === 'invoice.opened' ? [event.opened] : [],
  )
  const newest = invoice.at(-1)
  if (!newest) throw new Error('No invoice was opened')
  return newest
}

const dates = ({ start, end }: Period) => ({ from: dateOf(start), to: dateOf(end) })

/** Debit and credit of the change that waits for its payment. */
function proration(w: World): { debit: number; credit: number } {
  const sum = (kind: string) =>
    opened(w)
      .lines.filter((line) => line.kind === kind)
      .reduce((total, { amount }) => total + Math.abs(amount), 0)
  return { debit: sum('proration_charge'), credit: sum('proration_credit') }
}

/** Cashier's predicates, said in our fields. */
export function predicates(w: World) {
  const subscription = w.subscription()
  const live = isLive(subscription)
  const ending = live && subscription.cancelAt !== null
  const trialing = subscription.status === 'trialing'
  return {
    active: live && subscription.status !== 'suspended' && subscription.status !== 'unpaid',
    canceled: ending || !live,
    onGracePeriod: ending,
    recurring: live && !ending && !trialing,
    ended: !live,
  }
}

const plain = { plans: { a: 1000 } }
const three = { plans: { lower: 1000, a: 2000, higher: 3000 } }

const runners: Record<string, (row: LifecycleRow) => readonly unknown[]> = {
  L001: ({ config }) => {
    const sold = shop({ ...plain, trial: days(config.trialDays ?? 0) })
    const w = trialist(sold, START, 'a')
    const before = { state: status(w) }
    const now = config.cancelPolicy?.TRIAL === 'IMMEDIATE'
    w.do({ type: 'cancel', at: now ? 'now' : 'period_end' })
    return [before, { state: status(w), pendingPhase: w.subscription().pendingChange }]
  },

  L002: ({ config }) => {
    const trial = days(config.trialDays ?? 0, { payment: 'upfront' })
    const w = trialist(shop({ ...plain, trial }), START, 'a')
    const trialEnd = w.at(later(w.now, DAY, config.trialDays)).now
    w.pay()
    w.at(later(w.now, DAY))
    const paid = w.subscription().paidThrough
    const through = paid === later(trialEnd, MONTH) ? 'trialEnd+P1M' : paid
    const first = { state: status(w), chargedThrough: through }
    const cancel = () => {
      const { refused } = w.do({ type: 'cancel', at: 'period_end' })
      const { cancelAt } = w.subscription()
      return { ok: refused === null, cancelAt: cancelAt === paid ? 'chargedThrough' : cancelAt }
    }
    const { cancelAt } = cancel()
    const second = { state: status(w), cancelAt }
    const third = { ...cancel(), pendingCancels: count(w, 'subscription.cancel_scheduled') }
    w.at(later(w.now, MONTH))
    return [first, second, third, { state: status(w) }]
  },

  // Active with nothing charged is a trial that ended unpaid: here that is `unpaid`, without access.
  L003: () => {
    const w = trialist(shop({ ...plain, trial: days(30) }), START, 'a')
    w.at(later(w.now, DAY, 31))
    const chargedThrough = w.subscription().paidThrough
    const before = { state: status(w) === 'unpaid' ? 'active' : status(w), chargedThrough }
    w.do({ type: 'cancel', at: 'period_end' })
    return [before, { state: status(w) }]
  },

  L004: () => {
    const w = buyer(shop(plain), START, 'a')
    w.at(later(w.now, MONTH)).pay()
    w.do({ type: 'cancel', at: 'period_end' })
    w.do({ type: 'resume' })
    const resumed = { state: status(w), cancelAt: w.subscription().cancelAt }
    w.at(later(w.now, MONTH)).pay()
    return [resumed, { state: status(w) }]
  },

  L016: () => {
    const w = buyer(shop({ plans: { B: 1000, A: 2000, original: 3000 } }), START, 'original')
    w.do({ type: 'change_plan', plan: 'A' })
    w.do({ type: 'change_plan', plan: 'B' })
    const before = { plan: plan(w), pendingPlan: pendingPlan(w) }
    w.at(w.subscription().period.end)
    return [before, { plan: plan(w) }]
  },

  L021: (row) => {
    const { price = 0, interval = 'month' } = row.config
    const w = buyer(shop({ plans: { a: price }, interval, policies: byDay }), at(row, 0), 'a')
    const first = { charged: charged(w) }
    w.at(at(row, 1)).do({ type: 'pause' })
    const paused = { credit: creditOf(w) }
    w.at(at(row, 2)).do({ type: 'unpause' })
    return [first, paused, { charged: charged(w) }]
  },

  L026: (row) => {
    const { plans = {} } = row.config
    const sold = shop({ plans, policies: { ...byDay, alignment: 'calendar' } })
    const w = buyer(sold, at(row, 0), 'a')
    const first = { charged: w.account.payments[0]?.amount }
    const change = (step: number, id: string) => {
      w.at(at(row, step)).do({ type: 'change_plan', plan: id })
      const lines = proration(w)
      w.pay()
      return lines
    }
    return [first, change(1, 'b'), change(2, 'c')]
  },

  L027: () => {
    const w = buyer(shop(three), START, 'a')
    w.do({ type: 'change_plan', plan: 'lower' })
    const scheduled = { pendingPlan: pendingPlan(w) }
    w.do({ type: 'change_plan', plan: 'higher' })
    w.pay()
    return [scheduled, { plan: plan(w), pendingPlan: pendingPlan(w) }]
  },

  L037: (row) => {
    const w = buyer(shop({ plans: { a: row.config.price ?? 0 } }), at(row, 0), 'a')
    const first = { charged: charged(w).amount }
    w.do({ type: 'cancel', at: instant('2023-10-05') })
    w.at(at(row, 1))
    const ended = { state: status(w), creditNotes: count(w, 'credit.added'), newCharge: asking(w) }
    return [first, ended]
  },

  L039: (row) => {
    const { trialDays = 0, price = 0 } = row.config
    const trial = days(trialDays, { payment: 'upfront' })
    const policies = { ...byDay, alignment: 'calendar' } as const
    const w = trialist(shop({ plans: { a: price }, trial, policies }), at(row, 0), 'a')
    const seen = () => ({ invoices: count(w, 'invoice.opened'), state: status(w) })
    const [first, second] = [seen(), w.at(at(row, 1)) && seen()]
    w.at(at(row, 2))
    return [first, second, { state: status(w), charged: charged(w).amount }]
  },

  // Bought during the trial: the paid period has begun, so the trial's end bills nothing.
  L041: (row) => {
    const w = trialist(shop({ ...plain, trial: days(row.config.trialDays ?? 0) }), at(row, 0), 'a')
    w.do({ type: 'subscribe', plan: 'a' })
    w.pay()
    return [0, 1, 2].map((step) => {
      w.at(at(row, step))
      return { invoices: count(w, 'invoice.opened') }
    })
  },

  L046: ({ config }) => {
    const w = world(shop({ plans: { a: config.price ?? 1 } }), START)
    w.do({ type: 'subscribe', plan: 'a' })
    return [{ state: status(w), invoiceTotal: charged(w).amount }]
  },

  // A declined change can be paid until its quote dies; closed is what it is then.
  L047: ({ config }) => {
    const quoteHours = config.timeoutHours ?? 24
    const w = buyer(shop({ ...three, policies: { quoteHours } }), START, 'a')
    w.do({ type: 'change_plan', plan: 'higher' })
    const [waiting] = w.account.invoices
    const pendingPaymentFor = waiting?.gate?.terms.plan === 'higher' ? 'b' : null
    const before = { plan: plan(w), pendingPaymentFor }
    w.decline()
    w.at(later(w.now, DAY, quoteHours / 24))
    const invoice = w.account.invoices.length === 0 ? 'closed' : 'open'
    return [before, { plan: plan(w), state: status(w), invoice }]
  },

  L048: () => {
    const w = buyer(shop({ plans: { a: 1000, b: 2000 } }), START, 'a')
    w.do({ type: 'change_plan', plan: 'b' })
    const before = { plan: plan(w) }
    w.pay()
    return [before, { plan: plan(w), state: status(w) }]
  },

  // Paid in advance, the bill of March 4 is the next period's.
  L051: (row) => {
    const w = buyer(shop(plain), at(row, 0), 'a')
    const first = count(w, 'invoice.opened')
    return [1, 2, 3, 4].map((step) => {
      w.at(at(row, step))
      return { invoices: count(w, 'invoice.opened') - first }
    })
  },

  L052: ({ config }) => {
    const trial = days(config.trialDays ?? 0)
    const trialEnd = config.missingPaymentMethod ?? 'unpaid'
    const w = trialist(shop({ ...plain, trial, policies: { trialEnd } }), START, 'a')
    const before = { state: status(w) }
    w.at(later(w.now, DAY, config.trialDays))
    return [before, { state: status(w) }]
  },

  // Dunning that never cancels stays `suspended`: their `unpaid`.
  L056: () => {
    const w = buyer(shop({ ...plain, policies: { dunning: { end: 'keep' } } }), START, 'a')
    w.at(later(w.now, MONTH)).decline()
    for (const retry of [1, 2, 2]) w.at(later(w.now, DAY, retry)).decline()
    const before = w.effects.length
    w.at(later(w.now, DAY, 60))
    const autoAttempts = w.effects.slice(before).filter((e) => e.kind === 'payment.collect').length
    const unpaid = { state: status(w) === 'suspended' ? 'unpaid' : status(w), autoAttempts }
    w.do({ type: 'retry_payment' })
    w.pay()
    return [unpaid, { state: status(w) }]
  },

  L058: () => {
    const sold = shop(plain)
    const w = buyer(sold, START, 'a')
    const pendingCancel = () => w.subscription().cancelAt !== null
    w.do({ type: 'cancel', at: 'period_end' })
    const ending = { state: status(w), access: hasAccess(w, sold), pendingCancel: pendingCancel() }
    w.do({ type: 'resume' })
    const resumed = { pendingCancel: pendingCancel() }
    w.at(w.subscription().period.end).pay()
    return [ending, resumed, { state: status(w) }]
  },

  L059: () => {
    const w = buyer(shop(plain), START, 'a')
    w.do({ type: 'cancel', at: 'period_end' })
    const { canceled, onGracePeriod, ended, active, recurring } = predicates(w)
    w.at(w.subscription().period.end)
    const { recurring: _, ...after } = predicates(w)
    return [{ canceled, onGracePeriod, ended, active, recurring }, after]
  },

  // Whether a failed payment keeps access is the grace period: Pay gives none.
  L063: (row) => {
    const sold = shop({ ...plain, trial: days(14), policies: { dunning: { graceDays: 0 } } })
    const reach: Record<string, () => World> = {
      trialing: () => trialist(sold, START, 'a'),
      active: () => buyer(sold, START, 'a'),
      past_due: () => {
        const w = buyer(sold, START, 'a')
        w.at(later(w.now, MONTH)).decline()
        return w.at(w.now)
      },
      unpaid: () => {
        const w = trialist(sold, START, 'a')
        return w.at(later(w.now, DAY, 14))
      },
      incomplete: () => {
        const w = world(sold, START)
        w.do({ type: 'subscribe', plan: 'a', trial: false })
        return w
      },
      paused: () => {
        const w = buyer(sold, START, 'a')
        w.do({ type: 'pause' })
        return w
      },
    }
    return row.steps.map(({ given = '' }) => {
      const w = reach[given]?.()
      return w && { access: hasAccess(w, sold) }
    })
  },

  L065: () => {
    const w = buyer(shop(plain), START, 'a')
    w.at(later(w.now, MONTH))
    const asked = w.asked()
    const invoice = asked?.kind === 'payment.collect' ? asked.invoice : ''
    w.pay()
    w.do({
      type: 'payment.failed',
      gateway: 'bank',
      payment: 'attempt_1',
      subject: { invoice },
      decline: { code: 'insufficient_funds', retry: 'later' },
      ...{ amount: 1000, currency: 'USD', at: w.now },
    })
    return [{ state: status(w) }]
  },

  L066: () => {
    const w = buyer(shop({ ...plain, renewals: 'gateway' }), START, 'a')
    const { period } = w.subscription()
    const observe = (state: 'canceled' | 'active', t: number) =>
      w.do({
        type: 'subscription.observed',
        gateway: 'bank',
        observation: {
          ...{ subscription: 'sub_bank', observedAt: instant(w.now + t), state, period },
          ...{ cancelAt: null, plan: { id: 'a', interval: MONTH }, quantity: 1 },
        },
      })
    observe('canceled', 10)
    observe('active', 9)
    return [{ state: status(w) }]
  },

  L070: () => {
    const w = buyer(shop(three), START, 'a')
    w.do({ type: 'change_plan', plan: 'lower' })
    w.at(w.subscription().period.end)
    return [{ plan: plan(w), charged: asking(w) === 1000 ? 'lower price' : asking(w) }]
  },

  L073: () => {
    const w = trialist(shop({ ...plain, trial: days(14) }), START, 'a')
    w.do({ type: 'cancel', at: 'now' })
    w.do({ type: 'subscribe', plan: 'a' })
    const sold = w.asked()?.kind === 'checkout.open' ? 'active or incomplete' : status(w)
    return [{ state: sold, trial: status(w) === 'trialing' }]
  },
}
