/** What Dodo Payments can do. */
import type { GatewayCapabilities } from 'billwright'

export const CAPABILITIES: GatewayCapabilities = {
  renewals: ['gateway'],
  // Dodo is the merchant of record: it adds tax, and may show another currency.
  amounts: 'session',
  currencies: 'any',
  minimum: { USD: 100 },
  savedMethods: true,
  paymentLinks: false,
  refunds: 'partial',
  closesPages: false,
  prorations: ['invoice_now', 'none'],
  operations: {
    trial_upfront: 'native',
    extend_trial: 'native',
    change_now: 'native',
    change_scheduled: 'native',
    cancel_at_period_end: 'native',
    pause: 'native',
    quantity: 'native',
    add_ons: 'native',
    coupons: 'native',
    account_credit: 'no',
    update_payment_method: 'native',
    // Saving another method pays what is owed; nothing else makes Dodo try again.
    retry_payment: 'no',
  },
  // Dodo takes no idempotency key. `key` here means that the request sets a state: sent twice it is one.
  dedupe: {
    'checkout.open': 'none',
    'checkout.expire': 'key',
    'payment.collect': 'none',
    'payment.refund': 'none',
    'payment.lookup': 'key',
    'method.update': 'none',
    'method.detach': 'key',
    'subscription.change': 'none',
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
