/** Facts as the answer to an effect. */
import type { GatewayEffect, GatewayEvent } from 'billwright/core'

/** The same facts, marked as the answer to an effect. */
export function withAnswers(
  { key: answers }: GatewayEffect,
  events: readonly GatewayEvent[],
): readonly GatewayEvent[] {
  return events.map((event) => ({ ...event, answers }))
}
