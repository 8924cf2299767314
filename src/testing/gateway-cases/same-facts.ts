/** Whether two sources tell the same: a reply, a webhook and a look-up differ in `answers` alone. */
import type { GatewayEvent } from '../../core/index.ts'
import { holds, same } from './check.ts'

export type Told<Type extends GatewayEvent['type']> = Extract<GatewayEvent, { readonly type: Type }>

/** The events of a type, in order. */
export function all<Type extends GatewayEvent['type']>(
  events: readonly GatewayEvent[],
  type: Type,
): readonly Told<Type>[] {
  return events.filter((event): event is Told<Type> => event.type === type)
}

/** The last event of a type; there must be one. */
export function last<Type extends GatewayEvent['type']>(
  what: string,
  events: readonly GatewayEvent[],
  type: Type,
): Told<Type> {
  const found = all(events, type).at(-1)
  holds(`${what} tells ${type}`, found !== undefined, events)
  return found
}

/** What an event is about: two events of one type about one thing must be the same. */
function thingOf(event: GatewayEvent): string {
  switch (event.type) {
    case 'checkout.completed':
    case 'checkout.expired':
    case 'page.opened':
      return event.reference
    case 'customer.linked':
      return event.customer
    case 'payment.succeeded':
      return event.payment.id
    case 'payment.refunded':
      return event.refund
    case 'payment.failed':
    case 'payment.refund_failed':
    case 'payment.disputed':
    case 'payment.dispute_closed':
      return event.payment
    case 'method.saved':
      return event.method.id
    case 'method.removed':
    case 'method.expiring':
      return event.method
    case 'link.delivered':
    case 'outcome.unknown':
      return event.invoice
    case 'subscription.observed':
      return event.observation.subscription
    case 'effect.refused':
      return event.answers
    default:
      return ''
  }
}

/** Without what a source may know and another not: whom it answers, and when it looked. */
function plain(event: GatewayEvent): unknown {
  const { answers: _, ...rest } = event
  if (rest.type !== 'subscription.observed') return rest
  const { observedAt: __, ...observation } = rest.observation
  return { ...rest, observation }
}

/** The newest event about each thing, by type. */
function newest(events: readonly GatewayEvent[], type: GatewayEvent['type']): Map<string, unknown> {
  return new Map(all(events, type).map((event) => [thingOf(event), plain(event)]))
}

export interface Source {
  readonly of: string
  readonly events: readonly GatewayEvent[]
}

/** Both tell of the same things of these types, and the same about each. */
export function assertSameFacts(
  types: readonly GatewayEvent['type'][],
  one: Source,
  other: Source,
): void {
  for (const type of types) {
    const [a, b] = [newest(one.events, type), newest(other.events, type)]
    holds(`${one.of} tells ${type}`, a.size > 0, one.events)
    for (const [thing, told] of a) {
      holds(`${other.of} tells ${type} of ${thing}`, b.has(thing), other.events)
      same(`${type} of ${thing} as ${other.of} tells it, like ${one.of}`, b.get(thing), told)
    }
  }
}
