/** What the sandbox can do: everything, so that an app can be tried with all of it. */
import type { GatewayCapabilities } from 'billwright'
import type { Renewals } from 'billwright/core'

/** The capabilities by who owns the clock: what the sandbox's own clock does is `native`. */
export function capabilities(renewals: Renewals): GatewayCapabilities {
  const clock = renewals === 'gateway' ? 'native' : 'core'
  return {
    renewals: ['billwright', 'gateway'],
    amounts: 'exact',
    currencies: 'any',
    minimum: {},
    savedMethods: true,
    paymentLinks: true,
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
    dedupe: DEDUPE,
  }
}

/** Every write takes an idempotency key; look-ups may be made as often as one likes. */
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
