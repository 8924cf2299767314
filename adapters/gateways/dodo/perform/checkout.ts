/** Opening checkouts. Dodo cannot close one: money for it afterwards is a stray payment. */
import type { EffectHandlers, PerformContext } from 'billwright'
import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { Reply } from '../client.ts'
import { boundary, DAY } from 'billwright/core'
import { withAnswers } from '../answer.ts'
import { text } from '../read.ts'
import { META } from '../wire.ts'
import { codeOf, type Desk, refused } from './desk.ts'

type Open = Extract<GatewayEffect, { readonly kind: 'checkout.open' }>

export function checkoutEffects(
  desk: Desk,
): Pick<EffectHandlers, 'checkout.open' | 'checkout.expire'> {
  return {
    'checkout.open': (effect, context) => open(desk, effect, context),
    'checkout.expire': async (effect, context) => {
      const { reference, customer } = effect
      const paid = await desk.lookUp({ kind: 'checkout', reference, customer }, context)
      return { events: withAnswers(effect, paid) }
    },
  }
}

async function open(desk: Desk, effect: Open, context: PerformContext) {
  const { checkout, startsAt } = effect
  const cart = desk.settings.products.cartOf(checkout.terms)
  if (cart === null) return refused(effect, 'product_missing')
  if (!isWhole(effect)) return refused(effect, 'partial_period_not_supported')
  if (checkout.terms.addOns.length > 0 && checkout.terms.price === null)
    return refused(effect, 'product_missing')
  const customer = await customerOf(desk, effect, context)
  if (typeof customer !== 'string') return refused(effect, customer.code)
  const { product, quantity, addons } = cart
  const trial = checkout.trialDays ?? daysUntil(startsAt, context.now)
  const back = urls(effect)
  const reply = await desk.call.write(context, (dodo, options) =>
    dodo.checkoutSessions.create(
      {
        product_cart: [{ product_id: product, quantity, addons: [...addons] }],
        customer: { customer_id: customer },
        // 0 takes the product's own trial away: whether there is one is the core's decision.
        subscription_data: { trial_period_days: trial },
        ...(checkout.coupon === null ? {} : { discount_codes: [checkout.coupon.code] }),
        ...back,
        feature_flags: { allow_discount_code: false, allow_currency_selection: false },
        metadata: {
          [META.checkout]: checkout.reference,
          [META.opened]: String(checkout.openedAt),
          [META.customer]: context.customer.id,
        },
      },
      options,
    ),
  )
  if (!reply.ok) return refused(effect, codeOf(reply))
  const { name: gateway } = desk.settings
  const linked: GatewayEvent = { type: 'customer.linked', gateway, customer }
  const url = text(reply.data.checkout_url)
  if (url === null) return refused(effect, 'page_missing')
  return { events: withAnswers(effect, [linked]), page: { url } }
}

/** A first period that is shorter than the others, so that all begin on one day: Dodo has none. */
function isWhole({ checkout: { lines, terms } }: Open): boolean {
  const first = lines[0]?.period
  if (!first || terms.price === null) return true
  return boundary(first.start, terms.price.interval, 1) === first.end
}

/** A subscription that moves here begins to be paid later; until then it is a trial at Dodo. */
function daysUntil(startsAt: number, now: number): number {
  return Math.max(0, Math.ceil((startsAt - now) / DAY))
}

/** The app finds the reference again where the customer comes back. */
function urls({ successUrl, cancelUrl, checkout: { reference } }: Open) {
  const back: { return_url?: string; cancel_url?: string } = {}
  if (successUrl !== null) {
    const url = new URL(successUrl)
    url.searchParams.set('reference', reference)
    back.return_url = url.href
  }
  if (cancelUrl !== null) back.cancel_url = cancelUrl
  return back
}

type Refusal = Extract<Reply<unknown>, { readonly ok: false }>

/** The customer whom we know, or who has our mark, or a new one. */
async function customerOf(
  { look, call }: Desk,
  { customer: known }: Open,
  context: PerformContext,
): Promise<string | { readonly code: string }> {
  const { id, email, name = email } = context.customer
  const found = await look.customer(known, context)
  if (found !== null) return found
  if (email === undefined || name === undefined) return { code: 'customer_email_required' }
  const metadata = { [META.customer]: id }
  const reply = await call.write(context, (dodo, options) =>
    dodo.customers.create({ email, name, metadata }, options),
  )
  return reply.ok ? reply.data.customer_id : { code: codeOf(reply as Refusal) }
}
