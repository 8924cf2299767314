/**
 * Our words in Stripe's metadata: how an object is known as ours, and what it is for. An account of
 * Stripe may serve other apps too; what carries none of these words is left alone.
 */
import { dig, type Fields, isFields, textAt } from './fields.ts'

export const MARK = {
  /** The app's id of the customer, on customers. */
  customer: 'billwright_customer_id',
  /** Our checkout's reference, on sessions, subscriptions and payment intents. */
  reference: 'billwright_reference',
  /** Our invoice's id, on payment intents of the core's own collection. */
  invoice: 'billwright_invoice',
  /** Our invoice's id of the newest change, on subscriptions. */
  change: 'billwright_change',
  /** `plan` or `add_on`, and its id, on prices. */
  kind: 'billwright_kind',
  item: 'billwright_item',
  /** The effect that made it, on what moves money. */
  effect: 'billwright_effect',
} as const

/** Whether an object is ours by its metadata. */
export function isMarked(metadata: unknown): boolean {
  return isFields(metadata) && Object.keys(metadata).some((name) => name.startsWith('billwright_'))
}

export function markOf(object: unknown, name: keyof typeof MARK): string | null {
  return textAt(object, 'metadata', MARK[name])
}

/** The subscription's metadata as an invoice remembers it; older API versions kept it elsewhere. */
export function subscriptionMetadata(invoice: unknown): Fields {
  const found =
    dig(invoice, 'parent', 'subscription_details', 'metadata') ??
    dig(invoice, 'subscription_details', 'metadata')
  return isFields(found) ? found : {}
}
