/** Invoices of subscriptions: what they bill, and how they are paid. */
import type { By } from './charges.ts'
import type { Intent, Invoice, InvoiceLine, Subscription, Vendor } from './vendor.ts'
import { allocate, percentOf } from 'billwright/core'
import { charge, chargeAgain, failUnconfirmed } from './charges.ts'
import { showInvoice } from './show-billing.ts'
import { keep, known } from './vendor.ts'

export interface NewInvoice {
  readonly reason: Invoice['reason']
  readonly lines: readonly InvoiceLine[]
  /** The discount comes off whole periods, not off prorations. */
  readonly discounted: boolean
}

/** An open invoice. Credit of the customer pays as much of it as there is. */
export function openInvoice(
  vendor: Vendor,
  subscription: Subscription,
  { reason, lines, discounted }: NewInvoice,
): Invoice {
  const { customer: customerId, id: of, currency, metadata } = subscription
  const customer = known(vendor.customers, customerId)
  const whole = lines.filter(({ proration }) => !proration)
  const sum = (some: readonly InvoiceLine[]) => some.reduce((all, { amount }) => all + amount, 0)
  const discount = discounted ? discountOf(vendor, subscription, sum(whole)) : 0
  const total = sum(lines) - discount
  const startingBalance = customer.balance
  const left = total + startingBalance
  const made = keep(
    vendor,
    vendor.invoices,
    'in',
    (id): Invoice => ({
      ...{ id, customer: customerId, subscription: of, currency, metadata, reason, lines },
      ...{ discount, startingBalance, due: Math.max(0, left), created: vendor.now() },
      ...{ status: 'open', attempts: 0, nextAttempt: null, paidAt: null, voidedAt: null },
      intent: null,
    }),
  )
  customer.balance = Math.min(0, left)
  return made
}

/** What a coupon takes off; one that is for a single invoice is used by it. */
function discountOf(vendor: Vendor, subscription: Subscription, amount: number): number {
  const { coupon } = subscription
  if (coupon === null) return 0
  const { percentOff, amountOff, duration } = known(vendor.coupons, coupon.id)
  const over = coupon.end !== null && coupon.end <= vendor.now()
  if (duration === 'once' || over) subscription.coupon = null
  if (over) return 0
  return percentOff === null ? Math.min(amount, amountOff ?? 0) : percentOf(amount, percentOff)
}

/** Notes what each item of a period was really charged with: the basis of later credit. */
export function noteDebits(subscription: Subscription, invoice: Invoice): void {
  const whole = invoice.lines.filter(({ proration }) => !proration)
  const parts =
    invoice.discount > 0
      ? allocate(
          invoice.discount,
          whole.map(({ amount }) => amount),
        )
      : []
  for (const [index, line] of whole.entries()) {
    const item = subscription.items.find(({ id }) => id === line.item)
    if (item) item.debited = { amount: line.amount - (parts[index] ?? 0), from: line.start }
  }
}

/** Tries to collect an invoice, with the method that is named. With nothing due it is paid as it is. */
export function payInvoice(
  vendor: Vendor,
  invoice: Invoice,
  by: By,
  named: string | null = null,
): 'paid' | 'failed' | 'waits' {
  if (invoice.due === 0) {
    settle(vendor, invoice)
    return 'paid'
  }
  const subscription = known(vendor.subscriptions, invoice.subscription)
  const { method: usual } = known(vendor.customers, invoice.customer)
  const method = vendor.methods.get(named ?? subscription.method ?? usual ?? '')
  invoice.attempts += 1
  if (!method) return 'failed'
  const { customer, currency, due: amount } = invoice
  const tried = invoice.intent === null ? undefined : vendor.intents.get(invoice.intent)
  const intent = tried
    ? chargeAgain(vendor, tried, method, by)
    : charge(vendor, { ...{ method, customer, amount, currency, by }, invoice: invoice.id })
  invoice.intent = intent.id
  return outcome(vendor, invoice, intent, by)
}

function outcome(
  vendor: Vendor,
  invoice: Invoice,
  intent: Intent,
  by: By,
): 'paid' | 'failed' | 'waits' {
  if (intent.status === 'succeeded') {
    settle(vendor, invoice)
    return 'paid'
  }
  if (intent.status === 'requires_action' && by === 'api') return 'waits'
  failUnconfirmed(vendor, intent)
  return 'failed'
}

function settle(vendor: Vendor, invoice: Invoice): void {
  invoice.status = 'paid'
  invoice.paidAt = vendor.now()
  invoice.nextAttempt = null
}

/** Gives an invoice up; credit that it used comes back. */
export function voidInvoice(vendor: Vendor, invoice: Invoice): void {
  if (invoice.status !== 'open') return
  invoice.status = 'void'
  invoice.voidedAt = vendor.now()
  vendor.emit('invoice.voided', showInvoice(vendor, invoice))
}

export function tellInvoice(vendor: Vendor, invoice: Invoice): void {
  const type = invoice.status === 'paid' ? 'paid' : 'payment_failed'
  vendor.emit(`invoice.${type}`, showInvoice(vendor, invoice))
}
