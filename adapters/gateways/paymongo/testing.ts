/**
 * PayMongo on your machine: an emulator for tests, examples and development.
 * @module billwright/paymongo/testing
 */

export {
  PAYMONGO_WEBHOOK_SECRET,
  type PaymongoEmulator,
  type PaymongoEmulatorOptions,
  paymongoEmulator,
} from './emulator/paymongo-emulator.ts'
export { type PaymongoStage, type PaymongoStageOptions, paymongoStage } from './stage.ts'
export {
  PAYMONGO_TEST_CARDS,
  type PaymongoCardBehavior,
  type PaymongoTestCard,
} from './test-cards.ts'
