/**
 * PayMongo: cards, GCash, Maya, GrabPay and QR Ph by a page for each period, and its emulator.
 * @module billwright/paymongo
 */

export type { PaymongoOptions } from './options.ts'
export type { PaymongoPaymentMethod } from './payment-methods.ts'
export {
  PAYMONGO_WEBHOOK_SECRET,
  type PaymongoEmulator,
  type PaymongoEmulatorOptions,
  paymongoEmulator,
} from './emulator/paymongo-emulator.ts'
export { paymongo } from './gateway.ts'
export { type PaymongoStage, type PaymongoStageOptions, paymongoStage } from './stage.ts'
export {
  PAYMONGO_TEST_CARDS,
  type PaymongoCardBehavior,
  type PaymongoTestCard,
} from './test-cards.ts'
