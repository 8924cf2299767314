/**
 * Changes of what is sold. Dodo has one request for all of them: now or at the next billing date, with
 * everything that is wanted, because what is left out is taken away.
 */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { DodoPayments } from 'dodopayments'
import type { Shown } from '../look-up.ts'
import type { Cart } from '../products.ts'
import { DAY } from 'billwright/core'
import { text } from '../read.ts'
import { isTrial, paymentEvents } from '../translate.ts'
import { META } from '../wire.ts'
import { codeOf, type Desk, refused, standing } from './desk.ts'

type Kinds =
  | 'subscription.change'
  | 'subscription.schedule'
  | 'subscription.unschedule'
  | 'subscription.discount'
type Effect<Kind extends Kinds> = Extract<GatewayEffect, { readonly kind: Kind }>
type Change = Parameters<DodoPayments['subscriptions']['changePlan']>[1]

export function changeEffects(desk: Desk): Pick<EffectHandlers, Kinds> {
  return {
    'subscription.change': (effect, context) => changeNow(desk, effect, context),
    'subscription.schedule': (effect, context) => schedule(desk, effect, context),
    'subscription.unschedule': async (effect, context) => {
      const { subscription: id } = effect
      if (id === null) return refused(effect, 'subscription_unknown')
      const reply = await desk.call.write(context, (dodo, options) =>
        dodo.subscriptions.cancelChangePlan(id, options),
      )
      // Nothing is scheduled: that is what was asked for.
      if (!reply.ok && reply.code !== 'SCHEDULED_PLAN_CHANGE_NOT_FOUND')
        return refused(effect, codeOf(reply))
      return standing(desk, effect, id, context)
    },
    'subscription.discount': (effect, context) => discount(desk, effect, context),
  }
}

async function changeNow(
  desk: Desk,
  effect: Effect<'subscription.change'>,
  context: PerformContext,
): Promise<Performed> {
  const wanted = await requestOf(desk, effect, context)
  if ('code' in wanted) return refused(effect, wanted.code)
  return send(desk, effect, wanted.id, context, wanted.change)
}

/** The request for a change at once, or why Dodo must not be asked for it. */
export async function requestOf(
  desk: Desk,
  effect: Effect<'subscription.change'>,
  context: PerformContext,
): Promise<{ readonly id: string; readonly change: Change } | { readonly code: string }> {
  const { terms, behavior, resetsAnchor, invoice, at } = effect
  const found = await sold(desk, effect, context)
  if ('code' in found) return found
  const { subscription: current, id } = found
  const cart = desk.settings.products.cartOf(terms)
  if (cart === null) return { code: 'product_missing' }
  if (behavior === 'next_invoice' && !resetsAnchor) return { code: 'next_invoice_not_supported' }
  // Trial days are neither charged nor credited; Dodo would end the trial and charge.
  if (isTrial(current, found.at)) return { code: 'change_in_trial_not_supported' }
  const { hasScheduledChange } = current
  // A change of plan drops what was scheduled; more seats must not, and Dodo cannot do both.
  if (hasScheduledChange && cart.product === current.product)
    return { code: 'scheduled_change_exists' }
  const change: Change = {
    ...asked(cart),
    proration_billing_mode: modeOf(effect),
    effective_at: 'immediately',
    on_payment_failure: 'prevent_change',
    ...(hasScheduledChange && { cancel_scheduled_change_plan: true }),
    metadata: { [META.invoice]: invoice, [META.asked]: String(at) },
  }
  return { id, change }
}

function modeOf({
  behavior,
  resetsAnchor,
}: Effect<'subscription.change'>): Change['proration_billing_mode'] {
  if (behavior !== 'none') return 'prorated_immediately'
  // A new interval is paid all the same, without a credit for the old one.
  return resetsAnchor ? 'full_immediately' : 'do_not_bill'
}

async function schedule(
  desk: Desk,
  effect: Effect<'subscription.schedule'>,
  context: PerformContext,
): Promise<Performed> {
  const found = await sold(desk, effect, context)
  if ('code' in found) return refused(effect, found.code)
  const { subscription: current, id } = found
  const cart = desk.settings.products.cartOf(effect.terms)
  if (cart === null) return refused(effect, 'product_missing')
  if (Math.abs(current.period.end - effect.at) > DAY)
    return refused(effect, 'change_date_not_supported')
  return send(desk, effect, id, context, {
    ...asked(cart),
    // The only mode that Dodo takes for a change at the boundary.
    proration_billing_mode: 'full_immediately',
    effective_at: 'next_billing_date',
    ...(current.hasScheduledChange && { cancel_scheduled_change_plan: true }),
  })
}

/** A code is put on or taken off by a change to what is sold already, which bills nothing. */
async function discount(
  desk: Desk,
  effect: Effect<'subscription.discount'>,
  context: PerformContext,
): Promise<Performed> {
  const found = await sold(desk, effect, context)
  if ('code' in found) return refused(effect, found.code)
  const { subscription: current, id } = found
  const { product, quantity, addons } = current
  return send(desk, effect, id, context, {
    ...asked({ product, quantity, addons }),
    proration_billing_mode: 'do_not_bill',
    effective_at: 'immediately',
    on_payment_failure: 'prevent_change',
    discount_codes: effect.coupon === null ? [] : [effect.coupon.code],
  })
}

function asked({ product, quantity, addons }: Cart) {
  return { product_id: product, quantity, addons: [...addons] }
}

/** The subscription as Dodo has it, or why it cannot be changed. */
async function sold(
  { look }: Desk,
  { subscription: id }: Effect<Kinds>,
  context: PerformContext,
): Promise<(Shown & { readonly id: string }) | { readonly code: string }> {
  if (id === null) return { code: 'subscription_unknown' }
  const shown = await look.subscription(id, context)
  return shown ? { ...shown, id } : { code: 'not_found' }
}

async function send(
  desk: Desk,
  effect: Effect<Kinds>,
  id: string,
  context: PerformContext,
  change: Change,
): Promise<Performed> {
  const reply = await desk.call.write(context, (dodo, options) =>
    dodo.subscriptions.changePlan(id, change, options),
  )
  if (!reply.ok) return refused(effect, codeOf(reply))
  const payment = text(reply.data?.payment_id)
  const paid = payment === null ? [] : await paidBy(desk, payment, context)
  const answer = await standing(desk, effect, id, context, paid)
  const pending = answer.events.find((event) => event.type === 'payment.pending')
  const url = pending?.type === 'payment.pending' ? pending.actionUrl : null
  return url === null ? answer : { ...answer, page: { url } }
}

async function paidBy(
  { look, settings }: Desk,
  id: string,
  context: PerformContext,
): Promise<readonly GatewayEvent[]> {
  const payment = await look.payment(id, context)
  return payment ? paymentEvents(settings.name, payment, null) : []
}
