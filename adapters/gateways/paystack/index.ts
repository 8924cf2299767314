/**
 * Paystack as a gateway: it takes the money, the core owns the clock; and its emulator.
 * @module billwright/paystack
 */

export type { PaystackOptions } from './options.ts'
export {
  PAYSTACK_EMULATOR_KEY,
  type PaystackEmulator,
  type PaystackEmulatorOptions,
  paystackEmulator,
} from './emulator/paystack-emulator.ts'
export { paystack } from './gateway.ts'
export { type PaystackStage, type PaystackStageOptions, paystackStage } from './stage.ts'
export {
  PAYSTACK_TEST_CARDS,
  type PaystackCardBehavior,
  type PaystackTestCard,
} from './test-cards.ts'
