/** A change at once of Stripe's own subscription, gated on its payment. */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type Stripe from 'stripe'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { dig, type Fields, objectAt, textAt } from '../fields.ts'
import { MARK, markOf, subscriptionMetadata } from '../marks.ts'
import { invoiceEvents } from '../translate-billing.ts'
import { type ItemUpdate, itemsFor } from './items.ts'
import { isOver, onSubscription, shownAs } from './remote.ts'
import { releaseSchedule } from './schedule.ts'

type Change = Extract<GatewayEffect, { readonly kind: 'subscription.change' }>
type Params = Stripe.SubscriptionUpdateParams

const EXPAND = ['latest_invoice.payments', 'default_payment_method']

export function changeEffects(desk: Desk): Pick<EffectHandlers, 'subscription.change'> {
  return {
    'subscription.change': onSubscription<Change>(desk, async (shown, effect, context) => {
      if (isOver(shown)) return { events: [refusedEffect(effect, 'subscription_over')] }
      const items = await itemsFor(desk, shown, effect.terms, context)
      if ('refused' in items) return { events: [refusedEffect(effect, items.refused)] }
      // An earlier attempt of this very change went through.
      if (items.length === 0 && markOf(shown, 'change') === effect.invoice)
        return standing(desk, effect, context)
      await releaseSchedule(desk, effect, context, shown)
      return change(desk, effect, context, items)
    }),
  }
}

/**
 * All or nothing: a card that is declined leaves the subscription as it was. One whose bank asks for
 * the customer is asked for again as a change that waits for them.
 */
async function change(
  desk: Desk,
  effect: Change,
  context: PerformContext,
  items: readonly ItemUpdate[],
): Promise<Performed> {
  const subscription = effect.subscription ?? ''
  const params = paramsOf(effect, items)
  const metadata = { [MARK.change]: effect.invoice }
  const reply = await desk.write(effect, context, (stripe, options) =>
    stripe.subscriptions.update(
      subscription,
      { ...params, metadata, payment_behavior: 'error_if_incomplete', expand: EXPAND },
      options,
    ),
  )
  if (reply.ok) return answered(desk, effect, context, reply.data)
  if (reply.code === 'idempotency_error') return standing(desk, effect, context)
  const waits = reply.status === 402 && reply.code === REQUIRES_ACTION
  return waits ? waiting(desk, effect, context, params) : desk.refuse(effect, reply, context)
}

const REQUIRES_ACTION = 'subscription_payment_intent_requires_action'

/** The same as a pending update: it comes true when the customer has paid on Stripe's invoice page. */
async function waiting(
  desk: Desk,
  effect: Change,
  context: PerformContext,
  params: Params,
): Promise<Performed> {
  const subscription = effect.subscription ?? ''
  const metadata = { [MARK.change]: effect.invoice }
  // A pending update takes no metadata, so it is written before.
  const marked = await desk.write(
    effect,
    context,
    (stripe, options) => stripe.subscriptions.update(subscription, { metadata }, options),
    'mark',
  )
  if (!marked.ok) return desk.refuse(effect, marked, context)
  const reply = await desk.write(
    effect,
    context,
    (stripe, options) =>
      stripe.subscriptions.update(
        subscription,
        { ...params, payment_behavior: 'pending_if_incomplete', expand: EXPAND },
        options,
      ),
    'wait',
  )
  if (!reply.ok) return desk.refuse(effect, reply, context)
  if (objectAt(reply.data, 'pending_update') === null)
    return answered(desk, effect, context, reply.data)
  const url = textAt(reply.data, 'latest_invoice', 'hosted_invoice_url')
  const { gateway, invoice } = effect
  const pending = {
    type: 'payment.pending',
    gateway,
    subject: { invoice },
    actionUrl: url,
  } as const
  const told = desk.answer(effect, [pending])
  return url === null ? told : { ...told, page: { url } }
}

/** Prices by the second from the instant that was quoted; a new interval begins, and is billed, now. */
export function paramsOf(
  { at, behavior, resetsAnchor }: Change,
  items: readonly ItemUpdate[],
): Params {
  const proration_behavior =
    behavior === 'none'
      ? 'none'
      : behavior === 'next_invoice' && !resetsAnchor
        ? 'create_prorations'
        : 'always_invoice'
  const pinned = proration_behavior !== 'none' && !resetsAnchor
  return {
    items: [...items],
    proration_behavior,
    ...(pinned ? { proration_date: Math.floor(at / 1000) } : {}),
  }
}

async function standing(desk: Desk, effect: Change, context: PerformContext): Promise<Performed> {
  const id = effect.subscription ?? ''
  const shown = await desk.read.one(context, (stripe) =>
    stripe.subscriptions.retrieve(id, { expand: EXPAND }),
  )
  if (shown) return answered(desk, effect, context, shown)
  return { events: [refusedEffect(effect, 'subscription_unknown')] }
}

/** The payment that it took, where the newest invoice is the one of this change; and how it stands. */
function answered(desk: Desk, effect: Change, context: PerformContext, shown: Fields): Performed {
  const invoice = dig(shown, 'latest_invoice')
  const ours = textAt(subscriptionMetadata(invoice), MARK.change) === effect.invoice
  const paid = ours ? invoiceEvents(desk.settings.name, invoice) : []
  return shownAs(
    desk,
    effect,
    context,
    shown,
    paid.filter(({ type }) => type === 'payment.succeeded'),
  )
}
