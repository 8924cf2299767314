/** Requests to Stripe's own subscription: ending, pausing and discounts, and how it stands. */
import type { EffectHandlers } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { withAnswers } from '../answer.ts'
import { dig, type Fields, numberAt, textAt } from '../fields.ts'
import { MARK, markOf } from '../marks.ts'
import { currencyOf } from '../money.ts'
import { periodOf, planItem } from '../translate-billing.ts'
import { couponOf } from './prices.ts'
import { asked, isOver, type OfSubscription, onSubscription, shownAs } from './remote.ts'
import { releaseSchedule } from './schedule.ts'

type Handled = Exclude<
  OfSubscription['kind'],
  'subscription.change' | 'subscription.schedule' | 'subscription.unschedule'
>
type Of<Kind> = Extract<GatewayEffect, { readonly kind: Kind }>

const EXPAND = ['default_payment_method']

export function subscriptionEffects(desk: Desk): Pick<EffectHandlers, Handled> {
  return {
    ...endingEffects(desk),
    ...pauseEffects(desk),
    'subscription.discount': onSubscription<Of<'subscription.discount'>>(
      desk,
      async (shown, effect, context) => {
        const { coupon } = effect
        const id = effect.subscription ?? ''
        const off = coupon && (await couponOf(desk, coupon, priceIn(shown), context))
        if (off && 'refused' in off) return { events: [refusedEffect(effect, off.refused)] }
        const discounts = off ? [{ coupon: off.id }] : ''
        return asked(desk, effect, context, (stripe, options) =>
          stripe.subscriptions.update(
            id,
            { discounts: discounts === '' ? '' : discounts, expand: EXPAND },
            options,
          ),
        )
      },
    ),
    'subscription.extend_trial': onSubscription<Of<'subscription.extend_trial'>>(
      desk,
      async (shown, effect, context) => {
        // Of one that is paid for, a trial's end would make a trial again.
        if (textAt(shown, 'status') !== 'trialing')
          return { events: [refusedEffect(effect, 'trial_not_running')] }
        const id = effect.subscription ?? ''
        const trial_end = Math.ceil(effect.endsAt / 1000)
        return asked(desk, effect, context, (stripe, options) =>
          stripe.subscriptions.update(
            id,
            { trial_end, proration_behavior: 'none', expand: EXPAND },
            options,
          ),
        )
      },
    ),
    'subscription.lookup': async (effect, context) => {
      const { subscription: id, period } = effect
      if (id === null) return { events: [refusedEffect(effect, 'subscription_unknown')] }
      const thing = { kind: 'subscription', id, since: period.start } as const
      return { events: withAnswers(effect, await desk.lookUp(thing, context)) }
    },
  }
}

function endingEffects(
  desk: Desk,
): Pick<EffectHandlers, 'subscription.cancel' | 'subscription.resume'> {
  return {
    'subscription.cancel': onSubscription<Of<'subscription.cancel'>>(
      desk,
      async (shown, effect, context) => {
        if (isOver(shown)) return shownAs(desk, effect, context, shown)
        const id = effect.subscription ?? ''
        const { at } = effect
        if (at === 'now')
          return asked(desk, effect, context, (stripe, options) =>
            stripe.subscriptions.cancel(id, { invoice_now: false, prorate: false }, options),
          )
        await releaseSchedule(desk, effect, context, shown)
        const end = periodOf(shown)?.end ?? 0
        // Stripe counts in seconds: an end in the same one is the period's.
        const atEnd = Math.abs(at - end) < 1000
        const when = atEnd ? { cancel_at_period_end: true } : { cancel_at: Math.ceil(at / 1000) }
        return asked(desk, effect, context, (stripe, options) =>
          stripe.subscriptions.update(id, { ...when, expand: EXPAND }, options),
        )
      },
    ),
    'subscription.resume': onSubscription<Of<'subscription.resume'>>(
      desk,
      async (shown, effect, context) => {
        if (isOver(shown)) return { events: [refusedEffect(effect, 'subscription_over')] }
        const id = effect.subscription ?? ''
        const atEnd = dig(shown, 'cancel_at_period_end') === true
        const undone = atEnd ? { cancel_at_period_end: false } : { cancel_at: '' as const }
        return asked(desk, effect, context, (stripe, options) =>
          stripe.subscriptions.update(id, { ...undone, expand: EXPAND }, options),
        )
      },
    ),
  }
}

function pauseEffects(
  desk: Desk,
): Pick<EffectHandlers, 'subscription.pause' | 'subscription.unpause'> {
  return {
    'subscription.pause': onSubscription<Of<'subscription.pause'>>(
      desk,
      async (shown, effect, context) => {
        if (isOver(shown)) return { events: [refusedEffect(effect, 'subscription_over')] }
        const id = effect.subscription ?? ''
        if (textAt(shown, 'status') === 'paused') return shownAs(desk, effect, context, shown)
        await releaseSchedule(desk, effect, context, shown)
        const bill_for = {
          // Stripe would credit what is not used; whether to do that is the core's question.
          unused_time_from: { type: 'none' },
          outstanding_usage_through: { type: 'none' },
        } as const
        const how = { bill_for, invoicing_behavior: 'pending_invoice_item' } as const
        return asked(desk, effect, context, (stripe, options) =>
          stripe.subscriptions.pause(id, { type: 'subscription', ...how, expand: EXPAND }, options),
        )
      },
    ),
    'subscription.unpause': onSubscription<Of<'subscription.unpause'>>(
      desk,
      async (shown, effect, context) => {
        if (isOver(shown)) return { events: [refusedEffect(effect, 'subscription_over')] }
        const id = effect.subscription ?? ''
        if (textAt(shown, 'status') !== 'paused') return shownAs(desk, effect, context, shown)
        // The invoice of going on must not look like the one of the newest change.
        if (markOf(shown, 'change') !== null)
          await desk.write(
            effect,
            context,
            (stripe, options) =>
              stripe.subscriptions.update(id, { metadata: { [MARK.change]: '' } }, options),
            'unmark',
          )
        const isPaid = (periodOf(shown)?.end ?? 0) > context.now
        return asked(desk, effect, context, (stripe, options) =>
          stripe.subscriptions.resume(
            id,
            {
              billing_cycle_anchor: { type: isPaid ? 'unchanged' : 'now' },
              proration_behavior: 'none',
              payment_behavior: 'resume_on_payment_attempt',
              expand: EXPAND,
            },
            options,
          ),
        )
      },
    ),
  }
}

function priceIn(shown: Fields) {
  const item = planItem(shown)
  const unit = textAt(item, 'price', 'recurring', 'interval')
  const count = numberAt(item, 'price', 'recurring', 'interval_count') ?? 1
  const known = unit === 'day' || unit === 'week' || unit === 'year' ? unit : 'month'
  return {
    currency: currencyOf(textAt(shown, 'currency')),
    interval: { unit: known, count },
  } as const
}
