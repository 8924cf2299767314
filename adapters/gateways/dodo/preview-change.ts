/** What Dodo would charge for a change, with its tax, and where the billing date would be then. */
import type { Gateway, GatewayPreview, PerformContext } from 'billwright'
import type { Desk } from './perform/desk.ts'
import { requestOf } from './perform/change.ts'
import { readSubscription } from './read.ts'

type Change = Parameters<NonNullable<Gateway['preview']>>[0]

/** `null` where Dodo has no figure: what it would refuse is refused by name when it is asked for. */
export async function previewChange(
  desk: Desk,
  effect: Change,
  context: PerformContext,
): Promise<GatewayPreview | null> {
  const wanted = await requestOf(desk, effect, context)
  if ('code' in wanted) return null
  const { cancel_scheduled_change_plan: _, ...change } = wanted.change
  const reply = await desk.call.read(context, (dodo, options) =>
    dodo.subscriptions.previewChangePlan(wanted.id, change, options),
  )
  if (!reply.ok) return null
  const { immediate_charge, new_plan } = reply.data
  const { total_amount: due, currency, customer_credits: credits } = immediate_charge.summary
  const after = readSubscription(new_plan)
  return {
    due,
    currency,
    creditAdded: Math.max(0, credits),
    ...(after ? { renewsAt: after.period.end } : {}),
  }
}
