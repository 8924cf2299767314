/**
 * The one loop: load, settle, decide, commit if nobody was faster, else again. Every command, webhook,
 * answer, look-up and tick goes through here, so there is one place where state is written.
 */
import type { Account, BillingEvent, Effect, Refusal } from '../core/index.ts'
import type { Change, Loaded, LoadQuery } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { emptyAccount } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { changeOf, isGatewayEffect, isQuestion, type Marks } from './change.ts'
import { kindOfClaim } from './claims.ts'
import { type Decided, decideStep, type StepInput } from './decide-step.ts'
import { usageFor } from './resources.ts'

/** What is to be decided, and what must be true in the same commit. */
export interface Step {
  readonly query: LoadQuery
  /**
   * The inputs, seen on what was loaded. Called again after every conflict, so that a hint is fetched
   * for the version it will be committed on. `taken`: claims that turned out to belong to others.
   */
  readonly inputs: (
    loaded: Loaded,
    taken: ReadonlySet<string>,
  ) => Promise<readonly StepInput[]> | readonly StepInput[]
  /** Marks, once it is known which account it is and what was decided. */
  readonly marks?: (account: Account, decided: Decided) => Marks
  /** A command makes its account; a fact about nobody does not. */
  readonly creates?: string
  /** Perform at once what the inputs ask of a gateway. */
  readonly inline?: (effect: Effect) => boolean
  /** The inputs wait for the outside; other steps of the customer do not wait for them. */
  readonly fetches?: boolean
  /** Commit even when nothing happened, so that derived columns are made anew. */
  readonly refresh?: boolean
}

export type Stepped =
  | {
      readonly outcome: 'committed'
      readonly before: Account | null
      readonly account: Account
      readonly events: readonly BillingEvent[]
      /** Effects of the inputs. Those to be performed at once are leased to this process. */
      readonly effects: readonly Effect[]
      readonly loaded: Loaded
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal; readonly loaded: Loaded }
  | { readonly outcome: 'duplicate'; readonly loaded: Loaded }
  | { readonly outcome: 'taken'; readonly claim: string }
  | { readonly outcome: 'nobody'; readonly loaded: Loaded }

/** More conflicts in a row than this mean that something is wrong with the storage. */
const ATTEMPTS = 200

/** Runs a step to its end. Throws what the storage throws; nothing is written then. */
export async function dispatch(runtime: Runtime, step: Step): Promise<Stepped> {
  const { by } = step.query
  const run = () => runStep(runtime, step)
  // Whose a fact is shows only when it is loaded; those about one subscription share its claim.
  const keys = 'account' in by ? [by.account] : by.claims
  return step.fetches ? run() : runtime.lanes.run(keys, run)
}

async function runStep(runtime: Runtime, step: Step): Promise<Stepped> {
  const taken = new Set<string>()
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stepped = await tryStep(runtime, step, taken)
    if (stepped !== 'again') return stepped
    if (attempt > 3) await runtime.ports.sleep(Math.min(attempt, 50))
  }
  throw new BillingError(
    'unavailable',
    'storage_busy',
    'Too many others changed this customer at the same time; try again.',
  )
}

async function tryStep(
  runtime: Runtime,
  step: Step,
  taken: Set<string>,
): Promise<Stepped | 'again'> {
  const loaded = await runtime.storage.load(step.query)
  if (loaded.delivery?.state === 'done' || loaded.command) return { outcome: 'duplicate', loaded }
  const before = loaded.account
  if (!before && step.creates === undefined) return { outcome: 'nobody', loaded }
  const start = before ?? emptyAccount(step.creates ?? '')
  const inputs = await step.inputs(loaded, taken)
  const now = runtime.ports.clock.now()
  const usage = await usageFor(runtime, { account: start, rows: loaded.usage, inputs, now })
  const decided = decideStep(start, inputs, { usage, now, catalog: runtime.catalog })
  if ('refusal' in decided) return { outcome: 'refused', refusal: decided.refusal, loaded }
  const marks = step.marks?.(decided.account, decided) ?? {}
  const committed = { outcome: 'committed', before, loaded, ...decided } as const
  // Nobody is kept for whom nothing happened.
  if (!before && decided.events.length === 0) return committed
  if (!step.refresh && isNothing(decided, marks)) return committed
  const inline = new Set(
    decided.effects
      .filter((effect) => isGatewayEffect(effect) && !isQuestion(effect) && step.inline?.(effect))
      .map(({ key }) => key),
  )
  const change = changeOf(runtime, { before, decided, now, marks, inline, dropped: taken })
  const result = await runtime.storage.commit(change)
  switch (result.outcome) {
    case 'committed':
      runtime.snapshots.outdate(start.id)
      if (leavesWork(change)) {
        runtime.wake.now()
        runtime.jobs?.tell()
      }
      return committed
    case 'conflict':
      return 'again'
    case 'duplicate':
      // Whoever was faster wrote the same thing; what they wrote is read again.
      return { outcome: 'duplicate', loaded: await runtime.storage.load(step.query) }
    case 'taken': {
      const { claim } = result
      const kind = kindOfClaim(claim)
      // A fact goes on without what it may not have; a command is told.
      if (step.creates !== undefined && kind === 'coupon') return { outcome: 'taken', claim }
      runtime.ports.log.warn({ event: 'claim_taken', account: start.id, claim })
      taken.add(claim)
      return 'again'
    }
  }
}

/** For a worker: what this process does not perform at once, and invoices to be numbered. */
function leavesWork({ effects, invoices }: Change): boolean {
  return invoices.length > 0 || effects.some(({ lease }) => lease === null)
}

/** Nothing to write: no event, no effect and no mark. */
function isNothing({ events, due, effects }: Decided, marks: Marks): boolean {
  const asked = [...due, ...effects].some((effect) => !isQuestion(effect))
  const marked = marks.delivery || marks.command || (marks.settled?.length ?? 0) > 0
  return events.length === 0 && !asked && !marked
}

/**
 * Lets time pass for one account: what fell due happens, dated when it was due. Its time to be looked
 * at again is written anew, also when a deploy moved it and nothing is due any more.
 */
export async function settleAccount(runtime: Runtime, account: string): Promise<Stepped> {
  return dispatch(runtime, { query: { by: { account } }, inputs: () => [], refresh: true })
}
