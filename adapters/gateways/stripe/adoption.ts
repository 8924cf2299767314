/** A subscription that was made without us: what it is, and the marks by which it is known later. */
import type { Adoption } from 'billwright'
import type { ForeignSubscription, Interval, Price } from 'billwright/core'
import type { Read } from './read.ts'
import type { Transport } from './transport.ts'
import { dig, idAt, listAt, numberAt, objectAt, textAt } from './fields.ts'
import { keyOf } from './key.ts'
import { MARK } from './marks.ts'
import { currencyOf, fromStripe } from './money.ts'
import { instantAt, methodOf } from './translate.ts'
import { planItem, subscriptionEvents } from './translate-billing.ts'

const WHOLE = {
  expand: ['default_payment_method', 'customer.invoice_settings.default_payment_method'],
}

export function adoption(
  gateway: string,
  { call, read }: { call: Transport; read: Read },
): Adoption {
  return {
    async read(id, context) {
      const shown = await read.one(context, (stripe) => stripe.subscriptions.retrieve(id, WHOLE))
      const [told] = subscriptionEvents(gateway, shown, context.now)
      const customer = textAt(shown, 'customer', 'id') ?? idAt(shown, 'customer')
      const item = planItem(shown)
      const price = priceOf(item)
      if (told?.type !== 'subscription.observed' || customer === null || price === null) return null
      const { observation } = told
      const { start } = observation.period
      const own = methodOf(gateway, dig(shown, 'default_payment_method'))
      const usual = dig(shown, 'customer', 'invoice_settings', 'default_payment_method')
      return {
        ...observation,
        plan: observation.plan?.id ?? null,
        customer,
        mode: dig(shown, 'livemode') === true ? 'live' : 'test',
        startedAt: instantAt(shown, 'start_date') ?? start,
        anchor: instantAt(shown, 'billing_cycle_anchor') ?? start,
        price,
        items: listAt(shown, 'items').length,
        discounted: listAt(shown, 'discounts').length > 0 || objectAt(shown, 'discount') !== null,
        scheduled: idAt(shown, 'schedule') !== null || objectAt(shown, 'pending_update') !== null,
        collection:
          textAt(shown, 'collection_method') === 'send_invoice' ? 'by_invoice' : 'automatic',
        method: own ?? methodOf(gateway, usual),
      } satisfies ForeignSubscription
    },
    async mark({ subscription, customer }, plan, context) {
      const shown = await read.one(context, (stripe) => stripe.subscriptions.retrieve(subscription))
      const price = textAt(planItem(shown), 'price', 'id')
      const { signal, customer: ours } = context
      const write = async (step: string, run: Parameters<Transport>[1]) =>
        call({ signal, key: await keyOf(`adopt/${subscription}/${ours.id}/${plan}`, step) }, run)
      if (price !== null)
        await write('price', (stripe, options) =>
          stripe.prices.update(
            price,
            { metadata: { [MARK.kind]: 'plan', [MARK.item]: plan } },
            options,
          ),
        )
      const metadata = { [MARK.customer]: ours.id }
      await write('customer', (stripe, options) =>
        stripe.customers.update(customer, { metadata }, options),
      )
      await write('subscription', (stripe, options) =>
        stripe.subscriptions.update(subscription, { metadata }, options),
      )
    },
  }
}

/** What one unit costs; `null` for tiers, usage and fractions of a cent. */
function priceOf(item: unknown): Price | null {
  const price = dig(item, 'price')
  const [amount, unit] = [numberAt(price, 'unit_amount'), textAt(price, 'recurring', 'interval')]
  const count = numberAt(price, 'recurring', 'interval_count') ?? 1
  const metered = textAt(price, 'recurring', 'usage_type') === 'metered'
  if (amount === null || metered || !isUnit(unit)) return null
  const currency = currencyOf(textAt(price, 'currency'))
  return { amount: fromStripe(amount, currency), currency, interval: { unit, count } }
}

function isUnit(unit: string | null): unit is Interval['unit'] {
  return unit === 'day' || unit === 'week' || unit === 'month' || unit === 'year'
}
