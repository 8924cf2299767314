/** PayMongo as a gateway: a page for every payment, in pesos, whatever the customer pays with. */
import { type Gateway, performWith } from 'billwright'
import { CAPABILITIES } from './capabilities.ts'
import { effects } from './effects.ts'
import { fetchThing } from './fetch-thing.ts'
import { find } from './find.ts'
import { list } from './list.ts'
import { checkOptions, type PaymongoOptions } from './options.ts'
import { reading } from './read.ts'
import { transport } from './transport.ts'
import { receive } from './webhook.ts'

/**
 * A gateway that talks to PayMongo, or to its emulator. Every wrong option throws a `config` error
 * `invalid_gateway` that names it.
 */
export function paymongo(options: PaymongoOptions): Gateway {
  const settings = checkOptions(options)
  const { name, mode, paymentMethods, returnUrl } = settings
  const call = transport(settings)
  const read = reading(call)
  const lookUp = fetchThing(name, read)
  const finds = find(name, read)
  const desk = { name, paymentMethods, returnUrl, call, read, lookUp, find: finds }
  return {
    name,
    renewals: 'billwright',
    mode,
    capabilities: CAPABILITIES,
    perform: performWith(effects(desk)),
    find: finds,
    receive: (request) => receive(settings, request),
    fetch: lookUp,
    list: list(name, read),
    setup: () => import('billwright/paymongo/setup').then((it) => it.paymongoSetup(settings, call)),
  }
}
