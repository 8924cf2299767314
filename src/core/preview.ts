/**
 * What a command would do: the same arguments as `decide`, no effects. It is the decision itself,
 * summed up, so a preview and its execution cannot differ.
 */
import type { Catalog } from './catalog.ts'
import type { BillingEvent } from './event.ts'
import type { Command, Quote, Usage } from './input.ts'
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
  const { decision, account: after } = decideFully(settled, usage, command, now, catalog)
  if (!decision.ok) return decision
  const { events } = decision
  const bill =
    events
      .map(billOf)
      .filter((opened) => opened !== null)
      .at(-1) ?? null
  const due = bill ? ('due' in bill ? bill.due : bill.amount) : 0
  const currency = bill?.currency ?? null
  const group = bill?.group ?? groupOf(events) ?? 'default'
  const subscription = whenPaid(after.subscriptions[group] ?? null, bill)
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
  }
}

function billOf(event: BillingEvent): Invoice | Checkout | null {
  if (event.type === 'invoice.opened') return event.opened
  return event.type === 'checkout.opened' ? event.checkout : null
}

function groupOf(events: readonly BillingEvent[]): string | null {
  for (const event of events) if ('group' in event && event.group !== null) return event.group
  return null
}

/** A gated change as it will be once its invoice is paid. */
function whenPaid(
  subscription: Subscription | null,
  bill: Invoice | Checkout | null,
): Subscription | null {
  const gate = bill && 'gate' in bill ? bill.gate : null
  if (!subscription || !gate) return subscription
  const { terms, anchor, period, pendingChange } = gate
  return { ...subscription, ...terms, anchor, period, pendingChange }
}

function nextCharge(subscription: Subscription | null) {
  if (!subscription || !isPaid(subscription) || subscription.cancelAt !== null) return null
  const { pendingChange, period, price } = subscription
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
