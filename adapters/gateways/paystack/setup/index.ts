/**
 * What `npx billwright doctor` asks of Paystack. The gateway loads it when it does.
 * @module billwright/paystack/setup
 */
import type { GatewaySetup } from 'billwright/setup'
import type { Settings } from '../options.ts'
import type { Transport } from '../transport.ts'
import { examine } from './examine.ts'

/** For the gateway itself. Paystack keeps no prices for it: a page is given the amount. */
export function paystackSetup(settings: Settings, call: Transport): GatewaySetup {
  return { examine: (context) => examine(settings, call, context) }
}
