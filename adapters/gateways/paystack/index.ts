/**
 * Paystack as a gateway: it takes the money, the core owns the clock. Its emulator is
 * `billwright/paystack/testing`.
 * @module billwright/paystack
 */

export type { PaystackOptions } from './options.ts'
export type { PaystackClient } from './send-client.ts'
export { paystack } from './gateway.ts'
