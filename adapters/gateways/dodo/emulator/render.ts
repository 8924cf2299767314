/** The books as Dodo's API and its webhooks show them. */
import type { Instant } from 'billwright/core'
import type { Cart, Customer, Payment, Refund, Subscription, Vendor } from './vendor.ts'
import { billOf } from './prices.ts'

export type Shown = Readonly<Record<string, unknown>>

const UNITS = { day: 'Day', week: 'Week', month: 'Month', year: 'Year' }
const BILLING = { city: null, country: 'US', state: null, street: null, zipcode: '10001' }

export function time(at: Instant): string {
  return new Date(at).toISOString()
}

function timeOrNull(at: Instant | null): string | null {
  return at === null ? null : time(at)
}

export function showCustomer({ business }: Vendor, customer: Customer): Shown {
  const { id: customer_id, email, name, metadata, at } = customer
  const phone_number = null
  const created_at = time(at)
  return { customer_id, business_id: business.id, email, name, phone_number, metadata, created_at }
}

function buyer({ customers }: Vendor, id: string): Shown {
  const { email = '', name = '', metadata = {} } = customers.get(id) ?? {}
  return { customer_id: id, email, name, metadata, phone_number: null }
}

/** A payment as a list shows it. */
export function showPaymentInList(vendor: Vendor, payment: Payment): Shown {
  const { id, amount, currency, at, status, metadata, subscription, method, dispute } = payment
  return {
    brand_id: vendor.business.id,
    payment_id: id,
    created_at: time(at),
    ...{ currency, status, metadata },
    total_amount: amount,
    customer: buyer(vendor, payment.customer),
    subscription_id: subscription,
    digital_products_delivered: false,
    has_license_key: false,
    invoice_id: `inv_${id}`,
    invoice_url: new URL(`/invoices/payments/${id}`, vendor.pageUrl(id)).href,
    payment_method: 'card',
    payment_method_type: null,
    payment_provider: 'dodo',
    card_last_four: method.card.number.slice(-4),
    card_network: 'VISA',
    dispute_status: dispute?.status ?? null,
    refund_status: refundStatus(vendor, payment),
  }
}

export function showPayment(vendor: Vendor, payment: Payment): Shown {
  const { has_license_key: _, dispute_status: __, ...shared } = showPaymentInList(vendor, payment)
  const { id, amount, tax, session, subscription, method, errorCode, page, dispute } = payment
  const refunds = [...vendor.refunds.values()].filter((each) => each.payment === id)
  return {
    ...shared,
    payload_type: 'Payment',
    billing: BILLING,
    business_id: vendor.business.id,
    card_holder_name: null,
    card_issuing_country: 'US',
    card_type: 'CREDIT',
    checkout_session_id: session,
    custom_field_responses: null,
    discount_id: null,
    discounts: null,
    disputes: dispute ? [showDispute(vendor, payment, dispute)] : [],
    error_code: errorCode,
    error_message: errorCode && `The payment failed: ${errorCode}.`,
    is_multi_subscription: false,
    is_update_payment_method: payment.savesMethod,
    payment_link: page && vendor.pageUrl(page),
    payment_method_id: method.id,
    product_cart: null,
    refunds: refunds.map((each) => showRefundInList(vendor, each)),
    retry_attempt: payment.retry,
    settlement_amount: amount,
    settlement_currency: payment.currency,
    settlement_tax: tax,
    subscription_ids: subscription === null ? [] : [subscription],
    tax,
    updated_at: null,
  }
}

function refundStatus(vendor: Vendor, { id, amount }: Payment): 'partial' | 'full' | null {
  const gone = [...vendor.refunds.values()]
    .filter((each) => each.payment === id)
    .reduce((sum, each) => sum + each.amount, 0)
  return gone === 0 ? null : gone < amount ? 'partial' : 'full'
}

function showRefundInList(vendor: Vendor, refund: Refund): Shown {
  const { id, payment, amount, at, partial, status } = refund
  return {
    refund_id: id,
    payment_id: payment,
    business_id: vendor.business.id,
    ...{ amount, status },
    currency: vendor.payments.get(payment)?.currency ?? null,
    created_at: time(at),
    is_partial: partial,
    reason: null,
  }
}

export function showRefund(vendor: Vendor, refund: Refund): Shown {
  const customer = buyer(vendor, vendor.payments.get(refund.payment)?.customer ?? '')
  const { metadata } = refund
  const brand_id = vendor.business.id
  return { ...showRefundInList(vendor, refund), brand_id, customer, metadata }
}

export function showDispute(
  vendor: Vendor,
  payment: Payment,
  dispute: NonNullable<Payment['dispute']>,
): Shown {
  return {
    dispute_id: dispute.id,
    payment_id: payment.id,
    business_id: vendor.business.id,
    amount: String(payment.amount),
    currency: payment.currency,
    created_at: time(dispute.at),
    dispute_stage: 'dispute',
    dispute_status: dispute.status,
    is_resolved_by_rdr: null,
    remarks: null,
  }
}

export function showSubscriptionInList(vendor: Vendor, subscription: Subscription): Shown {
  const { id, cart, currency, status, createdAt, start, end, metadata, discounts } = subscription
  const interval = vendor.products.get(cart.product)?.interval ?? { unit: 'month', count: 1 }
  return {
    subscription_id: id,
    billing: BILLING,
    cancel_at_next_billing_date: subscription.endsWithPeriod,
    cancelled_at: timeOrNull(subscription.cancelledAt),
    created_at: time(createdAt),
    ...{ currency, status, metadata },
    customer: buyer(vendor, subscription.customer),
    customer_business_name: null,
    discount_cycles_remaining: discounts[0]?.left ?? null,
    discount_id: null,
    discounts: [],
    has_payment_method: true,
    next_billing_date: time(end),
    on_demand: false,
    paused_at: timeOrNull(subscription.pausedAt),
    payment_frequency_count: interval.count,
    payment_frequency_interval: UNITS[interval.unit],
    payment_method_id: subscription.method.id,
    previous_billing_date: time(start),
    product_id: cart.product,
    quantity: cart.quantity,
    recurring_pre_tax_amount: billOf(vendor, cart, []).amount,
    scheduled_change: showScheduled(vendor, subscription),
    subscription_period_count: 20,
    subscription_period_interval: 'Year',
    tax_id: null,
    tax_inclusive: false,
    trial_amount: null,
    trial_period_days: subscription.trialDays,
  }
}

export function showSubscription(vendor: Vendor, subscription: Subscription): Shown {
  return {
    ...showSubscriptionInList(vendor, subscription),
    addons: subscription.cart.addons,
    brand_id: vendor.business.id,
    cancellation_comment: null,
    cancellation_feedback: null,
    credit_entitlement_cart: [],
    custom_field_responses: null,
    discounts: null,
    expires_at: null,
    meter_credit_entitlement_cart: [],
    meters: [],
  }
}

function showScheduled(vendor: Vendor, { scheduled, end }: Subscription): Shown | null {
  if (!scheduled) return null
  const { id, cart, at } = scheduled
  return {
    id,
    product_id: cart.product,
    product_name: vendor.products.get(cart.product)?.name ?? null,
    product_description: null,
    quantity: cart.quantity,
    addons: showAddons(vendor, cart),
    created_at: time(at),
    effective_at: time(end),
  }
}

function showAddons({ addons }: Vendor, cart: Cart): readonly Shown[] {
  return cart.addons.map(({ addon_id, quantity }) => {
    return { addon_id, quantity, name: addons.get(addon_id)?.name ?? addon_id }
  })
}

/** The same for a webhook, which shows a little more. */
export function tellSubscription(vendor: Vendor, what: string, subscription: Subscription): void {
  const shown = showSubscription(vendor, subscription)
  const data = { ...shown, payload_type: 'Subscription', past_due_ends_at: null }
  vendor.emit(`subscription.${what}`, data)
}
