/**
 * PayMongo: cards, GCash, Maya, GrabPay and QR Ph by a page for each period. Its emulator is
 * `billwright/paymongo/testing`.
 * @module billwright/paymongo
 */

export type { PaymongoOptions } from './options.ts'
export type { PaymongoPaymentMethod } from './payment-methods.ts'
export { paymongo } from './gateway.ts'
