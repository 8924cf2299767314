/** Taking money and giving it back: what a card does when it is charged. */
import type { StripeCardBehavior } from '../test-cards.ts'
import type { Intent, Metadata, Method, Refund, Vendor } from './vendor.ts'
import { showIntent, showMethod, showRefund } from './show.ts'
import { keep, known } from './vendor.ts'

/** Who asks for a charge: the customer on a page, the API while they are away, or the clock. */
export type By = 'customer' | 'api' | 'clock'

export interface NewIntent {
  readonly method: Method
  readonly customer: string
  readonly amount: number
  readonly currency: string
  readonly by: By
  readonly metadata?: Metadata
  readonly description?: string | null
  readonly invoice?: string | null
  /** Kept for later charges. */
  readonly keeps?: boolean
}

/** A payment intent and its first charge. */
export function charge(vendor: Vendor, asked: NewIntent): Intent {
  const { method, customer, amount, currency, by, metadata = {}, description = null } = asked
  const { invoice = null, keeps = false } = asked
  const made = keep(
    vendor,
    vendor.intents,
    'pi',
    (id): Intent => ({
      ...{ id, customer, amount, currency, metadata, description, invoice, keeps },
      ...{ created: vendor.now(), method: method.id, status: 'requires_payment_method' },
      ...{ error: null, charge: null },
    }),
  )
  return chargeAgain(vendor, made, method, by)
}

/** Another try of the same payment intent, perhaps with another card. */
export function chargeAgain(vendor: Vendor, intent: Intent, method: Method, by: By): Intent {
  intent.method = method.id
  const outcome = outcomeOf(method, by)
  intent.status = outcome.status
  intent.error = outcome.error
  if (outcome.status !== 'requires_action')
    intent.charge = { id: vendor.nextId('ch'), created: vendor.now() }
  return intent
}

/** Tells of a payment intent of its own; those of invoices are told by the invoice. */
export function tellIntent(vendor: Vendor, intent: Intent): void {
  const type = intent.status === 'succeeded' ? 'succeeded' : 'payment_failed'
  vendor.emit(`payment_intent.${type}`, showIntent(vendor, intent))
}

type Outcome = Pick<Intent, 'status' | 'error'>

const PAID: Outcome = { status: 'succeeded', error: null }

function declined(code: string, declineCode: string): Outcome {
  return { status: 'requires_payment_method', error: { code, declineCode } }
}

function outcomeOf({ card, customer }: Method, by: By): Outcome {
  const { behavior } = card
  if (by !== 'customer' && customer === null) return declined('payment_method_invalid', '')
  if (behavior.kind === 'declines') return declined(behavior.code, behavior.declineCode)
  return by === 'customer' ? PAID : alone(behavior)
}

/** Charged without the customer. */
function alone({ kind }: StripeCardBehavior): Outcome {
  if (kind === 'fails_later') return declined('card_declined', 'insufficient_funds')
  if (kind === 'needs_authentication') return { status: 'requires_action', error: null }
  return PAID
}

/** A charge that nobody is there to confirm has failed. */
export function failUnconfirmed(vendor: Vendor, intent: Intent): void {
  if (intent.status !== 'requires_action') return
  intent.status = 'requires_payment_method'
  intent.error = { code: 'authentication_required', declineCode: 'authentication_required' }
  intent.charge = { id: vendor.nextId('ch'), created: vendor.now() }
}

/** A card that the customer gave; a wallet does not stay with them. */
export function saveMethod(vendor: Vendor, customer: string, card: Method['card']): Method {
  const stays = card.behavior.kind !== 'wallet'
  return keep(vendor, vendor.methods, 'pm', (id): Method => {
    return { id, card, created: vendor.now(), customer: stays ? customer : null }
  })
}

export function tellMethod(vendor: Vendor, method: Method): void {
  if (method.customer !== null) vendor.emit('payment_method.attached', showMethod(method))
}

/** What is left of a payment to give back. */
export function refundable(vendor: Vendor, { id, status, amount }: Intent): number {
  const refunds = [...vendor.refunds.values()].filter(({ intent }) => intent === id)
  return status === 'succeeded' ? amount - refunds.reduce((sum, each) => sum + each.amount, 0) : 0
}

export function refund(
  vendor: Vendor,
  intent: string,
  asked: Pick<Refund, 'amount' | 'reason' | 'metadata'>,
): Refund {
  const { id: of } = known(vendor.intents, intent)
  const made = keep(vendor, vendor.refunds, 're', (id): Refund => {
    return { id, intent: of, created: vendor.now(), ...asked }
  })
  vendor.emit('refund.created', showRefund(vendor, made))
  return made
}
