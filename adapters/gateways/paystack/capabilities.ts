/** What Paystack can do when the core owns the clock. */
import type { GatewayCapabilities } from 'billwright'

/** How many decimals an amount in XOF has on the wire. */
export type XofExponent = 0 | 2

/** Sold by Paystack, and not asked for until somebody says how: a wrong guess takes a hundredfold. */
export const HELD_BACK: Readonly<Record<string, string>> = {
  XOF: 'its documentation counts hundredths, its API description whole francs; say xofExponent',
}

export const CAPABILITIES: GatewayCapabilities = {
  renewals: ['billwright'],
  amounts: 'exact',
  currencies: ['NGN', 'GHS', 'ZAR', 'KES', 'USD'],
  minimum: { NGN: 5000, GHS: 10, ZAR: 100, KES: 300, USD: 200 },
  heldBack: HELD_BACK,
  savedMethods: true,
  paymentLinks: true,
  refunds: 'partial',
  // After ten declines in a row a card is tried once a day, by whoever asks.
  attemptGapHours: 24,
  // A transaction that was initialized stays payable.
  closesPages: false,
  operations: {
    trial_upfront: 'no',
    extend_trial: 'core',
    change_now: 'core',
    change_scheduled: 'core',
    cancel_at_period_end: 'core',
    pause: 'core',
    quantity: 'core',
    add_ons: 'core',
    coupons: 'core',
    // The smallest charge on a page, which comes back as credit.
    account_credit: 'core',
    update_payment_method: 'core',
    retry_payment: 'core',
  },
  // `key` here means that the request moves nothing, or sets a state: sent twice it is one.
  dedupe: {
    'checkout.open': 'none',
    'checkout.expire': 'key',
    'payment.collect': 'reference',
    'payment.refund': 'reference',
    'payment.lookup': 'key',
    'method.update': 'none',
    'method.detach': 'key',
    'subscription.change': 'key',
    'subscription.schedule': 'key',
    'subscription.unschedule': 'key',
    'subscription.cancel': 'key',
    'subscription.discount': 'key',
    'subscription.resume': 'key',
    'subscription.pause': 'key',
    'subscription.unpause': 'key',
    'subscription.extend_trial': 'key',
    'subscription.lookup': 'key',
  },
}

/** The same with XOF, once it was said how it is written. */
export function capabilitiesWith(xof: XofExponent | null): GatewayCapabilities {
  if (xof === null) return CAPABILITIES
  const { currencies, minimum, heldBack: _, ...others } = CAPABILITIES
  return {
    ...others,
    currencies: [...currencies, 'XOF'],
    minimum: { ...minimum, XOF: 1 },
  }
}
