/** Stripe as a gateway, on the `stripe` package. */
import { type Gateway, performWith } from 'billwright'
import { adoption } from './adoption.ts'
import { capabilities } from './capabilities.ts'
import { effects } from './effects.ts'
import { fetchThing } from './fetch-thing.ts'
import { find } from './find.ts'
import { invoiceDocument } from './invoice-document.ts'
import { list } from './list.ts'
import { checkOptions, type StripeOptions } from './options.ts'
import { openDesk } from './perform/desk.ts'
import { previewChange } from './preview-change.ts'
import { reading } from './read.ts'
import { transport } from './transport.ts'
import { receive } from './webhook.ts'

/**
 * A gateway that sells through Stripe: with its own subscriptions (`renewals: 'gateway'`, the default),
 * or with charges of the saved card that the core asks for (`'billwright'`). Needs the package `stripe`
 * 23. Every wrong option throws a `config` error `invalid_gateway` that names it.
 */
export function stripe(options: StripeOptions): Gateway {
  const settings = checkOptions(options)
  const { name, renewals, mode } = settings
  const call = transport(settings)
  const read = reading(call)
  const lookUp = fetchThing(name, read)
  const looking = find(name, read)
  const desk = openDesk(settings, { call, read, lookUp, find: looking })
  return {
    name,
    renewals,
    mode,
    capabilities: capabilities(settings),
    perform: performWith(effects(desk)),
    find: looking,
    preview: (effect, context) => previewChange(desk, effect, context),
    document: (payment, context) => invoiceDocument(read, payment, context),
    receive: (request) => receive(settings, request),
    fetch: lookUp,
    list: list(settings, { read, lookUp }),
    adoption: adoption(name, { call, read }),
    setup: () => import('billwright/stripe/setup').then((it) => it.stripeSetup(settings, call)),
  }
}
