/**
 * Stripe, as a gateway. Its emulator is `billwright/stripe/testing`.
 * @module billwright/stripe
 */

export type { StripeOptions } from './options.ts'
export { stripe } from './gateway.ts'
