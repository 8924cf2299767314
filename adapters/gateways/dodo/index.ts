/**
 * Dodo Payments: a merchant of record that renews subscriptions by itself.
 * @module billwright/dodo
 */

export type { DodoOptions } from './options.ts'
export type { DodoAddOn, DodoProduct } from './products.ts'
export { dodo } from './gateway.ts'
