/** Customers, cards, pages and money as Stripe's API shows them. */
import type {
  Coupon,
  Customer,
  Dispute,
  Intent,
  Method,
  Portal,
  Price,
  Product,
  Refund,
  Session,
  Setup,
  Vendor,
} from './vendor.ts'
import {
  ATTEMPT,
  CARD,
  CHARGE,
  COUPON,
  CUSTOMER,
  DISPUTE,
  INTENT,
  METHOD,
  nothing,
  PORTAL,
  PRICE,
  PRODUCT,
  REFUND,
  SESSION,
  SETUP,
} from './blank.ts'
import { known } from './vendor.ts'

export type Shown = Readonly<Record<string, unknown>>

export function showCustomer({ id, created, email, name, metadata, ...more }: Customer): Shown {
  const invoice_settings = {
    ...nothing('custom_fields footer rendering_options'),
    default_payment_method: more.method,
  }
  const { balance } = more
  const prefix = { invoice_prefix: id.toUpperCase(), next_invoice_sequence: 1 }
  return {
    ...CUSTOMER,
    ...{ id, created, email, name, metadata, balance },
    ...prefix,
    invoice_settings,
  }
}

export function showMethod({ id, created, customer, card }: Method): Shown {
  const shown = { ...METHOD, id, created, customer }
  if (card.behavior.kind === 'wallet') return { ...shown, type: 'alipay', alipay: {} }
  const { brand, number } = card
  const last4 = number.slice(-4)
  return { ...shown, type: 'card', card: { ...CARD, brand, last4, fingerprint: `fp_${number}` } }
}

export function showProduct({ id, created, name, metadata, active }: Product): Shown {
  return { ...PRODUCT, id, created, updated: created, name, metadata, active }
}

export function showPrice(price: Price): Shown {
  const { id, created, product, currency, amount, interval, lookupKey, metadata, active } = price
  const { unit, count: interval_count } = interval
  const recurring = {
    ...{ interval: unit, interval_count, meter: null, usage_type: 'licensed' },
    trial_period_days: null,
  }
  return {
    ...PRICE,
    ...{ id, created, product, currency, metadata, recurring, active, lookup_key: lookupKey },
    ...{ unit_amount: amount, unit_amount_decimal: String(amount) },
  }
}

export function showCoupon(coupon: Coupon): Shown {
  const { id, created, name, percentOff, amountOff, currency, duration, months } = coupon
  return {
    ...COUPON,
    ...{ id, created, name, currency, duration },
    ...{ percent_off: percentOff, amount_off: amountOff, duration_in_months: months },
  }
}

export function showSession(vendor: Vendor, session: Session): Shown {
  const { id, created, mode, customer, metadata, currency, amount, status } = session
  const { email, name } = known(vendor.customers, customer)
  const customer_details = {
    ...{ email, name, business_name: null, individual_name: null },
    ...{ address: null, phone: null, tax_exempt: 'none', tax_ids: null },
  }
  const paid = amount === 0 ? 'no_payment_required' : status === 'complete' ? 'paid' : 'unpaid'
  const money =
    mode === 'setup'
      ? { amount_subtotal: null, amount_total: null }
      : { amount_subtotal: amount, amount_total: amount }
  return {
    ...SESSION,
    ...{ id, created, mode, customer, customer_details, metadata, currency, status, ...money },
    ...{ client_reference_id: session.reference, expires_at: session.expiresAt },
    ...{ success_url: session.successUrl, cancel_url: session.cancelUrl },
    ...{ payment_status: paid, subscription: session.subscription, invoice: session.invoice },
    ...{ payment_intent: session.intent, setup_intent: session.setup },
    url: status === 'open' ? vendor.pageUrl(id) : null,
  }
}

export function showPortal(vendor: Vendor, portal: Portal): Shown {
  const { id, created, customer, returnUrl } = portal
  return { ...PORTAL, ...{ id, created, customer, return_url: returnUrl }, url: vendor.pageUrl(id) }
}

export function showIntent(vendor: Vendor, intent: Intent): Shown {
  const { id, created, customer, amount, currency, metadata, description, status } = intent
  const { charge, error, method, keeps } = intent
  const failed = status === 'requires_payment_method' && error !== null
  const last_payment_error = failed ? showError(vendor, intent) : null
  const url = intent.invoice === null ? null : vendor.pageUrl(intent.invoice)
  const redirect = { type: 'redirect_to_url', redirect_to_url: { return_url: null, url } }
  return {
    ...INTENT,
    ...{ id, created, customer, amount, currency, metadata, description, status },
    ...{ amount_received: status === 'succeeded' ? amount : 0, client_secret: `${id}_secret` },
    ...{ last_payment_error, latest_charge: charge?.id ?? null },
    next_action: status === 'requires_action' ? redirect : null,
    payment_method: failed ? null : method,
    setup_future_usage: keeps ? 'off_session' : null,
  }
}

/** Why a payment failed, as Stripe words it. */
export function showError(vendor: Vendor, { error, method, charge }: Intent): Shown {
  const { code = '', declineCode = '' } = error ?? {}
  return {
    ...{ type: 'card_error', code, message: 'Your card was declined.' },
    ...(declineCode === '' ? {} : { decline_code: declineCode }),
    ...(charge === null ? {} : { charge: charge.id }),
    payment_method: showMethod(known(vendor.methods, method)),
  }
}

export function showCharge(vendor: Vendor, intent: Intent): Shown {
  const { id: payment_intent, amount, currency, customer, method, charge, status } = intent
  const refunds = [...vendor.refunds.values()].filter(({ intent: of }) => of === payment_intent)
  const amount_refunded = refunds.reduce((sum, refund) => sum + refund.amount, 0)
  const disputed = [...vendor.disputes.values()].some(({ intent: of }) => of === payment_intent)
  const paid = status === 'succeeded'
  return {
    ...CHARGE,
    ...{ id: charge?.id, created: charge?.created, amount, currency, customer, payment_intent },
    ...{ amount_captured: paid ? amount : 0, amount_refunded, captured: paid, disputed, paid },
    ...{ payment_method: method, refunded: amount_refunded === amount },
    failure_code: paid ? null : (intent.error?.code ?? null),
    failure_message: paid ? null : 'Your card was declined.',
    receipt_url: paid && charge ? `${vendor.pageUrl(charge.id)}/receipt` : null,
    status: paid ? 'succeeded' : 'failed',
  }
}

export function showSetup({ id, created, customer, method, metadata }: Setup): Shown {
  const shown = { id, created, customer, metadata, payment_method: method }
  return { ...SETUP, ...shown, latest_attempt: id.replace('seti', 'setatt') }
}

export function showAttempt({ id, created, customer, method }: Setup): Shown {
  const attempt = { id: id.replace('seti', 'setatt'), created, customer, setup_intent: id }
  return { ...ATTEMPT, ...attempt, payment_method: method }
}

export function showRefund(vendor: Vendor, refund: Refund): Shown {
  const { id, created, intent: payment_intent, amount, reason, metadata } = refund
  const { currency, charge, customer, method } = known(vendor.intents, payment_intent)
  return {
    ...REFUND,
    ...{ id, created, payment_intent, amount, reason, metadata, currency, customer },
    ...{ charge: charge?.id ?? null, payment_method: method },
  }
}

export function showDispute(vendor: Vendor, dispute: Dispute): Shown {
  const { id, created, intent: payment_intent, status } = dispute
  const { amount, currency, charge } = known(vendor.intents, payment_intent)
  return {
    ...DISPUTE,
    ...{ id, created, payment_intent, status, amount, currency },
    charge: charge?.id,
  }
}
