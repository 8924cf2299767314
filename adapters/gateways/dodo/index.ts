/**
 * Dodo Payments: a merchant of record that renews subscriptions by itself. Its emulator is
 * `billwright/dodo/testing`.
 * @module billwright/dodo
 */

export type { DodoOptions } from './options.ts'
export type { DodoAddOn, DodoProduct } from './products.ts'
export { dodo } from './gateway.ts'
