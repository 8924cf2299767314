/** Why a bank said no, in the core's words. Paystack gives a sentence and no code. */
import type { Decline } from 'billwright/core'

const SENTENCES: readonly (readonly [RegExp, Decline])[] = [
  [/insufficient/i, { code: 'insufficient_funds', retry: 'later' }],
  [/expired/i, { code: 'expired_card', retry: 'with_customer' }],
  [/lost|stolen|pick ?up|restricted/i, { code: 'lost_or_stolen', retry: 'never' }],
  [/fraud/i, { code: 'fraud', retry: 'never' }],
  [/limit|regulated/i, { code: 'limit_exceeded', retry: 'later' }],
  [/authenticat|otp|pin|3d ?s/i, { code: 'authentication_required', retry: 'with_customer' }],
  [/declined|honou?r/i, { code: 'do_not_honor', retry: 'later' }],
  [/timeout|unable|error|system|unavailable/i, { code: 'processing_error', retry: 'later' }],
]

export function declineOf(sentence: string): Decline {
  const found = SENTENCES.find(([pattern]) => pattern.test(sentence))
  return found?.[1] ?? { code: 'unknown', retry: 'later' }
}
