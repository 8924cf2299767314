/** Which status a refusal of the rules has on the wire: one table. What is absent is a 409. */
import type { RefusalCode } from '../errors.ts'

/** A conflict with the state as it is: the request was understood, and may work later. */
export const CONFLICT = 409

/** Refusals that are not conflicts. `limit_reached` of a meter is a 429 instead. */
export const REFUSAL_STATUSES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    amount_invalid: 400,
    cancel_date_invalid: 400,
    plan_unavailable: 400,
    price_not_found: 400,
    quantity_invalid: 400,
    unknown_add_on: 400,
    unknown_coupon: 400,
    unknown_feature: 400,
    unknown_plan: 400,
    past_due: 402,
    subscription_required: 402,
    limit_reached: 403,
    checkout_unknown: 404,
    incident_unknown: 404,
    invoice_unknown: 404,
  } satisfies Partial<Record<RefusalCode, number>>),
)

/** A meter that is used up fills again by itself, so it is a matter of time and not of rights. */
export const METER_REACHED = 429
