/** Facts, marked as the answer to the effect that asked for them. */
import type { Performed } from 'billwright'
import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import { refusedEffect } from 'billwright'

export function withAnswers(
  { key: answers }: GatewayEffect,
  events: readonly GatewayEvent[],
): readonly GatewayEvent[] {
  return events.map((event) => ({ ...event, answers }))
}

/** A definite no, Paystack's or ours. */
export function refused(effect: GatewayEffect, code: string): Performed {
  return { events: [refusedEffect(effect, code)] }
}
