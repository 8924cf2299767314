/** Why Stripe declined, in the core's words, and what helps. */
import type { Decline } from 'billwright/core'
import { textAt } from './fields.ts'

const LATER = 'later'
const NEVER = 'never'
const CUSTOMER = 'with_customer'

type Told = readonly [code: Decline['code'], retry: Decline['retry']]

const CODES: Readonly<Record<string, Told>> = {
  insufficient_funds: ['insufficient_funds', LATER],
  withdrawal_count_limit_exceeded: ['limit_exceeded', LATER],
  card_velocity_exceeded: ['limit_exceeded', LATER],
  card_decline_rate_limit_exceeded: ['limit_exceeded', LATER],
  expired_card: ['expired_card', CUSTOMER],
  expired_payment_method: ['expired_card', CUSTOMER],
  authentication_required: ['authentication_required', CUSTOMER],
  authentication_not_handled: ['authentication_required', CUSTOMER],
  payment_intent_authentication_failure: ['authentication_required', CUSTOMER],
  subscription_payment_intent_requires_action: ['authentication_required', CUSTOMER],
  invoice_payment_intent_requires_action: ['authentication_required', CUSTOMER],
  setup_intent_authentication_failure: ['authentication_required', CUSTOMER],
  approve_with_id: ['authentication_required', CUSTOMER],
  lost_card: ['lost_or_stolen', NEVER],
  stolen_card: ['lost_or_stolen', NEVER],
  pickup_card: ['lost_or_stolen', NEVER],
  restricted_card: ['lost_or_stolen', NEVER],
  fraudulent: ['fraud', NEVER],
  merchant_blacklist: ['fraud', NEVER],
  security_violation: ['fraud', NEVER],
  processing_error: ['processing_error', LATER],
  issuer_not_available: ['processing_error', LATER],
  reenter_transaction: ['processing_error', LATER],
  try_again_later: ['processing_error', LATER],
  do_not_honor: ['do_not_honor', LATER],
  generic_decline: ['do_not_honor', LATER],
  call_issuer: ['do_not_honor', LATER],
  no_action_taken: ['do_not_honor', LATER],
  transaction_not_allowed: ['do_not_honor', CUSTOMER],
  stop_payment_order: ['do_not_honor', NEVER],
  revocation_of_authorization: ['do_not_honor', NEVER],
  revocation_of_all_authorizations: ['do_not_honor', NEVER],
  card_not_supported: ['unknown', CUSTOMER],
  currency_not_supported: ['unknown', CUSTOMER],
  incorrect_number: ['unknown', CUSTOMER],
  invalid_account: ['unknown', CUSTOMER],
  new_account_information_available: ['unknown', CUSTOMER],
  incorrect_cvc: ['unknown', CUSTOMER],
  payment_method_restricted: ['unknown', CUSTOMER],
}

/** The decline of a card error; Stripe's own advice wins over what the code alone suggests. */
export function declineOf(error: unknown): Decline {
  const named = [textAt(error, 'decline_code'), textAt(error, 'code')]
  const known = named.map((code) => (code && Object.hasOwn(CODES, code) ? CODES[code] : undefined))
  const [code, retry] = known.find((each) => each !== undefined) ?? (['unknown', LATER] as const)
  switch (textAt(error, 'advice_code')) {
    case 'do_not_try_again':
      return { code, retry: NEVER }
    case 'confirm_card_data':
      return { code, retry: CUSTOMER }
    default:
      return { code, retry }
  }
}
