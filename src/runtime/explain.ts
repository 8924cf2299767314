/** Why a customer may use a feature or may not, as steps a support person can read out. */
import type { Explanation } from '../bill.ts'
import { describe, entitlements, formatDate } from '../core/index.ts'
import { entitlementView, type Seen } from './views.ts'

/** Explains one feature. The steps go from the subscription to the count. */
export function explain({ account, usage, now, catalog }: Seen, feature: string): Explanation {
  const entitlement = entitlements(account, usage, now, catalog).get(feature)
  const { because, kind, limit, used, remaining, value, resetsAt } = entitlement
  const { timeZone } = catalog.policies
  const steps = [describe(account, usage, now, catalog)]
  if (because === 'not_in_plan') steps.push(`The plan does not include ${feature}.`)
  else if (because === 'add_on') steps.push(`An add-on gives ${feature} or raises it.`)
  else if (because === 'limit_reached') steps.push(`All of ${feature} is used.`)
  else if (!entitlement.allowed) steps.push(`${feature} is withheld: ${because}.`)
  else steps.push(`The plan includes ${feature}.`)
  if (kind === 'limit' || kind === 'meter')
    steps.push(
      limit === 'unlimited'
        ? `${used} used, without limit.`
        : `${used} of ${limit ?? 0} used, ${remaining ?? 0} left.`,
    )
  if (kind === 'value' && value !== null) steps.push(`The value is ${String(value)}.`)
  if (resetsAt !== null)
    steps.push(`Counting starts again on ${formatDate(resetsAt, 'en', timeZone)}.`)
  const blocks = Object.values(account.subscriptions).flatMap((each) => each.blocks)
  if (blocks.length > 0) steps.push(`Blocked: ${blocks.join(', ')}.`)
  return { entitlement: entitlementView(entitlement), steps: steps.filter((step) => step !== '') }
}
