/** What Stripe would charge for a change: its preview of the invoice, priced at the quoted second. */
import type { Gateway, GatewayPreview, PerformContext } from 'billwright'
import type { Desk } from './perform/desk.ts'
import { subscriptionAt } from './fetch-thing.ts'
import { textAt } from './fields.ts'
import { currencyOf } from './money.ts'
import { paramsOf } from './perform/change.ts'
import { itemsFor } from './perform/items.ts'
import { amountAt } from './translate.ts'

type Change = Parameters<NonNullable<Gateway['preview']>>[0]

/** `null` where nothing is charged now: in a trial, and where the difference waits or is waived. */
export async function previewChange(
  desk: Desk,
  effect: Change,
  context: PerformContext,
): Promise<GatewayPreview | null> {
  const { subscription } = effect
  const shown = subscription && (await subscriptionAt(desk.read, context, subscription))
  if (!shown || textAt(shown, 'status') === 'trialing') return null
  const items = await itemsFor(desk, shown, effect.terms, context)
  if ('refused' in items || items.length === 0) return null
  const { items: changed, proration_behavior, proration_date } = paramsOf(effect, items)
  if (proration_behavior === 'create_prorations') return null
  if (proration_behavior === 'none' && !effect.resetsAnchor) return null
  const details = {
    ...(changed && { items: [...changed] }),
    ...(proration_behavior && { proration_behavior }),
    ...(proration_date === undefined ? {} : { proration_date }),
  }
  const invoice = await desk.read.one(context, (stripe) =>
    stripe.invoices.createPreview({ subscription, subscription_details: details }),
  )
  if (!invoice) return null
  return { due: amountAt(invoice, 'amount_due'), currency: currencyOf(textAt(invoice, 'currency')) }
}
