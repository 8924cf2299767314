/** What PayMongo shows now of one thing. */
import type { PerformContext, Thing } from 'billwright'
import type { GatewayEvent } from 'billwright/core'
import type { Read } from './read.ts'
import type { WireSession } from './wire.ts'
import { readPayment, readSession } from './read-resource.ts'
import { paymentHistory, sessionEvents } from './translate.ts'

export type LookUp = (thing: Thing, context: PerformContext) => Promise<readonly GatewayEvent[]>

/** A page is found by the vendor's id alone; what is not there, or was never told, tells nothing. */
export function fetchThing(gateway: string, read: Read): LookUp {
  return async (thing, context) => {
    switch (thing.kind) {
      case 'checkout':
      case 'invoice': {
        const session = await sessionAt(read, thing.page, context)
        return session ? sessionEvents(gateway, session) : []
      }
      case 'payment': {
        const path = `/v1/payments/${encodeURIComponent(thing.id)}`
        const payment = readPayment(await read.one(path, context))
        return payment ? paymentHistory(gateway, payment) : []
      }
      default:
        return []
    }
  }
}

/** The page with an id, as it is now. */
export async function sessionAt(
  read: Read,
  page: string | undefined,
  context: PerformContext,
): Promise<WireSession | null> {
  if (page === undefined) return null
  return readSession(await read.one(pagePath(page), context))
}

export function pagePath(page: string): string {
  return `/v1/checkout_sessions/${encodeURIComponent(page)}`
}
