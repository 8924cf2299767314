/** Why a payment failed, in the core's words. Dodo's list grows, so words are looked for in the code. */
import type { Decline } from 'billwright/core'
import type { DodoPayment } from './wire.ts'

const KNOWN: readonly (readonly [RegExp, Decline])[] = [
  [/INSUFFICIENT/, { code: 'insufficient_funds', retry: 'later' }],
  [/EXPIRED/, { code: 'expired_card', retry: 'with_customer' }],
  [/AUTHENTICATION|3DS/, { code: 'authentication_required', retry: 'with_customer' }],
  [/STOLEN|LOST|PICKUP/, { code: 'lost_or_stolen', retry: 'never' }],
  [/FRAUD/, { code: 'fraud', retry: 'never' }],
  [/LIMIT|VELOCITY/, { code: 'limit_exceeded', retry: 'later' }],
  [/DO_NOT_HONOR/, { code: 'do_not_honor', retry: 'later' }],
  [/PROCESSING|TRY_AGAIN|ISSUER_NOT_AVAILABLE/, { code: 'processing_error', retry: 'later' }],
]

export function declineOf({ errorCode, status }: DodoPayment): Decline {
  const known = KNOWN.find(([word]) => word.test(errorCode.toUpperCase()))
  if (known) return known[1]
  return { code: 'unknown', retry: status === 'cancelled' ? 'with_customer' : 'later' }
}
