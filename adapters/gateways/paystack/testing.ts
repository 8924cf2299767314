/**
 * Paystack on your machine: an emulator for tests, examples and development.
 * @module billwright/paystack/testing
 */

export {
  PAYSTACK_EMULATOR_KEY,
  type PaystackEmulator,
  type PaystackEmulatorOptions,
  paystackEmulator,
} from './emulator/paystack-emulator.ts'
export {
  type EndpointClient,
  type PaystackStage,
  type PaystackStageOptions,
  paystackStage,
} from './stage.ts'
export {
  PAYSTACK_TEST_CARDS,
  type PaystackCardBehavior,
  type PaystackTestCard,
} from './test-cards.ts'
