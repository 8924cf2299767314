/** Asks for a trial and nothing else: refused where `subscribe` would sell without one. */

import type { Command } from '../input.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { buy } from './buy.ts'
import { isTrialUsed, trialKeysOf } from './trial.ts'

export function startTrial(
  draft: Draft,
  command: Extract<Command, { readonly type: 'start_trial' }>,
): Verdict {
  const plan = draft.catalog.plans.get(command.plan)
  if (!plan) return refuse('unknown_plan', { plan: command.plan })
  if (!plan.trial) return refuse('trial_not_offered', { plan: plan.id })
  const keys = trialKeysOf(draft, command.trialKeys)
  const current = liveIn(draft, plan.group)
  if (isTrialUsed(draft, keys, command.trialKeysTaken) || current?.status === 'trialing')
    return refuse('trial_used')
  if (current && current.price !== null) return refuse('already_subscribed', { plan: current.plan })
  return buy(draft, command, plan)
}
