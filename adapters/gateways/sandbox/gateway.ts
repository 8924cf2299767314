/** The sandbox as a gateway: for development, demonstrations and tests; no real money moves. */
import { type Gateway, performWith } from 'billwright'
import { capabilities } from './capabilities.ts'
import { effects } from './effects.ts'
import { fetchThing } from './fetch-thing.ts'
import { find } from './find.ts'
import { list } from './list.ts'
import { checkOptions, type SandboxOptions } from './options.ts'
import { openDesk } from './perform/desk.ts'
import { reading } from './read.ts'
import { transport } from './transport.ts'
import { receive } from './webhook.ts'

/**
 * A gateway that talks to a sandbox emulator. Every wrong option throws a `config` error
 * `invalid_gateway` that names it.
 */
export function sandbox(options: SandboxOptions): Gateway {
  const settings = checkOptions(options)
  const { name, renewals, mode } = settings
  const call = transport(settings)
  const read = reading(call)
  const fetch = fetchThing(name, read)
  return {
    name,
    renewals,
    mode,
    capabilities: capabilities(renewals),
    perform: performWith(effects(openDesk(settings, call, fetch))),
    find: find(name, read),
    receive: (request) => receive(settings, request),
    fetch,
    list: list(name, read),
  }
}
