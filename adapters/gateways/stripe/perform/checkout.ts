/** Opening and closing checkout pages. */
import type { EffectHandlers, HostedPage, PerformContext, Performed } from 'billwright'
import type Stripe from 'stripe'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { boundary, type GatewayEffect, HOUR } from 'billwright/core'
import { sessionOf } from '../fetch-thing.ts'
import { textAt } from '../fields.ts'
import { MARK } from '../marks.ts'
import { toStripe } from '../money.ts'
import { couponOf, itemsOf, priceOf } from './prices.ts'

type Open = Extract<GatewayEffect, { readonly kind: 'checkout.open' }>
type Session = Stripe.Checkout.SessionCreateParams
type Sale = Session | { readonly refused: string }

export function checkoutEffects(
  desk: Desk,
): Pick<EffectHandlers, 'checkout.open' | 'checkout.expire'> {
  return {
    'checkout.open': async (effect, context) => {
      const common = pageOf(desk, effect)
      if (common === null) return { events: [refusedEffect(effect, 'success_url_required')] }
      const { renewals, amount } = effect.checkout
      const sale =
        renewals === 'gateway'
          ? await subscriptionSale(desk, effect, context)
          : amount > 0
            ? paymentSale(effect, context)
            : setupSale(effect)
      if ('refused' in sale) return { events: [refusedEffect(effect, sale.refused)] }
      return open(desk, effect, context, { ...common, ...sale })
    },
    'checkout.expire': async (effect, context) => {
      const { reference, customer } = effect
      const session = await sessionOf({ ...desk, context }, reference, customer)
      const id = textAt(session, 'id')
      if (id !== null && textAt(session, 'status') === 'open') {
        const reply = await desk.write(effect, context, (stripe, options) =>
          stripe.checkout.sessions.expire(id, {}, options),
        )
        if (reply.ok) return { events: [] }
      }
      // Paid meanwhile, or closed already: what it came to is told, whichever it was.
      const events = await desk.lookUp({ kind: 'checkout', reference, customer }, context)
      return desk.answer(
        effect,
        events.filter(({ type }) => type !== 'checkout.expired'),
      )
    },
  }
}

async function open(
  desk: Desk,
  effect: Open,
  context: PerformContext,
  page: Session,
): Promise<Performed> {
  const customer = await desk.customerOf(effect.customer, context)
  const reply = await desk.write(effect, context, (stripe, options) =>
    stripe.checkout.sessions.create({ ...page, customer }, options),
  )
  if (!reply.ok) return desk.refuse(effect, reply, context)
  const { gateway } = effect
  const linked = { type: 'customer.linked', gateway, customer } as const
  const url = textAt(reply.data, 'url')
  const shown: { page?: HostedPage } = url === null ? {} : { page: { url } }
  return { ...desk.answer(effect, [linked]), ...shown }
}

/** What every page has; `null` where nobody said where it leads. */
function pageOf(desk: Desk, { checkout, successUrl, cancelUrl }: Open): Session | null {
  const { reference, openedAt, expiresAt } = checkout
  const back = successUrl ?? desk.settings.returnUrl
  if (back === null) return null
  const success = new URL(back)
  success.searchParams.set('reference', reference)
  // Stripe's own limit is a day, which is what it does when nobody says.
  const short = expiresAt - openedAt < 24 * HOUR
  return {
    client_reference_id: reference,
    metadata: { [MARK.reference]: reference },
    success_url: success.href,
    ...(cancelUrl === null ? {} : { cancel_url: cancelUrl }),
    ...(short ? { expires_at: Math.floor(expiresAt / 1000) } : {}),
  }
}

/** Stripe's own subscription. Metadata goes to both: the session's is not copied. */
async function subscriptionSale(desk: Desk, effect: Open, context: PerformContext): Promise<Sale> {
  const { checkout } = effect
  const { reference, terms, coupon } = checkout
  const line_items: { price: string; quantity: number }[] = []
  for (const item of itemsOf(terms)) {
    const price = await priceOf(desk, item, context)
    if ('refused' in price) return price
    line_items.push({ price: price.id, quantity: item.quantity })
  }
  const off = coupon && terms.price ? await couponOf(desk, coupon, terms.price, context) : null
  if (off && 'refused' in off) return off
  return {
    mode: 'subscription',
    line_items,
    ...(off ? { discounts: [{ coupon: off.id }] } : {}),
    ...(desk.settings.automaticTax ? { automatic_tax: { enabled: true } } : {}),
    payment_method_collection: 'always',
    subscription_data: {
      metadata: { [MARK.reference]: reference },
      billing_mode: { type: 'flexible' },
      ...startOf(effect),
    },
  }
}

const SOONEST = 49 * HOUR

/** When it is first billed: now, after a trial, when the old gateway's period is over, or on a day. */
function startOf({
  checkout,
  startsAt,
}: Open): Stripe.Checkout.SessionCreateParams.SubscriptionData {
  const { trialDays, purpose, openedAt, lines, terms } = checkout
  const missing_payment_method = 'cancel' as const
  if (trialDays !== null && trialDays > 0)
    return {
      trial_period_days: trialDays,
      trial_settings: { end_behavior: { missing_payment_method } },
    }
  // Stripe wants two days between the page and the end of such a wait.
  if (purpose === 'move')
    return { trial_end: Math.ceil(Math.max(startsAt, openedAt + SOONEST) / 1000) }
  const first = lines[0]?.period
  const interval = terms.price?.interval
  const isWhole = first && interval && boundary(first.start, interval, 1) === first.end
  return first && !isWhole ? { billing_cycle_anchor: Math.floor(first.end / 1000) } : {}
}

/** One payment, with the card saved for the next. The lines are shown where they add up. */
function paymentSale({ checkout }: Open, { titleOf }: PerformContext): Sale {
  const { reference, amount, currency, lines, terms } = checkout
  const plain = lines.every((line) => line.amount >= 0) && sum(lines) === amount
  const shown = plain
    ? lines
        .filter((line) => line.amount > 0)
        .map((line) => ({ name: titled(line, titleOf), amount: line.amount }))
    : [{ name: titleOf(terms.plan), amount }]
  const line_items: Stripe.Checkout.SessionCreateParams.LineItem[] = []
  for (const { name, amount: each } of shown) {
    const unit_amount = toStripe(each, currency)
    if (unit_amount === null) return { refused: 'amount_not_expressible' }
    const price_data = { currency: currency.toLowerCase(), unit_amount, product_data: { name } }
    line_items.push({ price_data, quantity: 1 })
  }
  return {
    mode: 'payment',
    line_items,
    payment_intent_data: {
      setup_future_usage: 'off_session',
      metadata: { [MARK.reference]: reference },
    },
  }
}

function titled(
  { id, quantity }: Open['checkout']['lines'][number],
  titleOf: PerformContext['titleOf'],
): string {
  return quantity === 1 ? titleOf(id) : `${titleOf(id)} × ${quantity}`
}

function sum(lines: Open['checkout']['lines']): number {
  return lines.reduce((total, { amount }) => total + amount, 0)
}

/** Nothing to pay now: the card is saved for when there is. */
function setupSale({ checkout }: Open): Sale {
  const { reference, currency } = checkout
  const metadata = { [MARK.reference]: reference }
  return { mode: 'setup', currency: currency.toLowerCase(), setup_intent_data: { metadata } }
}
