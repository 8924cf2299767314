/** Invoices as data: what a period costs, what a change costs, and opening and settling them. */

import type { CreditReason } from './event.ts'
import type { Instant, Period } from './instant.ts'
import type { Policies } from './policies.ts'
import { periodAt } from './calendar.ts'
import { type Draft, nextId, record } from './draft.ts'
import { allocate, multiplyDivide, percentOf } from './money.ts'
import { prorate, share } from './proration.ts'
import {
  type Account,
  type AppliedCoupon,
  type Charged,
  type Gate,
  type Invoice,
  type InvoiceReason,
  isLive,
  type Line,
  type Renewals,
  type SubscriptionBase,
  type Terms,
} from './state.ts'

/** Lines, their sum, and what each item counts as charged. `total` may be negative in a change. */
export interface Bill {
  readonly lines: readonly Line[]
  readonly total: number
  readonly charged: readonly Charged[]
}

interface Item {
  readonly item: string
  readonly id: string
  readonly kind: 'plan' | 'add_on'
  readonly quantity: number
  readonly amount: number
}

/** The items of a period at full price: the plan, then its add-ons. */
function itemsOf(terms: Terms): readonly Item[] {
  if (terms.price === null) return []
  const plan: Item = {
    item: 'plan',
    id: terms.plan,
    kind: 'plan',
    quantity: terms.quantity,
    amount: terms.price.amount * terms.quantity,
  }
  const addOns = terms.addOns.map(({ id, quantity, price }): Item => {
    return { item: id, id, kind: 'add_on', quantity, amount: price.amount * quantity }
  })
  return [plan, ...addOns]
}

/** What one whole period of these terms costs before discounts, in minor units. */
export function periodAmount(terms: Terms): number {
  return itemsOf(terms).reduce((sum, { amount }) => sum + amount, 0)
}

/**
 * What recurs of it, in minor units: less a discount that lasts for ever. One for some periods is left
 * out, because the price comes back after it.
 */
export function recurringAmount(terms: Terms, coupon: AppliedCoupon | null): number {
  const amount = periodAmount(terms)
  return coupon?.periodsLeft === null ? amount - discountOf(coupon, amount) : amount
}

/**
 * The bill of a period. `period` may be the rest of a full one (a stub after an alignment or a pause):
 * then each item costs its share of the full period. The coupon comes off the sum, never below zero.
 */
export function billPeriod(
  terms: Terms,
  period: Period,
  full: Period,
  coupon: AppliedCoupon | null,
  policies: Policies,
): Bill {
  const { granularity } = policies.proration
  const { timeZone } = policies
  const items = itemsOf(terms).map((item) => ({
    ...item,
    amount: prorate({
      amount: item.amount,
      period: full,
      from: period.start,
      to: period.end,
      granularity,
      timeZone,
    }),
  }))
  const sum = items.reduce((total, { amount }) => total + amount, 0)
  const off = coupon ? discountOf(coupon, sum) : 0
  const lines = items.map(({ kind, id, quantity, amount }): Line => {
    return { kind, id, quantity, amount, period }
  })
  return {
    lines: coupon && off > 0 ? [...lines, discountLine(coupon, off, period)] : lines,
    total: sum - off,
    charged: net(items, off, period.start),
  }
}

/**
 * The bill of a change in the middle of a period: what is left of each charged item is credited, the
 * rest of each new one is charged; items that stay as they are appear in neither.
 * Credit is taken from what was charged («Kill Bill credits what was charged, not the list price»).
 */
export function billChange(
  subscription: SubscriptionBase,
  target: Terms,
  at: Instant,
  period: Period,
  policies: Policies,
): Bill {
  const { granularity } = policies.proration
  const zone = { timeZone: policies.timeZone }
  const before = itemsOf(subscription)
  const after = itemsOf(target)
  const reset = period.end !== subscription.period.end
  const stays = (item: Item) =>
    !reset && before.some((old) => old.item === item.item && same(old, item, subscription, target))
  const kept = new Set(after.filter(stays).map(({ item }) => item))
  const old = fullPeriod(subscription, policies)
  const unused = unusedOf(subscription, at, policies)
  const credits = subscription.charged
    .filter((each) => !kept.has(each.item) || isAhead(subscription, each))
    .map((each): Line => {
      const id = each.item === 'plan' ? subscription.plan : each.item
      const quantity = before.find(({ item }) => item === each.item)?.quantity ?? 1
      const rest = { start: at, end: subscription.period.end }
      // 0 − 0, because −0 is not what JSON gives back.
      return { kind: 'proration_credit', id, quantity, amount: 0 - unused(each), period: rest }
    })
  const full = reset ? period : old
  const items = after
    .filter(({ item }) => !kept.has(item))
    .map((item) => {
      const to = period.end
      const amount = prorate({
        amount: item.amount,
        period: full,
        from: at,
        to,
        granularity,
        ...zone,
      })
      return { ...item, amount }
    })
  const rest = { start: at, end: period.end }
  const charges = items.map(({ id, quantity, amount }): Line => {
    return { kind: 'proration_charge', id, quantity, amount, period: rest }
  })
  // A percentage stays in force in the middle of a period; an amount off belongs to whole invoices.
  const { coupon } = subscription
  const sum = charges.reduce((total, { amount }) => total + amount, 0)
  const off = coupon?.percent ? discountOf(coupon, sum) : 0
  const lines = [...credits, ...charges]
  if (coupon && off > 0) lines.push(discountLine(coupon, off, rest))
  const keptCharges = subscription.charged.filter(
    (each) => kept.has(each.item) && !isAhead(subscription, each),
  )
  return {
    lines,
    total: lines.reduce((total, { amount }) => total + amount, 0),
    charged: [...keptCharges, ...net(items, off, at)],
  }
}

/** The whole interval that a period is part of; the same unless it is a stub. */
function fullPeriod(
  { price, anchor, period }: Pick<SubscriptionBase, 'price' | 'anchor' | 'period'>,
  { timeZone }: Policies,
): Period {
  if (price === null) return period
  const { start, end } = periodAt(anchor, price.interval, period.start, { timeZone })
  return end === period.end ? { start, end } : period
}

/** What is left at an instant of everything charged for the running period and paid ahead. */
export function unusedPart(
  subscription: SubscriptionBase,
  at: Instant,
  policies: Policies,
): number {
  const unused = unusedOf(subscription, at, policies)
  return subscription.charged.reduce((sum, each) => sum + unused(each), 0)
}

/** What is left of one charge: its share of the time that it was charged for, all of it if paid ahead. */
function unusedOf(
  subscription: SubscriptionBase,
  at: Instant,
  policies: Policies,
): (charge: Charged) => number {
  const full = fullPeriod(subscription, policies)
  const { granularity } = policies.proration
  const left = (from: Instant) => share(full, from, granularity, policies).numerator
  return (charge) => {
    const { amount, from } = charge
    if (isAhead(subscription, charge)) return amount
    // A quote may be older than the charge: no more comes back than was charged.
    const since = at > from ? at : from
    return left(from) === 0 ? 0 : multiplyDivide(amount, left(since), left(from))
  }
}

/** Charged for the next period already, because its payment link was paid early. */
function isAhead({ period }: SubscriptionBase, { from }: Charged): boolean {
  return from >= period.end
}

export interface InvoiceInput {
  readonly group: string
  readonly reason: InvoiceReason
  readonly bill: Bill
  readonly currency: string
  readonly period: Period
  readonly dueAt: Instant
  readonly renewals: Renewals
  readonly gate?: Gate
  /** Credit that was set aside for it before. */
  readonly credit?: number
}

/** Records an invoice that is open: nothing was tried, nobody said no. */
export function recordInvoice(draft: Draft, input: InvoiceInput): Invoice {
  const { group, reason, bill, currency, period, dueAt, renewals, gate = null, credit = 0 } = input
  const total = Math.max(0, bill.total)
  const opened: Invoice = {
    id: nextId(draft.account, 'inv'),
    group,
    reason,
    currency,
    lines: bill.lines,
    charged: bill.charged,
    total,
    credit,
    due: total - credit,
    period,
    openedAt: draft.at,
    dueAt,
    renewals,
    attempts: 0,
    nextAttemptAt: null,
    firstFailedAt: null,
    failures: [],
    decline: null,
    link: null,
    actionUrl: null,
    unknown: false,
    gate,
  }
  record(draft, { type: 'invoice.opened', opened })
  return opened
}

/**
 * Opens an invoice. Account credit pays first; what the total falls below zero becomes credit later,
 * so an invoice is never negative. Where the gateway bills, its own balance counts, not ours.
 */
export function openInvoice(draft: Draft, input: InvoiceInput): Invoice {
  const total = Math.max(0, input.bill.total)
  const credit = input.renewals === 'gateway' ? 0 : creditFor(draft, input.currency, total)
  const opened = recordInvoice(draft, { ...input, credit })
  if (credit > 0)
    record(draft, { type: 'credit.used', currency: input.currency, amount: credit, for: opened.id })
  return opened
}

/** How much of an amount the account's credit covers. */
export function creditFor(draft: Draft, currency: string, amount: number): number {
  return Math.min(amount, draft.account.credit[currency] ?? 0)
}

/** Closes an invoice unpaid and gives the credit that it had used back. */
export function voidInvoice(draft: Draft, invoice: Invoice, how: 'voided' | 'uncollectible'): void {
  record(draft, { type: `invoice.${how}`, invoice: invoice.id })
  addCredit(draft, invoice.currency, invoice.credit, 'voided')
}

/**
 * Whether an invoice of ours may spend credit: a gateway that renews bills without it. Who pays for
 * nothing now is judged by who would renew.
 */
export function spendsCredit(account: Account, next: Renewals = 'billwright'): boolean {
  const billed = Object.values(account.subscriptions).filter(
    (each) => isLive(each) && each.price !== null,
  )
  const clocks = billed.length === 0 ? [next] : billed.map(({ renewals }) => renewals)
  return clocks.includes('billwright')
}

/** Adds to the account's credit; nothing when the amount is zero. */
export function addCredit(
  draft: Draft,
  currency: string,
  amount: number,
  because: CreditReason,
): void {
  if (amount > 0) record(draft, { type: 'credit.added', currency, amount, because })
}

function same(old: Item, item: Item, from: Terms, to: Terms): boolean {
  return old.id === item.id && old.amount === item.amount && unit(from) === unit(to)
}

// Two intervals differ in the period as well; comparing the currency and unit is enough here.
function unit({ price }: Terms): string {
  return price ? `${price.currency}/${price.interval.count}${price.interval.unit}` : 'free'
}

function discountOf({ percent, amountOff }: AppliedCoupon, sum: number): number {
  return Math.min(sum, percent === null ? (amountOff ?? 0) : percentOf(sum, percent))
}

function discountLine({ code }: AppliedCoupon, off: number, period: Period): Line {
  return { kind: 'discount', id: code, quantity: 1, amount: -off, period }
}

/** Spreads a discount over the items, so that each remembers what it really cost. */
function net(items: readonly Item[], off: number, from: Instant): readonly Charged[] {
  const amounts = items.map(({ amount }) => amount)
  const parts = off > 0 ? allocate(off, amounts) : []
  return items.map(({ item, amount }, i) => ({ item, amount: amount - (parts[i] ?? 0), from }))
}
