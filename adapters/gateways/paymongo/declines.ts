/** Why a payment failed, from PayMongo's many words to the few of the core. */
import type { Decline } from 'billwright/core'

const LATER = {
  insufficient_funds: 'insufficient_funds',
  do_not_honor: 'do_not_honor',
  issuer_declined: 'do_not_honor',
  card_unauthorized: 'do_not_honor',
  processor_declined: 'processing_error',
  processor_unavailable: 'processing_error',
  issuer_not_available: 'processing_error',
  allowed_amount_exceeded: 'limit_exceeded',
  credit_limit_exceeded: 'limit_exceeded',
} as const satisfies Readonly<Record<string, Decline['code']>>

const WITH_CUSTOMER = {
  authentication_error: 'authentication_required',
  authentication_failed: 'authentication_required',
  card_expired: 'expired_card',
  expired_card: 'expired_card',
  cvc_invalid: 'do_not_honor',
} as const satisfies Readonly<Record<string, Decline['code']>>

/** Shown to the buyer as a generic decline; the reason is for us alone. */
const NEVER = {
  fraudulent: 'fraud',
  highest_risk_level: 'fraud',
  blocked: 'fraud',
  processor_blocked: 'fraud',
  restricted_card: 'fraud',
  lost_card: 'lost_or_stolen',
  stolen_card: 'lost_or_stolen',
  pickup_card: 'lost_or_stolen',
} as const satisfies Readonly<Record<string, Decline['code']>>

const DECLINES: ReadonlyMap<string, Decline> = new Map([
  ...entries(LATER, 'later'),
  ...entries(WITH_CUSTOMER, 'with_customer'),
  ...entries(NEVER, 'never'),
])

/** The decline of a failed payment; a word that is not known is `unknown`. */
export function declineOf(code: string | null): Decline {
  return DECLINES.get(code ?? '') ?? { code: 'unknown', retry: 'with_customer' }
}

function entries(
  words: Readonly<Record<string, Decline['code']>>,
  retry: Decline['retry'],
): readonly (readonly [string, Decline])[] {
  return Object.entries(words).map(([word, code]) => [word, { code, retry }])
}
