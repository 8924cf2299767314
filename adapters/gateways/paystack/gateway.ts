/** Paystack as a gateway: it takes the money, the core owns the clock. */
import { type Gateway, performWith } from 'billwright'
import { effects } from './effects.ts'
import { find } from './find.ts'
import { list } from './list.ts'
import { lookUps } from './look-up.ts'
import { checkOptions, type PaystackOptions } from './options.ts'
import { returnedIn } from './reference.ts'
import { transport } from './transport.ts'
import { receive } from './webhook.ts'

/**
 * A gateway for Paystack. Every wrong option throws a `config` error `invalid_gateway` that names it;
 * `renewals: 'gateway'` is one.
 */
export function paystack(options: PaystackOptions): Gateway {
  const settings = checkOptions(options)
  const { name, mode, prefix, capabilities } = settings
  const call = transport(settings)
  const look = lookUps(settings, call)
  return {
    name,
    renewals: 'billwright',
    mode,
    capabilities,
    perform: performWith(effects({ settings, call, look })),
    find: find(settings, look),
    receive: (request) => receive(settings, request),
    fetch: look.thing,
    checkoutReference: (returned) => returnedIn(prefix, returned),
    list: list(settings, call, look),
    setup: () => import('billwright/paystack/setup').then((it) => it.paystackSetup(settings, call)),
  }
}
