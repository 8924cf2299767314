/** Subscriptions, schedules and invoices as Stripe's API shows them. */
import type { Invoice, InvoiceLine, Item, Price, Schedule, Subscription, Vendor } from './vendor.ts'
import { INVOICE, ITEM, LINE, nothing, PHASE, PLAN, SCHEDULE, SUBSCRIPTION } from './blank.ts'
import { type Shown, showPrice } from './show.ts'
import { known } from './vendor.ts'

export function showSubscription(vendor: Vendor, subscription: Subscription): Shown {
  const { id, created, customer, currency, status, metadata, items } = subscription
  const { trial, method, schedule } = subscription
  const asked = subscription.canceledAt !== null
  const reason = asked ? 'cancellation_requested' : null
  return {
    ...SUBSCRIPTION,
    ...{ id, created, customer, currency, status, metadata, schedule, start_date: created },
    ...{ billing_cycle_anchor: subscription.anchor, ended_at: subscription.endedAt },
    ...{ cancel_at: subscription.cancelAt, canceled_at: subscription.canceledAt },
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    cancellation_details: { ...nothing('comment feedback feedback_option'), reason },
    ...{ default_payment_method: method, latest_invoice: subscription.invoice },
    discounts: subscription.coupon === null ? [] : [`di_${subscription.coupon.id}`],
    items: listOf(
      items.map((item) => showItem(vendor, subscription, item)),
      `/v1/subscription_items?subscription=${id}`,
    ),
    pending_update: showPending(vendor, subscription),
    ...(subscription.pausedAt === null ? {} : showPaused(subscription.pausedAt)),
    ...{ trial_start: trial?.start ?? null, trial_end: trial?.end ?? null },
  }
}

function showPaused(transitioned_at: number): Shown {
  const paused = {
    subscription: { type: 'pause_requested' },
    transitioned_at,
    type: 'subscription',
  }
  return { status_details: { paused } }
}

function showItem(
  vendor: Vendor,
  { id: subscription, start, end }: Pick<Subscription, 'id' | 'start' | 'end'>,
  { id, created, price: priceId, quantity }: Item,
): Shown {
  const price = known(vendor.prices, priceId)
  const period = { current_period_start: start, current_period_end: end }
  const shown = { id, created, quantity, subscription, ...period }
  return { ...ITEM, ...shown, plan: showPlan(price), price: showPrice(price) }
}

/** What a price was before there were prices; older clients still read it. */
function showPlan({ id, created, product, currency, amount, interval }: Price): Shown {
  const { unit, count } = interval
  return {
    ...PLAN,
    ...{ id, created, product, currency, amount, amount_decimal: String(amount) },
    ...{ interval: unit, interval_count: count },
  }
}

function showPending(vendor: Vendor, subscription: Subscription): Shown | null {
  const { pending } = subscription
  if (pending === null) return null
  const { start, end } = pending
  return {
    ...nothing('billing_cycle_anchor discount_source trial_end trial_from_plan'),
    ...nothing('cancel_at_period_end discounts metadata'),
    expires_at: pending.expiresAt,
    subscription_items: pending.items.map((item) =>
      showItem(vendor, { id: subscription.id, start, end }, item),
    ),
  }
}

export function showSchedule(vendor: Vendor, schedule: Schedule): Shown {
  const { id, created, customer, subscription, metadata, phases, status, releasedAt } = schedule
  const now = vendor.now()
  const current = phases.find(({ start, end }) => start <= now && now < end)
  const active = status === 'active'
  const phase = current && { start_date: current.start, end_date: current.end }
  const { currency } = known(vendor.subscriptions, subscription)
  return {
    ...SCHEDULE,
    ...{ id, created, customer, metadata, status, released_at: releasedAt },
    subscription: active ? subscription : null,
    released_subscription: active ? null : subscription,
    current_phase: active && phase ? phase : null,
    phases: phases.map(({ items, start, end }) => ({
      ...PHASE,
      ...{ currency, start_date: start, end_date: end },
      items: items.map(({ price, quantity }) => {
        return {
          billing_thresholds: null,
          discounts: [],
          metadata: {},
          plan: price,
          price,
          quantity,
          tax_rates: [],
        }
      }),
    })),
  }
}

export function showInvoice(vendor: Vendor, invoice: Invoice): Shown {
  const { id, created, customer, subscription, currency, status, due, reason } = invoice
  const { email, name, balance } = known(vendor.customers, customer)
  const subtotal = invoice.lines.reduce((sum, { amount }) => sum + amount, 0)
  const total = subtotal - invoice.discount
  const paid = status === 'paid' ? due : 0
  const lines = invoice.lines.map((line) => showLine(vendor, invoice, line))
  const transitions = { finalized_at: created, marked_uncollectible_at: null }
  const details = { metadata: invoice.metadata, subscription }
  return {
    ...INVOICE,
    ...{ id, created, customer, customer_email: email, customer_name: name, currency, status },
    ...{ amount_due: due, amount_paid: paid, amount_remaining: due - paid, subtotal, total },
    ...{ subtotal_excluding_tax: subtotal, total_excluding_tax: total, billing_reason: reason },
    ...{ attempt_count: invoice.attempts, next_payment_attempt: invoice.nextAttempt },
    ...{ effective_at: created, number: id.toUpperCase(), period_start: created },
    ...{ period_end: created, starting_balance: invoice.startingBalance, ending_balance: balance },
    hosted_invoice_url: vendor.pageUrl(id),
    invoice_pdf: `${vendor.pageUrl(id)}/pdf`,
    lines: listOf(lines, `/v1/invoices/${id}/lines`),
    parent: { quote_details: null, subscription_details: details, type: 'subscription_details' },
    status_transitions: {
      ...transitions,
      paid_at: invoice.paidAt,
      voided_at: invoice.voidedAt,
    },
  }
}

function showLine(
  vendor: Vendor,
  { id: invoice, currency, subscription }: Invoice,
  line: InvoiceLine,
): Shown {
  const { id, amount, start, end, price, quantity, item, proration } = line
  const { product, amount: unit } = known(vendor.prices, price)
  return {
    ...LINE,
    ...{ id, amount, currency, invoice, quantity, subscription, subtotal: amount },
    ...{ description: `${quantity} × ${product}`, quantity_decimal: String(quantity) },
    parent: {
      ...{ invoice_item_details: null, type: 'subscription_item_details' },
      subscription_item_details: {
        ...{ invoice_item: null, proration, subscription, subscription_item: item },
        proration_details: { credited_items: null },
      },
    },
    period: { start, end },
    pricing: {
      ...{ type: 'price_details', unit_amount_decimal: String(unit) },
      price_details: { price, product },
    },
  }
}

/** The payments of an invoice: each is of one payment intent. */
export function showInvoicePayments(vendor: Vendor, invoice: Invoice): readonly Shown[] {
  const { id, intent, currency, created, due, status, paidAt } = invoice
  if (intent === null) return []
  const paid = status === 'paid'
  const canceledAt = invoice.voidedAt
  return [
    {
      ...{ id: id.replace('in_', 'inpay_'), object: 'invoice_payment', created, currency },
      ...{ amount_paid: paid ? due : null, amount_requested: due, invoice: id },
      ...{
        is_default: true,
        livemode: false,
        status: paid ? 'paid' : canceledAt ? 'canceled' : 'open',
      },
      payment: { type: 'payment_intent', payment_intent: known(vendor.intents, intent).id },
      status_transitions: { canceled_at: canceledAt, paid_at: paidAt },
    },
  ]
}

export function listOf(data: readonly unknown[], url: string, has_more = false): Shown {
  return { object: 'list', data, has_more, url }
}
