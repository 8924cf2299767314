/**
 * How changed terms come true, whichever command asked: now and gated on payment, or scheduled for
 * the period's end in the one slot. Plan, quantity and add-ons all go through here.
 */

import type { Quote } from '../input.ts'
import type { Gate, LiveSubscription, PendingChange, Terms } from '../state.ts'
import { ask, type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { owed } from '../dunning.ts'
import { excessOf, isChoice, type Keep } from '../fit.ts'
import { HOUR, type Instant } from '../instant.ts'
import { addCredit, type Bill, billChange, openInvoice } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { sameInterval, sameTerms, termsOf } from '../terms.ts'
import { type Back, collect, isInFlight } from './collect.ts'
import { archiveAfterChange, dropEarlyInvoice, dropInvoice } from './end.ts'
import { dropMove, heldMove, refusedByMove } from './held-move.ts'
import { atGateway, openRequest } from './request.ts'
import { firstPeriod } from './start.ts'

/** Why a change can't be made now; the guards that every change shares. */
export function changeRefused(
  draft: Draft,
  current: LiveSubscription,
  target: Terms,
  direction: 'upgrade' | 'downgrade',
): Verdict {
  const { status, cancelAt, group } = current
  if (cancelAt !== null) return refuse('ending', { cancelAt })
  if (status === 'paused') return refuse('paused')
  if (status === 'suspended' || (status === 'past_due' && direction === 'upgrade'))
    return refuse('past_due')
  // A boundary that the gateway has not told us about yet: the period to change is not known.
  if (current.request || current.period.end <= draft.at) return refuse('in_progress')
  if (direction === 'upgrade' && owed(draft.account, group).some(({ dueAt }) => dueAt <= draft.at))
    return refuse('in_progress')
  const moving = refusedByMove(draft, group)
  if (moving) return moving
  const quoted = quoteOf(draft, group)
  if (!quoted?.gate || sameTerms(quoted.gate.terms, target)) return undefined
  return isOpenQuestion(quoted) ? refuse('in_progress', { invoice: quoted.id }) : undefined
}

/** The open quote of a gated change, if any: there is at most one per group. */
export function quoteOf(draft: Draft, group: string) {
  return draft.account.invoices.find((invoice) => invoice.group === group && invoice.gate !== null)
}

function isOpenQuestion(quoted: Parameters<typeof isInFlight>[0]): boolean {
  return quoted.renewals === 'gateway' ? quoted.decline === null : isInFlight(quoted)
}

/** Withdraws the open quote and its payment link, unless its payment is under way. */
export function dropQuote(draft: Draft, group: string): Verdict {
  const quoted = quoteOf(draft, group)
  if (!quoted) return undefined
  if (isOpenQuestion(quoted)) return refuse('in_progress', { invoice: quoted.id })
  dropInvoice(draft, quoted)
  return undefined
}

export interface ChangeNowOptions {
  readonly quote?: Quote | undefined
  /** What stays scheduled: an added seat does not drop a scheduled plan change. */
  readonly pendingChange?: PendingChange | null
  readonly back?: Back
}

/**
 * Changes at once. With something to pay it waits for the payment: a failed one leaves plan, period,
 * anchor and access untouched. With nothing to pay it comes true here; what is left is credit.
 */
export function changeNow(
  draft: Draft,
  current: LiveSubscription,
  terms: Terms,
  options: ChangeNowOptions = {},
): Verdict {
  const { quote, pendingChange = null, back } = options
  const { group } = current
  const quoted = quoteOf(draft, group)
  if (quoted?.gate && sameTerms(quoted.gate.terms, terms) && isOpenQuestion(quoted))
    return undefined
  const pricedAt = quote?.at ?? draft.at
  const change = priceChange(draft, current, terms, pricedAt, pendingChange)
  if (quote && !isHonored(draft, current, quote, change.bill)) return refuse('quote_changed')
  if (quoted) dropInvoice(draft, quoted)
  if (!change.resetsAnchor && draft.catalog.policies.proration.behavior !== 'invoice_now') {
    chargeLater(draft, current, change)
    return undefined
  }
  const { bill, gate } = change
  if (bill.total <= 0 && current.renewals === 'billwright') {
    applyNow(draft, current, { ...gate, charged: bill.charged, carried: current.carried })
    addCredit(draft, current.price?.currency ?? '', -bill.total, 'proration')
    return undefined
  }
  openGate(draft, current, change, back)
  return undefined
}

const NOTHING: Bill = { lines: [], total: 0, charged: [] }

interface PricedChange {
  readonly bill: Bill
  /** The instant it was priced at: a quote's, or now. */
  readonly at: Instant
  readonly gate: Gate
  readonly resetsAnchor: boolean
}

/** What the change costs: same interval in the running period, another in a new one from now. */
function priceChange(
  draft: Draft,
  current: LiveSubscription,
  terms: Terms,
  at: Instant,
  pendingChange: PendingChange | null,
): PricedChange {
  const { policies } = draft.catalog
  const { price } = terms
  const resetsAnchor =
    price !== null &&
    current.price !== null &&
    !sameInterval(price.interval, current.price.interval)
  const { anchor, period } =
    resetsAnchor && price ? firstPeriod(at, price.interval, policies) : current
  const dies = (draft.at + policies.quoteHours * HOUR) as Instant
  const expiresAt = dies < current.period.end ? dies : current.period.end
  // Trial days are neither charged nor credited.
  const trial = current.status === 'trialing'
  const bill = trial ? NOTHING : billChange(current, terms, at, period, policies)
  const uncredited = resetsAnchor && policies.proration.behavior === 'none'
  return {
    bill: uncredited ? withoutCredit(bill) : bill,
    at,
    gate: { terms, anchor, period, pendingChange, expiresAt },
    resetsAnchor,
  }
}

/** A quote binds for its hours, inside its period, as long as it comes to the same amount. */
function isHonored(
  draft: Draft,
  { period, renewals, price }: LiveSubscription,
  quote: Quote,
  bill: Bill,
): boolean {
  const age = draft.at - quote.at
  const fresh =
    age >= 0 && age < draft.catalog.policies.quoteHours * HOUR && quote.at >= period.start
  if (!fresh || quote.currency !== price?.currency) return false
  if (renewals === 'gateway') return true
  const total = Math.max(0, bill.total)
  return quote.due === total - Math.min(total, draft.account.credit[quote.currency] ?? 0)
}

/** Changes now; the difference goes to the next invoice or, with `none`, to nobody. */
function chargeLater(draft: Draft, current: LiveSubscription, change: PricedChange): void {
  const { bill, gate } = change
  const never = draft.catalog.policies.proration.behavior === 'none'
  const charged = never ? current.charged : bill.charged
  if (atGateway(current)) {
    // The gateway must change its subscription all the same; seeing that confirms a change without pay.
    openGate(draft, current, { ...change, bill: { lines: [], total: 0, charged } })
    return
  }
  const carried = never ? current.carried : [...current.carried, ...bill.lines]
  applyNow(draft, current, { ...gate, charged, carried })
}

/** Without proration nothing is credited; a new period is paid all the same. */
function withoutCredit(bill: Bill): Bill {
  const lines = bill.lines.filter(({ kind }) => kind !== 'proration_credit')
  return { ...bill, lines, total: lines.reduce((sum, { amount }) => sum + amount, 0) }
}

function openGate(
  draft: Draft,
  current: LiveSubscription,
  change: PricedChange,
  back?: Back,
): void {
  const { group, renewals, price } = current
  const { bill, at, gate, resetsAnchor } = change
  const invoice = openInvoice(draft, {
    group,
    reason: 'change',
    bill,
    currency: price?.currency ?? '',
    period: { start: draft.at, end: gate.period.end },
    dueAt: draft.at,
    renewals,
    gate,
  })
  const remote = atGateway(current)
  if (!remote) {
    collect(draft, invoice, back)
    return
  }
  const { id, due: expected } = invoice
  const { behavior } = draft.catalog.policies.proration
  const asked = { invoice: id, terms: gate.terms, at, expected, behavior, resetsAnchor }
  ask(draft, { kind: 'subscription.change', ...remote, ...asked }, id, 0)
}

function applyNow(
  draft: Draft,
  current: LiveSubscription,
  change: Omit<Gate, 'expiresAt'> & Pick<LiveSubscription, 'charged' | 'carried'>,
): void {
  const { terms, anchor, period, charged, carried, pendingChange } = change
  const changed = { terms, anchor, period, charged, carried, pendingChange }
  const { group } = current
  dropEarlyInvoice(draft, current)
  record(draft, { type: 'subscription.changed', group, ...changed })
  archiveAfterChange(draft, group, {})
}

/** When a scheduled change applies: the end of what is paid for. */
export function changeBoundary({ period, paidThrough }: LiveSubscription): Instant {
  return paidThrough !== null && paidThrough > period.end ? paidThrough : period.end
}

/**
 * Schedules a change for the period's end; the last one wins. What is used beyond the lower terms is
 * refused, chosen from, or allowed, by policy; the choice is stored, what goes is decided then.
 */
export function scheduleChange(
  draft: Draft,
  current: LiveSubscription,
  terms: Terms,
  options: { readonly keep?: Keep; readonly newPrice?: boolean } = {},
): Verdict {
  const { keep = {}, newPrice = false } = options
  const { group, pendingChange } = current
  const misfit = fitRefused(draft, group, terms, keep)
  if (misfit) return misfit
  const change: PendingChange = { terms, at: changeBoundary(current), keep }
  if (pendingChange && sameChange(pendingChange, change)) return undefined
  const open = dropQuote(draft, group)
  if (open) return open
  const remote = atGateway(current)
  if (remote) {
    const from = termsOf(current)
    const effect = { kind: 'subscription.schedule', ...remote, terms, from, at: change.at } as const
    openRequest(draft, current, { kind: 'schedule', change }, effect)
    return undefined
  }
  record(draft, { type: 'subscription.change_scheduled', group, change, newPrice })
  dropEarlyInvoice(draft, current)
  return undefined
}

/** Why terms that allow less than is used can't be had, by the policy for downgrades. */
export function fitRefused(draft: Draft, group: string, terms: Terms, keep: Keep): Verdict {
  const { catalog, usage } = draft
  const fit = catalog.policies.downgradeFit
  const excess = fit === 'allow' ? [] : excessOf(catalog, group, terms, usage)
  if (excess.length === 0) return undefined
  if (fit === 'refuse' || excess.some(({ resources }) => resources === null))
    return refuse('exceeds_limits', { excess })
  return excess.every((each) => isChoice(each, keep))
    ? undefined
    : refuse('choose_what_to_keep', { excess })
}

function sameChange(a: PendingChange, b: PendingChange): boolean {
  return sameTerms(a.terms, b.terms) && JSON.stringify(a.keep) === JSON.stringify(b.keep)
}

/** Clears what was scheduled: a change, or a move to another gateway. */
export function undoChange(
  draft: Draft,
  { group = 'default' }: { readonly group?: string },
): Verdict {
  const moving = heldMove(draft, group)
  if (moving) {
    dropMove(draft, moving)
    return undefined
  }
  const current = liveIn(draft, group)
  if (!current?.pendingChange) return refuse('nothing_to_undo')
  if (current.request)
    return current.request.kind === 'unschedule' ? undefined : refuse('in_progress')
  const remote = atGateway(current)
  if (remote) {
    const effect = { kind: 'subscription.unschedule', ...remote, terms: termsOf(current) } as const
    openRequest(draft, current, { kind: 'unschedule' }, effect)
    return undefined
  }
  record(draft, { type: 'subscription.change_undone', group })
  dropEarlyInvoice(draft, current)
  return undefined
}
