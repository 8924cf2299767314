/** What the sandbox replied to a write, as the answer to the effect that asked for it. */

import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { WireCharge, WireObject } from './wire.ts'
import { type HostedPage, outcomeUnknown, type Performed } from 'billwright'
import { readObject } from './read-event.ts'
import { chargeEvents, observed, pageEvents, refundEvents } from './translate.ts'

/** Throws `outcome_unknown` for a reply that cannot be read: it may have been done. */
export function answer(gateway: string, effect: GatewayEffect, data: unknown): Performed {
  const object = readObject(data)
  if (!object) throw outcomeUnknown(gateway, { vendorCode: 'reply_unreadable' })
  const events = withAnswers(effect, eventsOf(gateway, effect, object))
  const page = pageOf(object)
  return page === null ? { events } : { events, page }
}

/** The same facts, marked as the answer to an effect. */
export function withAnswers(
  { key: answers }: GatewayEffect,
  events: readonly GatewayEvent[],
): readonly GatewayEvent[] {
  return events.map((event) => ({ ...event, answers }))
}

function eventsOf(
  gateway: string,
  { kind }: GatewayEffect,
  object: WireObject,
): readonly GatewayEvent[] {
  switch (object.object) {
    case 'page':
      return pageEvents(gateway, object)
    case 'charge':
      return chargeEvents(gateway, object)
    case 'refund':
      return refundEvents(gateway, object)
    case 'subscription':
      return [observed(gateway, object)]
    case 'change': {
      const { charge, subscription } = object
      const paid = charge ? chargeEvents(gateway, charge) : []
      return [...paid, observed(gateway, subscription)]
    }
    case 'method':
      return kind === 'method.detach'
        ? [{ type: 'method.removed', gateway, method: object.id }]
        : []
    default:
      return []
  }
}

/** Where the customer is needed. */
function pageOf(object: WireObject): HostedPage | null {
  if (object.object === 'page') return object.status === 'open' ? { url: object.url } : null
  if (object.object === 'charge') return confirmation(object)
  return object.object === 'change' && object.charge ? confirmation(object.charge) : null
}

function confirmation({ actionUrl: url }: WireCharge): HostedPage | null {
  return url === null ? null : { url }
}
