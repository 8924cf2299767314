/**
 * What `npx billwright doctor` and `push` ask of Stripe. The gateway loads it when they do.
 * @module billwright/stripe/setup
 */
import type { GatewaySetup } from 'billwright/setup'
import type { Settings } from '../options.ts'
import type { Transport } from '../transport.ts'
import { reading } from '../read.ts'
import { stripeCatalog } from './catalog.ts'
import { examine } from './examine.ts'

/** For the gateway itself, with the settings and the connection that it has. */
export function stripeSetup(settings: Settings, call: Transport): GatewaySetup {
  const { name, renewals } = settings
  return {
    examine: (context) => examine(settings, call, context),
    // Where the core renews, a page is given the amounts themselves.
    ...(renewals === 'gateway' && { catalog: stripeCatalog({ name, call, read: reading(call) }) }),
  }
}
