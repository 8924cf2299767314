/** What every effect needs to be performed: calls, look-ups, and answers in the core's words. */
import type { PerformContext, Performed } from 'billwright'
import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { Calls, Reply } from '../client.ts'
import type { LookUp } from '../fetch-thing.ts'
import type { LookUps } from '../look-up.ts'
import type { Settings } from '../options.ts'
import { refusedEffect } from 'billwright'
import { withAnswers } from '../answer.ts'
import { observed } from '../translate.ts'

export interface Desk {
  readonly settings: Settings
  readonly call: Calls
  readonly look: LookUps
  readonly lookUp: LookUp
}

/** Dodo's definite no, or ours where it has no request for what was asked. */
export function refused(effect: GatewayEffect, code: string): Performed {
  return { events: [refusedEffect(effect, code)] }
}

/** The code of a refusal by Dodo. */
export function codeOf({ status, code }: Extract<Reply<unknown>, { readonly ok: false }>): string {
  return code === 'refused' ? `http_${status}` : code.toLowerCase()
}

/** The answer of a subscription: how it stands now. */
export async function standing(
  { settings, look }: Desk,
  effect: GatewayEffect,
  id: string,
  context: PerformContext,
  before: readonly GatewayEvent[] = [],
): Promise<Performed> {
  const shown = await look.subscription(id, context)
  const now = shown ? observed(settings, shown.subscription, shown.at) : []
  return { events: withAnswers(effect, [...before, ...now]) }
}
