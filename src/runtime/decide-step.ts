/**
 * One step of an account as a pure function: time is settled, the inputs are decided, time is settled
 * again. A command is decided at `now`; a fact at the instant it happened, so that a webhook that
 * comes late finds the account as it was, and at one instant a payment comes before what time does.
 */
import {
  type Account,
  type BillingEvent,
  type Catalog,
  type Command,
  decide,
  type Effect,
  evolve,
  type GatewayEvent,
  type Instant,
  type Refusal,
  settle,
  type Usage,
} from '../core/index.ts'

export type StepInput = Command | GatewayEvent

export interface Decided {
  readonly account: Account
  readonly events: readonly BillingEvent[]
  /** What time asked for. */
  readonly due: readonly Effect[]
  /** What the inputs asked for: the caller may wait for these. */
  readonly effects: readonly Effect[]
}

export interface StepContext {
  readonly usage: Usage
  readonly now: Instant
  readonly catalog: Catalog
}

/** Decides about the inputs one after the other; the first refusal ends it, with nothing done. */
export function decideStep(
  start: Account,
  inputs: readonly StepInput[],
  { usage, now, catalog }: StepContext,
): Decided | { readonly refusal: Refusal } {
  let account = start
  const events: BillingEvent[] = []
  const due: Effect[] = []
  const effects: Effect[] = []
  const settleTo = (to: Instant): void => {
    const settled = settle(account, usage, to, catalog)
    account = settled.account
    events.push(...settled.events)
    due.push(...settled.effects)
  }
  for (const input of inputs) {
    const happened = happenedAt(input)
    const at = happened === null ? now : (Math.min(happened, now) as Instant)
    settleTo(happened === null ? now : ((at - 1) as Instant))
    const decision = decide(account, usage, input, at, catalog)
    if (!decision.ok) return { refusal: decision.refusal }
    account = decision.events.reduce(evolve, account)
    events.push(...decision.events)
    effects.push(...decision.effects)
  }
  settleTo(now)
  return { account, events, due, effects }
}

/** When a fact happened; `null` for what is decided now. */
function happenedAt(input: StepInput): Instant | null {
  switch (input.type) {
    case 'checkout.completed':
      return input.payment?.at ?? input.at
    case 'payment.succeeded':
      return input.payment.at
    case 'payment.failed':
      return input.at
    default:
      return null
  }
}
