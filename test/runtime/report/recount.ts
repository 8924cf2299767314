/**
 * A report counted the slow way: from the journals of all customers, event by event, state by state.
 * It shares nothing with the reports but the fold, and follows the definitions word by word.
 */
import type { Report } from 'billwright'
import {
  type Account,
  type BillingEvent,
  emptyAccount,
  evolve,
  type Instant,
  type Subscription,
} from 'billwright/core'

export type Journal = readonly BillingEvent[]

interface Window {
  readonly from: number
  readonly to: number
}

const within = (at: number, { from, to }: Window) => at >= from && at < to

/** What a journal made of an account by what happened before an instant. */
function stateBefore(journal: Journal, at: number): Account {
  return journal.filter((event) => event.at < at).reduce(evolve, emptyAccount('c'))
}

function paying(account: Account): readonly Subscription[] {
  return Object.values(account.subscriptions).filter(
    ({ price, status }) => price !== null && (status === 'active' || status === 'past_due'),
  )
}

const DAYS_A_YEAR = { day: 365, week: 52, month: 12, year: 1 } as const
/** A multiple of every number of units that these lives have. */
const PARTS = 12 * 6

/** Per month in 72nds, so that thirds and sixths of a year's days are whole. */
function monthly({ price, quantity, addOns, coupon }: Subscription): bigint {
  if (price === null) return 0n
  const { unit, count } = price.interval
  let amount = price.amount * quantity
  for (const addOn of addOns) amount += addOn.price.amount * addOn.quantity
  if (coupon && coupon.periodsLeft === null)
    amount -= Math.min(
      amount,
      coupon.amountOff ?? Math.round((amount * (coupon.percent ?? 0)) / 100),
    )
  return (BigInt(amount) * BigInt(DAYS_A_YEAR[unit]) * BigInt(PARTS / 12)) / BigInt(count)
}

function rounded(parts: bigint): number {
  const half = BigInt(PARTS) / 2n
  return Number(parts >= 0n ? (parts + half) / BigInt(PARTS) : -((half - parts) / BigInt(PARTS)))
}

function revenueOf(accounts: readonly Account[], currency: string, months = 1n): number {
  const all = accounts.flatMap(paying).filter(({ price }) => price?.currency === currency)
  return rounded(all.reduce((sum, each) => sum + monthly(each), 0n) * months)
}

const CURRENCIES = ['EUR', 'USD'] as const

/** The parts of a report that follow from journals, in the report's own words. */
export function recount(
  journals: readonly Journal[],
  window: Window,
  monthOf: (at: number) => string,
) {
  const { from, to } = window
  const states = (at: number) => journals.map((journal) => stateBefore(journal, at))
  const [start, end, now] = [states(from), states(to), states(Number.POSITIVE_INFINITY)]
  const isPaying = (account: Account | undefined) =>
    account !== undefined && paying(account).length > 0
  const lost = start.filter((account, i) => isPaying(account) && !isPaying(end[i]))
  return {
    active: now.flatMap(paying).length,
    revenue: CURRENCIES.map((currency) => {
      const [mrr, arr] = [revenueOf(now, currency), revenueOf(now, currency, 12n)]
      return { currency, mrr, arr }
    }),
    ends: CURRENCIES.map((currency) => {
      return { currency, start: revenueOf(start, currency), end: revenueOf(end, currency) }
    }),
    customers: {
      atStart: start.filter(isPaying).length,
      lost: lost.length,
      gained: end.filter((account, i) => isPaying(account) && !isPaying(start[i])).length,
      atEnd: end.filter(isPaying).length,
    },
    lostRevenue: CURRENCIES.map((currency) => ({ currency, lost: revenueOf(lost, currency) })),
    trials: trialsOf(journals, window),
    failed: CURRENCIES.map((currency) => failedIn(journals, currency, window)),
    months: moneyOf(journals, window, monthOf),
  }
}

/** Every subscription that was tried, by what it became: when it began, ended, and whether it was bought. */
function trialsOf(journals: readonly Journal[], window: Window) {
  const tried = new Map<string, { start: number; end: number | null; bought: boolean }>()
  for (const journal of journals) {
    let account = emptyAccount('c')
    for (const event of journal) {
      account = evolve(account, event)
      const now = new Map(Object.values(account.subscriptions).map((each) => [each.id, each]))
      for (const [id, trial] of tried) {
        if (!id.startsWith(`${journals.indexOf(journal)}/`)) continue
        const found = now.get(id.slice(id.indexOf('/') + 1))
        if (found?.status === 'trialing') continue
        trial.end ??= event.at
        if (found?.status === 'active') trial.bought = true
      }
      for (const { id, status, startedAt: begun } of now.values()) {
        const key = `${journals.indexOf(journal)}/${id}`
        if (status === 'trialing' && !tried.has(key))
          tried.set(key, { start: begun, end: null, bought: false })
      }
    }
  }
  const all = [...tried.values()]
  const ended = all.filter(({ end }) => end !== null && within(end, window))
  return {
    started: all.filter((trial) => within(trial.start, window)).length,
    ended: ended.length,
    converted: ended.filter(({ bought }) => bought).length,
  }
}

function failedIn(journals: readonly Journal[], currency: string, window: Window) {
  let attempts = 0
  const invoices: { first: number; due: number; paid: boolean }[] = []
  for (const journal of journals) {
    const opened = journal.flatMap((event) => (event.type === 'invoice.opened' ? event.opened : []))
    for (const { id, due } of opened.filter((invoice) => invoice.currency === currency)) {
      const declines = journal.flatMap((event) =>
        event.type === 'invoice.declined' && event.invoice === id ? [event.failedAt] : [],
      )
      attempts += declines.filter((at) => within(at, window)).length
      const paid = journal.some((event) => event.type === 'invoice.paid' && event.invoice === id)
      if (declines.length > 0) invoices.push({ first: Math.min(...declines), due, paid })
    }
  }
  const failed = invoices.filter(({ first }) => within(first, window))
  const recovered = failed.filter(({ paid }) => paid)
  const sum = (all: typeof failed) => all.reduce((total, { due }) => total + due, 0)
  return {
    ...{ currency, attempts, invoices: failed.length, amount: sum(failed) },
    ...{ recovered: recovered.length, recoveredAmount: sum(recovered) },
  }
}

function moneyOf(journals: readonly Journal[], window: Window, monthOf: (at: number) => string) {
  const months = new Map<string, { payments: number; received: number; refunded: number }>()
  const add = (at: Instant, currency: string, received: number | null, refunded: number) => {
    if (!within(at, window)) return
    const key = `${monthOf(at)} ${currency}`
    const month = months.get(key) ?? { payments: 0, received: 0, refunded: 0 }
    if (received !== null) month.payments += 1
    month.received += received ?? 0
    month.refunded += refunded
    months.set(key, month)
  }
  for (const event of journals.flat()) {
    if (event.type === 'payment.recorded')
      add(event.payment.at, event.payment.currency, event.payment.amount, 0)
    if (event.type === 'payment.refunded') add(event.at, event.payment.currency, null, event.amount)
  }
  return Object.fromEntries([...months].sort())
}

/** The same parts of a report, without what is nothing. */
export function partsOf(report: Report) {
  const { active, movement, churn, trials, failedPayments, months } = report
  const { rate: _, ...customers } = churn.customers
  const found = <Row extends { readonly currency: string }>(
    rows: readonly Row[],
    currency: string,
  ) => rows.find((row) => row.currency === currency)
  return {
    active,
    revenue: CURRENCIES.map((currency) => {
      return found(report.revenue, currency) ?? { currency, mrr: 0, arr: 0 }
    }),
    ends: CURRENCIES.map((currency) => {
      const { start = 0, end = 0 } = found(movement, currency) ?? {}
      return { currency, start, end }
    }),
    customers,
    lostRevenue: CURRENCIES.map((currency) => {
      return { currency, lost: found(churn.revenue, currency)?.lost ?? 0 }
    }),
    trials: { started: trials.started, ended: trials.ended, converted: trials.converted },
    failed: CURRENCIES.map((currency) => {
      const { rate: __, ...figures } = found(failedPayments, currency) ?? { ...NONE, currency }
      return figures
    }),
    months: Object.fromEntries(
      months
        .filter(({ payments, refunded }) => payments > 0 || refunded > 0)
        .map(({ month, currency, payments, received, refunded }): [string, object] => {
          return [`${month} ${currency}`, { payments, received, refunded }]
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  }
}

const NONE = {
  ...{ attempts: 0, invoices: 0, amount: 0 },
  ...{ recovered: 0, recoveredAmount: 0, rate: null },
}
