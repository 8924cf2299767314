/**
 * The invariants that can be seen on one step of a life: each looks at an edge and says what is wrong.
 * Ids and meanings are those of the trusted engines' list; the exploration checks all of them on every
 * edge, the random lives check each by name.
 */

import type { Edge } from './edge.ts'
import {
  type Account,
  accessOf,
  type BillingEvent,
  dunningStage,
  entitlements,
  evolve,
  type Invoice,
  isLive,
  type LiveSubscription,
  type Period,
  type Subscription,
} from '../../src/core/index.ts'

export interface Invariant {
  readonly id: string
  readonly rule: string
  /** What is wrong on this edge; `null` when it holds. */
  readonly check: (edge: Edge) => string | null
}

function law(id: string, rule: string, check: Invariant['check']): Invariant {
  return { id, rule, check }
}

/** Runs a check for each event with the account right before and after it. */
function eachEvent(
  { before, events }: Edge,
  check: (event: BillingEvent, before: Account, after: Account) => string | null,
): string | null {
  let account = before
  for (const event of events) {
    const after = evolve(account, event)
    const wrong = check(event, account, after)
    if (wrong) return `${event.type}: ${wrong}`
    account = after
  }
  return null
}

/** Runs a check for each live subscription after the edge. */
function eachLive(
  { after }: Edge,
  check: (subscription: LiveSubscription) => string | null,
): string | null {
  for (const subscription of Object.values(after.subscriptions)) {
    const wrong = isLive(subscription) ? check(subscription) : null
    if (wrong) return `${subscription.status} ${subscription.plan}: ${wrong}`
  }
  return null
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function owedIn(account: Account, group: string): readonly Invoice[] {
  return account.invoices.filter((invoice) => invoice.group === group && invoice.gate === null)
}

function overlap(a: Period, b: Period): boolean {
  return a.start < b.end && b.start < a.end
}

/** The terms, clock and access of a subscription: what a failed upgrade must not touch. */
function untouched(subscription: Subscription | undefined) {
  if (!subscription) return null
  const { plan, price, quantity, addOns, period, anchor, status, pendingChange } = subscription
  return { plan, price, quantity, addOns, period, anchor, status, pendingChange }
}

export const INVARIANTS: readonly Invariant[] = [
  law('I1', 'a renewed period starts exactly where the one before ends', (edge) =>
    eachEvent(edge, (event, before) => {
      if (event.type !== 'subscription.renewed') return null
      const end = before.subscriptions[event.group]?.period.end
      return event.period.start === end ? null : `starts at ${event.period.start}, not at ${end}`
    }),
  ),
  law('I3', 'no two billed periods of one customer and group overlap', (edge) =>
    eachEvent(edge, (event, before) => {
      if (event.type !== 'invoice.opened' || event.opened.gate !== null) return null
      const { group, period } = event.opened
      const paid = before.subscriptions[group]?.paidThrough ?? null
      if (paid !== null && period.start < paid) return `paid through ${paid}, billed again before`
      const twice = owedIn(before, group).find((open) => overlap(open.period, period))
      return twice ? `${twice.id} bills a part of it` : null
    }),
  ),
  law('I4', 'there is at most one live subscription per customer and group', (edge) =>
    eachEvent(edge, (event, before) => {
      if (event.type !== 'subscription.started') return null
      const current = before.subscriptions[event.group]
      return isLive(current) && current.price !== null ? `beside a live ${current.plan}` : null
    }),
  ),
  law('I5', 'a period that begins as paid is paid to its end', (edge) =>
    eachEvent(edge, (event, _, after) => {
      if (event.type !== 'subscription.renewed' || !event.paid) return null
      const paid = after.subscriptions[event.group]?.paidThrough
      return paid === event.period.end ? null : `paid through ${paid}, not ${event.period.end}`
    }),
  ),
  law('I8', 'nothing is dated in the future of the moment it is found out', ({ events, now }) => {
    const early = events.find((event) => event.at > now)
    return early ? `${early.type} at ${early.at}, found at ${now}` : null
  }),
  law(
    'I11',
    'access never ends before what is paid for, unless asked, blocked, or an older period is owed',
    (edge) => {
      const { before, after, now, catalog, input } = edge
      const asked = input !== null && ENDING.has(input.type)
      for (const { group, paidThrough } of Object.values(before.subscriptions)) {
        if (asked || paidThrough === null || paidThrough <= now) continue
        // A later period may be paid while an older one is not: that debt is what withholds access.
        if (owedIn(before, group).some(({ period }) => period.start < paidThrough)) continue
        if (!accessOf(before, group, now, catalog).allowed) continue
        if (!accessOf(after, group, now, catalog).allowed)
          return `${group} was paid to ${paidThrough}`
      }
      return null
    },
  ),
  law('I12', 'access means: not blocked, not ended, and a status that gives it', (edge) => {
    const { after, now, catalog } = edge
    for (const subscription of Object.values(after.subscriptions)) {
      const { group, status, blocks, cancelAt } = subscription
      // Ended by the date, before the gateway's word: the default plan counts.
      if (cancelAt !== null && cancelAt <= now) continue
      const { allowed, because } = accessOf(after, group, now, catalog)
      const given = status === 'active' || status === 'trialing' || status === 'past_due'
      const silent = because === 'renewal_unconfirmed' || because === 'canceled'
      const wanted = given && blocks.length === 0 && !silent
      if (allowed !== wanted) return `${status} gives ${allowed} because ${because}`
    }
    return null
  }),
  law('I14', 'cancelling at the period end changes no entitlement before', (edge) => {
    const { before, after, input, decision, usage, now, catalog } = edge
    if (input?.type !== 'cancel' || input.at !== 'period_end' || !decision.ok) return null
    const ending = Object.values(after.subscriptions).find(({ cancelAt }) => cancelAt !== null)
    if (!ending?.cancelAt || ending.cancelAt <= now) return null
    const given = (account: Account) =>
      entitlements(account, usage, now, catalog).all.map(
        ({ feature, allowed, value, remaining }) => {
          return [feature, allowed, value, remaining]
        },
      )
    return same(given(before), given(after)) ? null : 'entitlements changed'
  }),
  law('I15', 'after the end of a subscription nothing is owed for it', ({ after }) => {
    for (const { status, group } of Object.values(after.subscriptions))
      if ((status === 'canceled' || status === 'expired') && owedIn(after, group).length > 0)
        return `${group} is ${status} and has open invoices`
    return null
  }),
  law('I16', 'a scheduled change applies at its time, neither before nor later', (edge) =>
    eachLive(edge, ({ pendingChange, renewals, status }) => {
      const waits = status === 'suspended' || status === 'paused' || renewals === 'gateway'
      if (!pendingChange || waits || pendingChange.at > edge.now) return null
      return `waits since ${pendingChange.at}`
    }),
  ),
  law('I17', 'nothing is scheduled while ending', (edge) =>
    eachLive(edge, ({ pendingChange, cancelAt }) => {
      return pendingChange !== null && cancelAt !== null ? 'has both' : null
    }),
  ),
  law('I18', 'what is scheduled differs from what is', (edge) =>
    eachLive(edge, ({ pendingChange, plan, quantity, addOns, price }) => {
      if (!pendingChange) return null
      const { terms } = pendingChange
      const nothing = same(
        [terms.plan, terms.quantity, terms.addOns, terms.price],
        [plan, quantity, addOns, price],
      )
      return nothing ? 'schedules itself' : null
    }),
  ),
  law('I19', 'a failed payment of an upgrade leaves plan, period, anchor and access', (edge) => {
    const { before, after, input } = edge
    if (input?.type !== 'payment.failed' || !('invoice' in input.subject)) return null
    const { invoice: id } = input.subject
    const gated = before.invoices.find((invoice) => invoice.id === id)
    if (!gated?.gate) return null
    const [a, b] = [before, after].map((account) => untouched(account.subscriptions[gated.group]))
    return same(a, b) ? null : 'the subscription changed'
  }),
  law('I20', 'a change never gives a trial back', ({ before, after }) => {
    const kept = before.trials.every(({ key }) => after.trials.some((mark) => mark.key === key))
    return kept ? null : 'a trial mark is gone'
  }),
  law('I23', 'an invoice is the sum of its lines', ({ events }) => {
    for (const event of events) {
      if (event.type !== 'invoice.opened') continue
      const { lines, total, credit, due, renewals } = event.opened
      const lineSum = sum(lines.map(({ amount }) => amount))
      const imported = renewals === 'gateway' && lines.length === 0
      if (!imported && Math.max(0, lineSum) !== total) return `lines ${lineSum}, total ${total}`
      if (due !== total - credit) return `due ${due}, total ${total}, credit ${credit}`
    }
    return null
  }),
  law('I24', 'account credit is never negative', ({ after }) => {
    const negative = Object.entries(after.credit).find(([, amount]) => amount < 0)
    return negative ? negative.join(' ') : null
  }),
  law('I25', 'an invoice never totals below zero', ({ after }) => {
    const below = after.invoices.find(
      ({ total, due, credit }) => total < 0 || due < 0 || credit < 0,
    )
    return below ? `${below.id} totals ${below.total}` : null
  }),
  law('I26', 'no more is credited for an item than was charged for it', (edge) => {
    for (const event of edge.events) {
      if (event.type !== 'invoice.opened' || event.opened.reason !== 'change') continue
      const charged = sum(
        edge.before.subscriptions[event.opened.group]?.charged.map(({ amount }) => amount) ?? [],
      )
      const lines = event.opened.lines.filter(({ kind }) => kind === 'proration_credit')
      const credited = -sum(lines.map(({ amount }) => amount))
      if (credited > charged) return `credits ${credited} of ${charged}`
    }
    return null
  }),
  law('I41', 'the status follows from the oldest unpaid invoice and the date alone', (edge) =>
    eachLive(edge, ({ group, status, graceDays }) => {
      if (status !== 'active' && status !== 'past_due' && status !== 'suspended') return null
      const oldest = owedIn(edge.after, group).find(({ firstFailedAt }) => firstFailedAt !== null)
      const { dunning, timeZone } = edge.catalog.policies
      const options = { timeZone, extraDays: graceDays }
      const stage = dunningStage(oldest ?? null, edge.now, dunning, options)
      const wanted = stage === 'past_due' ? stage : stage === 'suspended' ? stage : 'active'
      // The end of dunning at a gateway that owns the clock waits for its word.
      return stage === 'ended' || wanted === status ? null : `stage ${stage}`
    }),
  ),
  law('I42', 'who has paid everything is in no dunning', (edge) =>
    eachLive(edge, ({ status, group }) => {
      const dunned = status === 'past_due' || status === 'suspended'
      const owes = owedIn(edge.after, group).some(({ firstFailedAt }) => firstFailedAt !== null)
      return dunned && !owes ? 'nothing is owed' : null
    }),
  ),
  law(
    'I43',
    'no automatic attempt follows a hard decline or comes beyond the configured ones',
    (edge) => {
      const most = edge.catalog.policies.dunning.retryAfterDays.length
      for (const { nextAttemptAt, decline, gate, id } of edge.after.invoices) {
        if (nextAttemptAt === null) continue
        if (decline?.retry !== 'later') return `${id} would be tried after «${decline?.retry}»`
        if (gate) return `${id} is a quote and would be tried`
      }
      const attempts = edge.events.filter(({ type }) => type === 'invoice.collecting').length
      return edge.input === null && attempts > (most + 1) * (edge.before.invoices.length + 40)
        ? `${attempts} attempts`
        : null
    },
  ),
  law('I44', 'recovering from dunning keeps the anchor', (edge) =>
    eachEvent(edge, (event, before, after) => {
      if (event.type !== 'subscription.recovered') return null
      const [a, b] = [before, after].map(({ subscriptions }) => subscriptions[event.group]?.anchor)
      return a === b ? null : 'the anchor moved'
    }),
  ),
  law('I46', 'a trial key is used once', ({ after }) => {
    const keys = after.trials.map(({ key }) => key)
    return new Set(keys).size === keys.length ? null : keys.join(' ')
  }),
  law('I47', 'trial days are neither charged nor creditable', (edge) =>
    eachLive(edge, ({ status, charged }) => {
      return status === 'trialing' && charged.length > 0 ? 'has charges' : null
    }),
  ),
  law('I48', 'no trial outlives its end', (edge) =>
    eachLive(edge, (subscription) => {
      if (subscription.status !== 'trialing' || subscription.gatewayRef !== null) return null
      return subscription.trial.endsAt <= edge.now ? 'is over' : null
    }),
  ),
]

const ENDING = new Set([
  'cancel',
  'pause',
  'block',
  'subscription.observed',
  'payment.disputed',
  'payment.dispute_closed',
])

/** Everything wrong on an edge, with the law it breaks. */
export function violations(edge: Edge): readonly string[] {
  return INVARIANTS.flatMap(({ id, check }) => {
    const wrong = check(edge)
    return wrong ? [`${id} ${wrong}`] : []
  })
}
