/**
 * Dodo Payments: a merchant of record that renews subscriptions by itself; and its emulator.
 * @module billwright/dodo
 */

export type { DodoOptions } from './options.ts'
export type { DodoAddOn, DodoProduct } from './products.ts'
export {
  DODO_WEBHOOK_SECRET,
  type DodoEmulator,
  type DodoEmulatorOptions,
  dodoEmulator,
} from './emulator/dodo-emulator.ts'
export { dodo } from './gateway.ts'
export {
  type DodoGoods,
  type DodoStage,
  type DodoStageOptions,
  dodoGoods,
  dodoStage,
} from './stage.ts'
export { DODO_TEST_CARDS, type DodoCardBehavior, type DodoTestCard } from './test-cards.ts'
