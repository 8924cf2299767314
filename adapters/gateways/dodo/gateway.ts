/** Dodo Payments as a gateway: merchant of record, with a renewal clock of its own. */
import { type Gateway, performWith } from 'billwright'
import { adoption } from './adoption.ts'
import { CAPABILITIES } from './capabilities.ts'
import { calls } from './client.ts'
import { effects } from './effects.ts'
import { fetchThing } from './fetch-thing.ts'
import { find } from './find.ts'
import { invoiceDocument } from './invoice-document.ts'
import { lookUps } from './look-up.ts'
import { checkOptions, type DodoOptions } from './options.ts'
import { previewChange } from './preview-change.ts'
import { receive } from './webhook.ts'

/**
 * A gateway that talks to Dodo Payments through the `dodopayments` package, which is loaded with the
 * first call. Every wrong option throws a `config` error `invalid_gateway` that names it.
 */
export function dodo(options: DodoOptions): Gateway {
  const settings = checkOptions(options)
  const { name, mode } = settings
  const call = calls(settings)
  const look = lookUps(call)
  const fetch = fetchThing(settings, look)
  const desk = { settings, call, look, lookUp: fetch }
  return {
    name,
    renewals: 'gateway',
    mode,
    capabilities: CAPABILITIES,
    perform: performWith(effects(desk)),
    find: find(desk),
    preview: (effect, context) => previewChange(desk, effect, context),
    document: (payment, context) => invoiceDocument(call, payment, context),
    receive: (request) => receive(settings, request),
    fetch,
    // Dodo lists what was made, not what has changed since.
    list: null,
    setup: () => import('billwright/dodo/setup').then((it) => it.dodoSetup(settings, call)),
    adoption: adoption(settings, call),
  }
}
