/**
 * What `npx billwright doctor` asks of PayMongo. The gateway loads it when it does.
 * @module billwright/paymongo/setup
 */
import type { GatewaySetup } from 'billwright/setup'
import type { Settings } from '../options.ts'
import type { Transport } from '../transport.ts'
import { examine } from './examine.ts'

/** For the gateway itself. PayMongo keeps no prices for it: a page is given the amount. */
export function paymongoSetup(settings: Settings, call: Transport): GatewaySetup {
  return { examine: (context) => examine(settings, call, context) }
}
