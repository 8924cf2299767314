/** What Stripe can do, by who owns the clock. */
import type { GatewayCapabilities } from 'billwright'
import type { Settings } from './options.ts'
import { MINIMUM } from './money.ts'

export function capabilities({
  renewals,
  automaticTax,
}: Pick<Settings, 'renewals' | 'automaticTax'>): GatewayCapabilities {
  const clock = renewals === 'gateway' ? 'native' : 'core'
  return {
    renewals: ['gateway', 'billwright'],
    // Where Stripe bills, the invoice is what it says: its prorations, and its tax.
    amounts: renewals === 'gateway' || automaticTax ? 'session' : 'exact',
    currencies: 'any',
    minimum: MINIMUM,
    savedMethods: true,
    // A page lives for a day, too short for an invoice that is due for weeks.
    paymentLinks: false,
    refunds: 'partial',
    operations: {
      trial_upfront: 'native',
      extend_trial: clock,
      change_now: clock,
      change_scheduled: clock,
      cancel_at_period_end: clock,
      pause: clock,
      quantity: clock,
      add_ons: clock,
      coupons: clock,
      account_credit: renewals === 'gateway' ? 'no' : 'core',
      update_payment_method: 'native',
      retry_payment: clock,
    },
    retriesWhenAsked: true,
    dedupe: DEDUPE,
  }
}

/** Every write takes an idempotency key; charges and refunds are looked for as well before a repeat. */
const DEDUPE: GatewayCapabilities['dedupe'] = {
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
}
