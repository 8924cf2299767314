/**
 * What a command would do: the same arguments as `decide`, no effects. It is the decision itself,
 * summed up, so a preview and its execution cannot differ.
 */
import type { Catalog } from './catalog.ts'
import type { Effect } from './effect.ts'
import type { BillingEvent } from './event.ts'
import type { Command, Input, Quote, Usage } from './input.ts'
import type { Instant } from './instant.ts'
import type { Refusal } from './refusal.ts'
import { decideFully } from './decide.ts'
import { periodAmount } from './invoice.ts'
import { settle } from './settle.ts'
import {
  type Account,
  type Checkout,
  type Invoice,
  isPaid,
  type Line,
  type Subscription,
} from './state.ts'

export type Preview =
  | { readonly ok: false; readonly refusal: Refusal }
  | {
      readonly ok: true
      /** What would be asked for now, in minor units; zero when nothing is. */
      readonly due: number
      readonly currency: string | null
      readonly lines: readonly Line[]
      /** Account credit that would pay part of it. */
      readonly credit: number
      /** Credit that the customer would gain. */
      readonly creditAdded: number
      /** Bring it along to be charged exactly `due`. */
      readonly quote: Quote | null
      /** The next regular charge afterwards, before discounts. */
      readonly next: {
        readonly at: Instant
        readonly amount: number
        readonly currency: string
      } | null
      /** The subscription after payment. */
      readonly subscription: Subscription | null
      readonly events: readonly BillingEvent[]
      /** The change that a gateway with its own clock would be asked for: its figure is the quote. */
      readonly asks: Extract<Effect, { readonly kind: 'subscription.change' }> | null
    }

/** Previews a command on the account as it will be at `now`. */
export function preview(
  account: Account,
  usage: Usage,
  command: Command,
  now: Instant,
  catalog: Catalog,
): Preview {
  const settled = settle(account, usage, now, catalog).account
  const { decision, account: after } = decidedBy(settled, usage, command, now, catalog)
  if (!decision.ok) return decision
  const { events, effects } = decision
  const opened = events.map(billOf).filter((bill) => bill !== null)
  const bill = opened.at(-1) ?? collectedAgain(after, effects) ?? null
  const due = bill ? dueOf(bill) : 0
  const currency = bill?.currency ?? null
  const group = bill?.group ?? groupOf(events) ?? 'default'
  const paid = bill ? whenPaid(after, usage, bill, now, catalog) : after
  const subscription = paid.subscriptions[group] ?? null
  return {
    ok: true,
    due,
    currency,
    lines: bill?.lines ?? [],
    credit: bill?.credit ?? 0,
    creditAdded: creditAdded(events),
    quote: currency === null ? null : { at: now, due, currency },
    next: nextCharge(subscription),
    subscription,
    events,
    asks: effects.find((effect) => effect.kind === 'subscription.change') ?? null,
  }
}

/** What was only asked of a gateway that owns the clock is shown as it will be once that agrees. */
function decidedBy(
  settled: Account,
  usage: Usage,
  command: Command,
  now: Instant,
  catalog: Catalog,
): ReturnType<typeof decideFully> {
  const decided = decideFully(settled, usage, command, now, catalog)
  const { decision } = decided
  const asked = decision.ok && decision.events.some(({ type }) => type === 'request.opened')
  return asked ? decideFully(withOurClock(settled), usage, command, now, catalog) : decided
}

function withOurClock(account: Account): Account {
  const ours = Object.entries(account.subscriptions).map(([group, subscription]) => [
    group,
    { ...subscription, renewals: 'billwright', gatewayRef: null } as const,
  ])
  return { ...account, subscriptions: Object.fromEntries(ours) }
}

function billOf(event: BillingEvent): Invoice | Checkout | null {
  if (event.type === 'invoice.opened') return event.opened
  return event.type === 'checkout.opened' ? event.checkout : null
}

function groupOf(events: readonly BillingEvent[]): string | null {
  for (const event of events) if ('group' in event && event.group !== null) return event.group
  return null
}

/** An invoice that was open before and is asked for once more. */
function collectedAgain({ invoices }: Account, effects: readonly Effect[]): Invoice | undefined {
  const asked = effects.filter((effect) => effect.kind === 'payment.collect').at(-1)
  return invoices.find(({ id }) => id === asked?.invoice)
}

function dueOf(bill: Invoice | Checkout): number {
  return 'due' in bill ? bill.due : bill.amount
}

/** The account once the bill is paid, by the rules of payments themselves. */
function whenPaid(
  account: Account,
  usage: Usage,
  bill: Invoice | Checkout,
  now: Instant,
  catalog: Catalog,
): Account {
  const { currency, group } = bill
  const fact = { id: 'preview', amount: dueOf(bill), currency, at: now }
  const decided = (input: Input) => decideFully(account, usage, input, now, catalog).account
  if ('reference' in bill) {
    const { reference, gateway } = bill
    const payment = fact.amount > 0 ? { ...fact, subject: { checkout: reference } } : null
    const completed = { reference, gateway, customer: null, subscription: null, method: null }
    return decided({ type: 'checkout.completed', ...completed, payment, at: now })
  }
  const gateway = account.subscriptions[group]?.gateway ?? ''
  const payment = { ...fact, subject: { invoice: bill.id } }
  const open = account.invoices.some(({ id }) => id === bill.id)
  return open ? decided({ type: 'payment.succeeded', gateway, payment }) : account
}

/** Nothing is charged while it is paused or without access, nor after its end. */
function nextCharge(subscription: Subscription | null) {
  if (!subscription || !isPaid(subscription)) return null
  const { status, cancelAt, pendingChange, period, price } = subscription
  if (status === 'paused' || status === 'suspended' || status === 'unpaid') return null
  if (cancelAt !== null && cancelAt <= period.end) return null
  const terms = pendingChange && pendingChange.at <= period.end ? pendingChange.terms : subscription
  if (price === null) return null
  return { at: period.end, amount: periodAmount(terms), currency: price.currency }
}

function creditAdded(events: readonly BillingEvent[]): number {
  return events.reduce(
    (sum, event) => (event.type === 'credit.added' ? sum + event.amount : sum),
    0,
  )
}
