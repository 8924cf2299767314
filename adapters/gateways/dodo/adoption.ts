/** A subscription that was made without us. Its webhooks name it, so that no mark is needed. */
import type { Adoption } from 'billwright'
import type { ForeignSubscription } from 'billwright/core'
import type { Calls } from './client.ts'
import type { Settings } from './options.ts'
import { isFields, isWhole, readSubscription, text } from './read.ts'
import { observed } from './translate.ts'

export function adoption(settings: Settings, { read }: Calls): Adoption {
  const { name: gateway, mode } = settings
  return {
    async read(id, context) {
      const reply = await read(context, (dodo, options) => dodo.subscriptions.retrieve(id, options))
      const shown = reply.ok ? readSubscription(reply.data) : null
      if (!reply.ok || !shown || !isFields(reply.data)) return null
      const { data, at } = reply
      const [told] = observed(settings, shown, at)
      const currency = text(data.currency)
      const { recurring_pre_tax_amount: billed } = data
      if (told?.type !== 'subscription.observed' || !currency || !isWhole(billed)) return null
      const { observation } = told
      const { quantity } = observation
      const { customer, interval, createdAt, method, addons } = shown
      const unseen = { brand: null, last4: null, expires: null, fingerprint: null }
      return {
        ...observation,
        // A product that the gateway was not told of is the plan of nobody.
        plan: observation.plan?.id ?? shown.product,
        ...{ customer, mode, startedAt: createdAt, anchor: createdAt },
        price: { amount: billed / quantity, currency, interval },
        items: 1 + addons.length,
        discounted: hasSome(data.discounts) || text(data.discount_id) !== null,
        scheduled: shown.hasScheduledChange,
        collection: data.on_demand === true ? 'by_invoice' : 'automatic',
        method: method === null ? null : { gateway, id: method, reusable: true, ...unseen },
      } satisfies ForeignSubscription
    },
  }
}

function hasSome(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0
}
