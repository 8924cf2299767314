/**
 * Stripe on your machine: an emulator for tests, examples and development.
 * @module billwright/stripe/testing
 */

export {
  STRIPE_WEBHOOK_SECRET,
  type StripeEmulator,
  type StripeEmulatorOptions,
  stripeEmulator,
} from './emulator/stripe-emulator.ts'
export { type StripeStage, type StripeStageOptions, stripeStage } from './stage.ts'
export { STRIPE_TEST_CARDS, type StripeCardBehavior, type StripeTestCard } from './test-cards.ts'
