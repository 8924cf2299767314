/** Stripe's own subscription behind an effect, as it is before something is asked of it. */
import type { PerformContext, Performed } from 'billwright'
import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { withAnswers } from '../answer.ts'
import { subscriptionAt } from '../fetch-thing.ts'
import { type Fields, textAt } from '../fields.ts'
import { subscriptionEvents } from '../translate-billing.ts'

export type OfSubscription = Extract<GatewayEffect, { readonly subscription: string | null }>

/** Reads the subscription, then acts on it. Without an id, or an object behind it, it is refused. */
export function onSubscription<Effect extends OfSubscription>(
  desk: Desk,
  act: (shown: Fields, effect: Effect, context: PerformContext) => Promise<Performed>,
): (effect: Effect, context: PerformContext) => Promise<Performed> {
  return async (effect, context) => {
    const { subscription } = effect
    const shown = subscription && (await subscriptionAt(desk.read, context, subscription))
    if (!shown) return { events: [refusedEffect(effect, 'subscription_unknown')] }
    return act(shown, effect, context)
  }
}

/** How it stands, as the answer; `before` are facts that the same call told. */
export function shownAs(
  desk: Desk,
  effect: GatewayEffect,
  { now }: PerformContext,
  shown: Fields,
  before: readonly GatewayEvent[] = [],
): Performed {
  const observed = subscriptionEvents(desk.settings.name, shown, now)
  return { events: withAnswers(effect, [...before, ...observed]) }
}

type Run = Parameters<Desk['write']>[2]

/**
 * Writes, and answers with how it stands then. Where the key was used with other words, an earlier
 * attempt saw the subscription in another state: what it came to is read.
 */
export async function asked(
  desk: Desk,
  effect: OfSubscription,
  context: PerformContext,
  run: Run,
): Promise<Performed> {
  const reply = await desk.write(effect, context, run)
  if (reply.ok) return shownAs(desk, effect, context, reply.data)
  if (reply.code !== 'idempotency_error') return desk.refuse(effect, reply, context)
  const shown = await subscriptionAt(desk.read, context, effect.subscription ?? '')
  return shown ? shownAs(desk, effect, context, shown) : desk.refuse(effect, reply, context)
}

export function isOver(shown: Fields): boolean {
  const status = textAt(shown, 'status')
  return status === 'canceled' || status === 'incomplete_expired'
}
