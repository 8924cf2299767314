/** Changes of the items of a subscription: prorated by the second, and true once they are paid. */
import type { Invoice, InvoiceLine, Item, PendingUpdate, Subscription, Vendor } from './vendor.ts'
import { boundary, prorate } from 'billwright/core'
import { noteDebits, openInvoice, payInvoice, tellInvoice, voidInvoice } from './invoices.ts'
import { showError } from './show.ts'
import { showInvoice } from './show-billing.ts'
import { intervalOf, periodLines, settled, touch } from './subscriptions.ts'
import { known, toInstant, toSeconds } from './vendor.ts'
import { vendorError } from './vendor-error.ts'

export interface ItemChange {
  readonly items: readonly Item[]
  readonly behavior: 'create_prorations' | 'always_invoice' | 'none'
  readonly at: number
  readonly payment: 'error_if_incomplete' | 'pending_if_incomplete' | 'allow_incomplete'
  readonly metadata: Subscription['metadata']
}

/** Applies a change, or leaves everything as it was and throws a card error. */
export function changeItems(vendor: Vendor, subscription: Subscription, change: ItemChange): void {
  const { next, now, later } = planned(vendor, subscription, change)
  if (now !== null) {
    bill(vendor, subscription, { change, next, lines: now })
    return
  }
  subscription.waiting = [...subscription.waiting, ...later]
  apply(subscription, next)
}

/** The invoice that a change would make, which is kept nowhere. */
export function previewInvoice(
  vendor: Vendor,
  subscription: Subscription,
  change: ItemChange,
): Invoice {
  const customer = { ...known(vendor.customers, subscription.customer) }
  const nextId = (prefix: string) => vendor.nextId(`upcoming_${prefix}`)
  const aside: Vendor = {
    ...vendor,
    nextId,
    customers: new Map([[customer.id, customer]]),
    invoices: new Map(),
  }
  const { now } = planned(aside, subscription, change)
  const asked = { reason: 'subscription_update', lines: now ?? [], discounted: false } as const
  return openInvoice(aside, { ...subscription }, asked)
}

interface Planned {
  readonly next: Next
  /** What is billed at once; `null` where the change bills nothing now. */
  readonly now: readonly InvoiceLine[] | null
  readonly later: readonly InvoiceLine[]
}

function planned(vendor: Vendor, subscription: Subscription, change: ItemChange): Planned {
  const before = intervalOf(vendor, subscription.items)
  const after = intervalOf(vendor, change.items)
  const resets = before.unit !== after.unit || before.count !== after.count
  const trial = subscription.status === 'trialing'
  const credit = change.behavior === 'none' || trial ? [] : credits(vendor, subscription, change)
  const debits =
    change.behavior === 'none' || trial || resets ? [] : charges(vendor, subscription, change)
  const next = nextPeriod(vendor, subscription, change, resets && !trial)
  if (resets && !trial) {
    const target = { ...subscription, ...next }
    return { next, now: [...credit, ...periodLines(vendor, target)], later: [] }
  }
  const lines = [...credit, ...debits]
  const billed = change.behavior === 'always_invoice' && !trial && lines.length > 0
  return billed ? { next, now: lines, later: [] } : { next, now: null, later: lines }
}

type Next = Omit<PendingUpdate, 'invoice' | 'expiresAt'>

function nextPeriod(
  vendor: Vendor,
  current: Subscription,
  change: ItemChange,
  resets: boolean,
): Next {
  const { start, end, anchor } = current
  const items = change.items.map((item): Item => {
    const old = current.items.find(({ id }) => id === item.id)
    const isSame = old?.price === item.price && old?.quantity === item.quantity
    // Without proration nothing was charged for it: what was stays the basis of credit.
    const keeps = isSame || change.behavior === 'none' || current.status === 'trialing'
    const amount = chargeOf(vendor, current, item, change.at)
    return keeps ? item : { ...item, debited: { amount, from: change.at } }
  })
  if (!resets) return { items, start, end, anchor }
  const now = vendor.now()
  const interval = intervalOf(vendor, items)
  return { items, start: now, anchor: now, end: toSeconds(boundary(toInstant(now), interval, 1)) }
}

/** Flexible billing: credit is what is unused of what was really debited. */
function credits(vendor: Vendor, subscription: Subscription, { items, at }: ItemChange) {
  const { end } = subscription
  return subscription.items.flatMap((old): readonly InvoiceLine[] => {
    const kept = items.find(({ id }) => id === old.id)
    if (kept?.price === old.price && kept.quantity === old.quantity) return []
    const { amount, from } = old.debited
    const period = { start: toInstant(from), end: toInstant(end) }
    const to = toInstant(end)
    const unused = prorate({ amount, period, from: toInstant(at), to, granularity: 'second' })
    return unused === 0 ? [] : [lineOf(vendor, old, { amount: -unused, start: at, end })]
  })
}

function charges(vendor: Vendor, subscription: Subscription, { items, at }: ItemChange) {
  return items.flatMap((item): readonly InvoiceLine[] => {
    const old = subscription.items.find(({ id }) => id === item.id)
    if (old?.price === item.price && old.quantity === item.quantity) return []
    const amount = chargeOf(vendor, subscription, item, at)
    return [lineOf(vendor, item, { amount, start: at, end: subscription.end })]
  })
}

function chargeOf(vendor: Vendor, { start, end }: Subscription, item: Item, at: number): number {
  const { amount } = known(vendor.prices, item.price)
  const period = { start: toInstant(start), end: toInstant(end) }
  const rest = { from: toInstant(at), to: toInstant(end), granularity: 'second' } as const
  return prorate({ amount: amount * item.quantity, period, ...rest })
}

function lineOf(
  vendor: Vendor,
  { id: item, price, quantity }: Item,
  line: Pick<InvoiceLine, 'amount' | 'start' | 'end'>,
): InvoiceLine {
  return { ...line, id: vendor.nextId('il'), price, quantity, item, proration: true }
}

interface Billed {
  readonly change: ItemChange
  readonly next: Next
  readonly lines: readonly InvoiceLine[]
}

/** Bills a change at once: it comes true when that is paid. */
function bill(vendor: Vendor, subscription: Subscription, { change, next, lines }: Billed): void {
  const before = { ...known(vendor.customers, subscription.customer) }
  const marked = { ...subscription, metadata: change.metadata }
  const asked = { reason: 'subscription_update', lines, discounted: false } as const
  const invoice = openInvoice(vendor, marked, asked)
  const outcome = payInvoice(vendor, invoice, 'api')
  if (outcome === 'paid') {
    subscription.invoice = invoice.id
    apply(subscription, next)
    noteDebits(subscription, invoice)
    settled(subscription)
    tellInvoice(vendor, invoice)
    return
  }
  if (change.payment === 'pending_if_incomplete') {
    const expiresAt = Math.min(vendor.now() + 23 * 3600, subscription.end)
    subscription.pending = { ...next, invoice: invoice.id, expiresAt }
    subscription.invoice = invoice.id
    const type = outcome === 'waits' ? 'payment_action_required' : 'payment_failed'
    vendor.emit(`invoice.${type}`, showInvoice(vendor, invoice))
    return
  }
  refuse(vendor, invoice, before.balance)
}

/** Nothing has happened: no invoice, no charge that counts, no credit used. */
function refuse(vendor: Vendor, invoice: Invoice, balance: number): never {
  const intent = vendor.intents.get(invoice.intent ?? '')
  known(vendor.customers, invoice.customer).balance = balance
  vendor.invoices.delete(invoice.id)
  const waits = intent?.status === 'requires_action'
  if (intent) vendor.intents.delete(intent.id)
  const message = waits ? 'The payment needs the customer.' : 'Your card was declined.'
  if (waits || !intent?.error) {
    const code = waits ? 'subscription_payment_intent_requires_action' : 'card_declined'
    throw vendorError(402, { type: 'card_error', code, message })
  }
  const { code, decline_code } = showError(vendor, intent) as Record<string, string>
  const told = decline_code === undefined ? {} : { decline_code }
  throw vendorError(402, { type: 'card_error', code: code ?? '', message, ...told })
}

function apply(subscription: Subscription, { items, start, end, anchor }: Next): void {
  Object.assign(subscription, { items, start, end, anchor })
}

/** The customer has paid for a change that waited. */
export function applyPending(vendor: Vendor, subscription: Subscription, invoice: Invoice): void {
  const { pending } = subscription
  if (pending === null) return
  apply(subscription, pending)
  subscription.pending = null
  noteDebits(subscription, invoice)
  tellInvoice(vendor, invoice)
  touch(vendor, subscription, 'pending_update_applied')
  touch(vendor, subscription)
}

/** Nobody has paid for it in time. */
export function expirePending(vendor: Vendor, subscription: Subscription): void {
  const { pending } = subscription
  if (pending === null) return
  subscription.pending = null
  const invoice = known(vendor.invoices, pending.invoice)
  voidInvoice(vendor, invoice)
  touch(vendor, subscription, 'pending_update_expired')
}
