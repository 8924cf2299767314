/** Whether the caller may use a feature now; for the app's own routes. */
import type { CustomerRef } from '../bill.ts'
import type { Entitlement, Entitlements } from '../core/index.ts'
import type { Question } from './question.ts'
import type { Verbs } from './route.ts'
import { BillingError, REFUSALS } from '../errors.ts'

/**
 * Throws the refusal that counting would throw: `subscription_required`, `past_due`, `limit_reached`, or
 * `not_in_plan` for a feature that the plan does not give. Counts nothing.
 */
export async function requireAccess(
  bill: Verbs,
  customer: CustomerRef,
  { feature, amount }: Extract<Question, { readonly ask: 'access' }>,
): Promise<void> {
  const all = await bill.entitlements(customer)
  if (!all.access) throw refusal('subscription_required', { status: all.status })
  if (feature === null || all.check(feature, amount)) return
  throw refusalOf(all, all.get(feature))
}

function refusalOf({ plan, status }: Entitlements, entitlement: Entitlement): BillingError {
  const { feature, kind, because, limit, used, resetsAt } = entitlement
  if (because === 'past_due') return refusal('past_due', { status })
  if (because === 'not_in_plan' || limit === null)
    return new BillingError('refused', 'not_in_plan', 'The plan does not include this.', {
      feature,
      plan,
    })
  return refusal('limit_reached', { feature, kind, limit, used, plan, resetsAt })
}

function refusal(code: keyof typeof REFUSALS, detail: BillingError['detail']): BillingError {
  return new BillingError('refused', code, REFUSALS[code], detail)
}
