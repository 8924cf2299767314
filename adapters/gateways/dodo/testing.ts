/**
 * Dodo Payments on your machine: an emulator for tests, examples and development.
 * @module billwright/dodo/testing
 */

export {
  DODO_WEBHOOK_SECRET,
  type DodoEmulator,
  type DodoEmulatorOptions,
  dodoEmulator,
} from './emulator/dodo-emulator.ts'
export {
  type DodoGoods,
  type DodoStage,
  type DodoStageOptions,
  dodoGoods,
  dodoStage,
} from './stage.ts'
export { DODO_TEST_CARDS, type DodoCardBehavior, type DodoTestCard } from './test-cards.ts'
