/** What the sandbox shows now of one thing. */
import type { PerformContext, Thing } from 'billwright'
import type { GatewayEvent } from 'billwright/core'
import type { WireCharge, WireObject, WirePage } from './wire.ts'
import { listOf, type Read } from './read.ts'
import { readObject } from './read-event.ts'
import { chargeHistory, observed, pageEvents } from './translate.ts'

export type LookUp = (thing: Thing, context: PerformContext) => Promise<readonly GatewayEvent[]>

/** Looks things up; what is not there tells nothing. */
export function fetchThing(gateway: string, read: Read): LookUp {
  return async (thing, context) => {
    switch (thing.kind) {
      case 'checkout': {
        const pages = await pagesOf(read, thing.reference, context)
        const checkouts = pages.filter(({ kind }) => kind === 'checkout')
        return checkouts.flatMap((page) => pageEvents(gateway, page))
      }
      case 'invoice': {
        const { invoice } = thing
        const pages = await pagesOf(read, invoice, context)
        const links = pages.filter(({ kind, status }) => kind === 'link' && status === 'open')
        const path = `/v1/charges?${new URLSearchParams({ invoice })}`
        const charges = await chargesAt(read, path, context)
        return [
          ...charges.flatMap((charge) => chargeHistory(gateway, charge)),
          ...links.flatMap((page) => pageEvents(gateway, page)),
        ]
      }
      case 'payment': {
        const path = `/v1/charges/${encodeURIComponent(thing.id)}`
        const found = readObject(await read(path, context))
        return found?.object === 'charge' ? chargeHistory(gateway, found) : []
      }
      case 'subscription': {
        const path = `/v1/subscriptions/${encodeURIComponent(thing.id)}`
        const found = readObject(await read(path, context))
        if (found?.object !== 'subscription') return []
        const charges = await chargesAt(read, `${path}/charges?since=${thing.since}`, context)
        const billed = charges.flatMap((charge) => chargeHistory(gateway, charge))
        return [...billed, observed(gateway, found)]
      }
      default:
        return []
    }
  }
}

async function objectsAt(
  read: Read,
  path: string,
  context: PerformContext,
): Promise<readonly WireObject[]> {
  const { data } = listOf(await read(path, context))
  return data.map(readObject).filter((each) => each !== null)
}

async function pagesOf(
  read: Read,
  reference: string,
  context: PerformContext,
): Promise<readonly WirePage[]> {
  const found = await objectsAt(read, `/v1/pages?${new URLSearchParams({ reference })}`, context)
  return found.filter((each) => each.object === 'page')
}

async function chargesAt(
  read: Read,
  path: string,
  context: PerformContext,
): Promise<readonly WireCharge[]> {
  return (await objectsAt(read, path, context)).filter((each) => each.object === 'charge')
}
