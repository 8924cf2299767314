/** What every effect needs to be performed: calls, look-ups, and the methods that a page offers. */
import type { PerformContext, Performed } from 'billwright'
import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { LookUp } from '../fetch-thing.ts'
import type { Settings } from '../options.ts'
import type { Read } from '../read.ts'
import type { Transport } from '../transport.ts'

export interface Desk extends Pick<Settings, 'name' | 'paymentMethods' | 'returnUrl'> {
  readonly call: Transport
  readonly read: Read
  readonly lookUp: LookUp
  find(effect: GatewayEffect, context: PerformContext): Promise<Performed | null>
}

/** The same facts, marked as the answer to an effect. */
export function withAnswers(
  { key: answers }: GatewayEffect,
  events: readonly GatewayEvent[],
): readonly GatewayEvent[] {
  return events.map((event) => ({ ...event, answers }))
}
