/**
 * What `npx billwright doctor` and `push` ask of Dodo Payments. The gateway loads it when they do.
 * @module billwright/dodo/setup
 */
import type { GatewaySetup } from 'billwright/setup'
import type { Calls } from '../client.ts'
import type { Settings } from '../options.ts'
import { dodoCatalog } from './catalog.ts'
import { examine } from './examine.ts'

/** For the gateway itself, with the settings and the connection that it has. */
export function dodoSetup(settings: Settings, call: Calls): GatewaySetup {
  return {
    examine: (context) => examine(settings, call, context),
    catalog: dodoCatalog(settings, call),
  }
}
