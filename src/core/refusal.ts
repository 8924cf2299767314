/** Why the rules say no. Only ever the answer to a command; nothing has changed. */

/** Every refusal of the core with the sentence a developer reads. One line each. */
export const REFUSALS = {
  adoption_mismatch:
    'The subscription at the gateway is not what the plan says; see the differences.',
  already_subscribed: 'There is a live subscription; change its plan instead.',
  amount_invalid: 'The amount is not a positive integer in minor units.',
  amount_too_high: 'The amount is more than what is left of the payment.',
  cancel_date_invalid: 'The date lies in the past.',
  change_scheduled: 'A change is scheduled; undo it first.',
  checkout_unknown: 'No checkout of this customer has that reference.',
  choose_what_to_keep: 'More is used than the plan allows; choose what to keep.',
  coupon_active: 'A coupon is in force; remove it first.',
  coupon_expired: 'The coupon is not valid now.',
  coupon_not_applicable: 'The coupon does not apply to this plan or currency.',
  coupon_used: 'The coupon was used before.',
  currency_change: 'A subscription keeps its currency; cancel and subscribe again.',
  ending: 'The subscription is ending; resume it first.',
  exceeds_limits: 'More is used than the plan allows; remove some first.',
  gateway_required: 'No gateway is configured for this.',
  in_progress: 'A payment or request is in progress; wait for its outcome.',
  incident_unknown: 'No open incident has that id.',
  invoice_unknown: 'No open invoice has that id.',
  limit_reached: 'The limit is reached.',
  no_saved_payment_method: 'No payment method is saved and no invoice is open.',
  not_ending: 'The subscription is not ending.',
  not_paused: 'The subscription is not paused.',
  nothing_to_pay: 'No invoice is open.',
  nothing_to_undo: 'No change is scheduled.',
  past_due: 'An invoice is unpaid; pay it first.',
  paused: 'The subscription is paused; unpause it first.',
  plan_unavailable: 'The plan is not sold any more.',
  price_not_found: 'The plan has no price for that interval and currency.',
  quantity_invalid: 'The quantity is outside what the plan allows.',
  quote_changed: 'The price changed since the quote; ask for a new one.',
  retry_too_soon: 'The card was declined a short time ago; try again later or change it.',
  subscription_required: 'There is no live subscription.',
  trial_not_offered: 'The plan has no trial.',
  trial_not_running: 'No trial is running.',
  trial_used: 'A trial was used before.',
  unknown_add_on: 'No such add-on for this plan.',
  unknown_coupon: 'No such coupon.',
  unknown_feature: 'No such feature.',
  unknown_plan: 'No such plan.',
  wrong_direction: 'The change goes the other way.',
} as const

export type RefusalCode = keyof typeof REFUSALS

/** A typed no: `detail` holds the facts a page needs (what exceeds, by how much, until when). */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly detail: Readonly<Record<string, unknown>>
}

export function refuse(code: RefusalCode, detail: Refusal['detail'] = {}): Refusal {
  return { code, message: REFUSALS[code], detail }
}
