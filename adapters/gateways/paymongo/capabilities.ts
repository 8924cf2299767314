/** What PayMongo can do by pages alone: it takes one payment at a time, everything else is the core's. */
import type { GatewayCapabilities } from 'billwright'

export const CAPABILITIES: GatewayCapabilities = {
  renewals: ['billwright'],
  amounts: 'exact',
  currencies: ['PHP'],
  // PHP 20.00.
  minimum: { PHP: 2000 },
  savedMethods: false,
  paymentLinks: true,
  refunds: 'partial',
  operations: {
    // Nothing can be saved for later.
    trial_upfront: 'no',
    extend_trial: 'core',
    change_now: 'core',
    change_scheduled: 'core',
    cancel_at_period_end: 'core',
    pause: 'core',
    quantity: 'core',
    add_ons: 'core',
    coupons: 'core',
    account_credit: 'core',
    update_payment_method: 'no',
    retry_payment: 'core',
  },
  // What creates something carries a key; closing a page and looking something up may be repeated.
  dedupe: {
    'checkout.open': 'key',
    'checkout.expire': 'key',
    'payment.collect': 'key',
    'payment.refund': 'key',
    'payment.lookup': 'key',
    'method.update': 'key',
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
