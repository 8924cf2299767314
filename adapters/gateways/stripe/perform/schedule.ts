/**
 * A change at the period's end. One of the same interval is made at once without proration, since what
 * is paid stays paid and the next invoice bills the new price; only another interval needs a schedule.
 */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect, Instant, Terms } from 'billwright/core'
import type Stripe from 'stripe'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { subscriptionAt } from '../fetch-thing.ts'
import { type Fields, idAt, listAt, numberAt, textAt } from '../fields.ts'
import { MARK } from '../marks.ts'
import { planItem } from '../translate-billing.ts'
import { itemsFor } from './items.ts'
import { itemsOf, priceOf } from './prices.ts'
import { asked, isOver, type OfSubscription, onSubscription, shownAs } from './remote.ts'

type Scheduling = 'subscription.schedule' | 'subscription.unschedule'
type Schedule = Extract<GatewayEffect, { readonly kind: 'subscription.schedule' }>
type Phase = Stripe.SubscriptionScheduleUpdateParams.Phase

export function scheduleEffects(desk: Desk): Pick<EffectHandlers, Scheduling> {
  return {
    'subscription.schedule': onSubscription<Schedule>(desk, async (shown, effect, context) => {
      if (isOver(shown)) return { events: [refusedEffect(effect, 'subscription_over')] }
      await releaseSchedule(desk, effect, context, shown)
      const { terms } = effect
      if (hasInterval(shown, terms)) return setItems(desk, effect, context, { shown, terms })
      return withSchedule(desk, effect, context, shown)
    }),
    'subscription.unschedule': onSubscription(desk, async (shown, effect, context) => {
      if (isOver(shown)) return { events: [refusedEffect(effect, 'subscription_over')] }
      await releaseSchedule(desk, effect, context, shown)
      return setItems(desk, effect, context, { shown, terms: effect.terms })
    }),
  }
}

/** Lets go of a schedule, which would refuse every change of its subscription. It changes nothing. */
export async function releaseSchedule(
  desk: Desk,
  effect: OfSubscription,
  context: PerformContext,
  shown: Fields,
): Promise<void> {
  const schedule = idAt(shown, 'schedule')
  if (schedule === null) return
  await desk.write(
    effect,
    context,
    (stripe, options) => stripe.subscriptionSchedules.release(schedule, {}, options),
    `release/${schedule}`,
  )
}

function hasInterval(shown: Fields, { price }: Terms): boolean {
  const recurring = ['price', 'recurring'] as const
  const item = planItem(shown)
  const { unit, count } = price?.interval ?? {}
  return (
    textAt(item, ...recurring, 'interval') === unit &&
    numberAt(item, ...recurring, 'interval_count') === count
  )
}

async function setItems(
  desk: Desk,
  effect: OfSubscription,
  context: PerformContext,
  { shown, terms }: { readonly shown: Fields; readonly terms: Terms },
): Promise<Performed> {
  const items = await itemsFor(desk, shown, terms, context)
  if ('refused' in items) return { events: [refusedEffect(effect, items.refused)] }
  const id = effect.subscription ?? ''
  if (items.length === 0) {
    const now = await subscriptionAt(desk.read, context, id)
    return shownAs(desk, effect, context, now ?? shown)
  }
  return asked(desk, effect, context, (stripe, options) =>
    stripe.subscriptions.update(
      id,
      { items: [...items], proration_behavior: 'none', expand: ['default_payment_method'] },
      options,
    ),
  )
}

/** Two calls, because Stripe takes no phases when a schedule is made of a subscription. */
async function withSchedule(
  desk: Desk,
  effect: Schedule,
  context: PerformContext,
  shown: Fields,
): Promise<Performed> {
  const from_subscription = effect.subscription ?? ''
  const phase = await phaseOf(desk, effect.terms, context)
  if ('refused' in phase) return { events: [refusedEffect(effect, phase.refused)] }
  const made = await desk.write(
    effect,
    context,
    (stripe, options) => stripe.subscriptionSchedules.create({ from_subscription }, options),
    'schedule',
  )
  if (!made.ok) return desk.refuse(effect, made, context)
  const schedule = textAt(made.data, 'id') ?? ''
  const start = numberAt(listAt(made.data, 'phases')[0], 'start_date') ?? 0
  const metadata = { [MARK.kind]: 'scheduled_change' }
  const phases = [runningPhase(shown, { start, at: effect.at }), phase]
  const set = await desk.write(effect, context, (stripe, options) =>
    stripe.subscriptionSchedules.update(
      schedule,
      { end_behavior: 'release', metadata, phases },
      options,
    ),
  )
  if (!set.ok) {
    await releaseSchedule(desk, effect, context, { schedule })
    return desk.refuse(effect, set, context)
  }
  const now = await subscriptionAt(desk.read, context, from_subscription)
  return shownAs(desk, effect, context, now ?? shown)
}

function runningPhase(
  shown: Fields,
  { start, at }: { readonly start: number; readonly at: Instant },
): Phase {
  const items = listAt(shown, 'items').map((item) => ({
    price: idAt(item, 'price') ?? '',
    quantity: numberAt(item, 'quantity') ?? 1,
  }))
  return { items, start_date: start, end_date: Math.floor(at / 1000) }
}

async function phaseOf(
  desk: Desk,
  terms: Terms,
  context: PerformContext,
): Promise<Phase | { readonly refused: string }> {
  const items: { price: string; quantity: number }[] = []
  for (const item of itemsOf(terms)) {
    const price = await priceOf(desk, item, context)
    if ('refused' in price) return price
    items.push({ price: price.id, quantity: item.quantity })
  }
  const { unit, count } = terms.price?.interval ?? { unit: 'month', count: 1 }
  const duration = { interval: unit, interval_count: count }
  return { items, duration, proration_behavior: 'none' }
}
