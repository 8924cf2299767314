/** Whose it is: finds the account that a gateway's word is about. */
import type { GatewayEvent, MethodCheck, PaymentSubject } from '../core/index.ts'
import type { Delivery, GatewayRef, Thing } from '../gateway.ts'
import type { LoadQuery } from '../storage.ts'
import { gatewayClaim } from './claims.ts'

/**
 * The account in one of our own references, `${account}.inv3`, or in the key of a page for another
 * payment method; `null` when it is none of ours. A hint only: what the reference stands for is checked
 * against the row that was written before.
 */
export function accountOfReference(reference: string): string | null {
  const [, thing, page] = OURS.exec(reference) ?? []
  const account = thing ?? page
  try {
    return account === undefined ? null : decodeURIComponent(account)
  } catch {
    return null
  }
}

const OURS = /^(?:(.+)\.(?:sub|inv|chk|inc)\d+|method\.update\/([^/]+)\/.+)$/

/** How to load the account of a delivery; `null` when nothing in it tells whose it is. */
export function subjectOf(
  gateway: string,
  { events, fetch = [], about = [] }: Pick<Delivery, 'events' | 'fetch' | 'about'>,
): LoadQuery['by'] | null {
  const references = [...events.map(referenceOf), ...fetch.map(referenceOfThing)]
  for (const reference of references) {
    const account = reference === null ? null : accountOfReference(reference)
    if (account !== null) return { account }
  }
  const refs = [...about, ...events.flatMap(refsOf), ...fetch.flatMap(refsOfThing)]
  if (refs.length === 0) return null
  return { claims: [...new Set(refs.map((ref) => gatewayClaim(gateway, ref)))] }
}

/** The payment that a fact is about and that must be known before the fact can count. */
export function neededPayment(event: GatewayEvent): string | null {
  switch (event.type) {
    case 'payment.refunded':
    case 'payment.refund_failed':
    case 'payment.disputed':
    case 'payment.dispute_closed':
      return event.payment
    default:
      return null
  }
}

function referenceOf(event: GatewayEvent): string | null {
  switch (event.type) {
    case 'checkout.completed':
    case 'checkout.expired':
    case 'page.opened':
      return event.reference
    case 'payment.succeeded':
      return event.payment.subject && referenceOfSubject(event.payment.subject)
    case 'payment.failed':
    case 'payment.pending':
      return referenceOfSubject(event.subject)
    case 'link.delivered':
    case 'outcome.unknown':
      return event.invoice
    default:
      return null
  }
}

function referenceOfSubject(subject: PaymentSubject | MethodCheck): string | null {
  if ('checkout' in subject) return subject.checkout
  return 'invoice' in subject ? subject.invoice : null
}

function referenceOfThing(thing: Thing): string | null {
  if (thing.kind === 'checkout') return thing.reference
  return thing.kind === 'invoice' ? thing.invoice : null
}

function refsOf(event: GatewayEvent): readonly GatewayRef[] {
  switch (event.type) {
    case 'subscription.observed':
      return [{ kind: 'subscription', id: event.observation.subscription }]
    case 'payment.succeeded': {
      const { subject, id } = event.payment
      const paid = { kind: 'payment', id } as const
      return subject && 'subscription' in subject
        ? [{ kind: 'subscription', id: subject.subscription }, paid]
        : [paid]
    }
    case 'payment.failed':
      return 'subscription' in event.subject
        ? [{ kind: 'subscription', id: event.subject.subscription }]
        : []
    case 'payment.refunded':
    case 'payment.refund_failed':
    case 'payment.disputed':
    case 'payment.dispute_closed':
      return [{ kind: 'payment', id: event.payment }]
    case 'customer.linked':
      return [{ kind: 'customer', id: event.customer }]
    case 'method.removed':
    case 'method.expiring':
      return [{ kind: 'method', id: event.method }]
    case 'method.saved':
      return [{ kind: 'method', id: event.method.id }]
    default:
      return []
  }
}

function refsOfThing(thing: Thing): readonly GatewayRef[] {
  return thing.kind === 'payment' || thing.kind === 'subscription'
    ? [{ kind: thing.kind, id: thing.id }]
    : []
}
