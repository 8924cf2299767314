/** Usage: counted within a limit, given back, set. */
import type { ReleaseRequest, Storage, UsageRequest, UsageResult } from 'billwright'
import type { Ending, Executor, Result, Script, Statement } from './executor.ts'
import { prepared } from './compile.ts'
import { add, addGuarded, look, NO_LIMIT, set } from './counters.ts'
import { ask, keep, rowsOf, undo } from './executor.ts'
import { reserve, runningReservation } from './reservations.ts'

/** The verbs that count. */
export function usage(executor: Executor): Pick<Storage, 'use' | 'release' | 'setUsage'> {
  return {
    async use(request) {
      if (request.key !== null || request.reservation !== null)
        return executor.transaction(() => useOnce(request))
      const [counted] = await rowsOf(executor, addGuarded(guarded(request)))
      if (counted) return { outcome: 'used', used: counted.used }
      // Why it failed is asked in a transaction of its own: what it sees is what it then does.
      return executor.transaction(() => countOr(request))
    },
    async release(request) {
      const { key } = request
      if (key !== null) return executor.transaction(() => releaseOnce(request, key))
      const [counted] = await rowsOf(executor, givingBack(request))
      return { used: counted?.used ?? 0 }
    },
    async setUsage(request) {
      await executor.query(set(request))
    },
  }
}

interface Key {
  readonly account: string
  readonly key: string
  readonly kind: 'use' | 'release'
}

const mark = prepared<
  Key & { readonly feature: string; readonly window: number; readonly amount: number } & {
    readonly at: number
  }
>()((db, arg) =>
  db
    .insertInto('billwright_usage_keys')
    .values({
      account: arg('account'),
      key: arg('key'),
      kind: arg('kind'),
      feature: arg('feature'),
      window_start: arg('window'),
      amount: arg('amount'),
      at: arg('at'),
    })
    .onConflict((conflict) => conflict.doNothing()),
)

const marked = prepared<Key>()((db, arg) =>
  db
    .selectFrom('billwright_usage_keys')
    .select(['feature', 'amount'])
    .where('account', '=', arg('account'))
    .where('kind', '=', arg('kind'))
    .where('key', '=', arg('key')),
)

interface Counted {
  readonly feature: string
  readonly amount: number
}

/** Counts once under a key or a reservation's id, whose mark goes in together with the count. */
function* useOnce(request: UsageRequest): Script<UsageResult> {
  const before = yield* countedBefore(request)
  if (before) return undo(yield* repetition(request, before))
  const ending = yield* countOr(request)
  if (!ending.keep) return ending
  const { reservation } = request
  if (reservation) yield reserve({ ...counterOf(request), ...reservation, amount: request.amount })
  return ending
}

/** Marks the key and answers nothing, or answers what was counted before. */
function* countedBefore(request: UsageRequest): Generator<Statement, Counted | undefined, Result> {
  const { account, key, reservation } = request
  if (key !== null) {
    const { affected } = yield mark({ ...request, key, kind: 'use' })
    if (affected === 0) {
      const [before] = yield* ask(marked({ account, key, kind: 'use' }))
      return before
    }
  }
  if (!reservation) return undefined
  const [running] = yield* ask(runningReservation({ account, id: reservation.id }))
  return running
}

function* repetition(
  request: UsageRequest,
  { feature, amount }: Counted,
): Generator<Statement, UsageResult, Result> {
  if (feature !== request.feature || amount !== request.amount) return { outcome: 'mismatch' }
  const [now] = yield* ask(look(counterOf(request)))
  return { outcome: 'repeated', used: now?.used ?? 0 }
}

function* countOr(request: UsageRequest): Generator<Statement, Ending<UsageResult>, Result> {
  const [counted] = yield* ask(addGuarded(guarded(request)))
  if (counted) return keep({ outcome: 'used', used: counted.used })
  const [now] = yield* ask(look(counterOf(request)))
  const { used = 0, version = 0 } = now ?? {}
  return undo(
    request.version !== null && request.version !== version
      ? { outcome: 'stale' }
      : { outcome: 'limit', used },
  )
}

function* releaseOnce(request: ReleaseRequest, key: string): Script<{ readonly used: number }> {
  const { affected } = yield mark({ ...request, key, kind: 'release' })
  const [now] = yield* ask(affected === 0 ? look(counterOf(request)) : givingBack(request))
  return keep({ used: now?.used ?? 0 })
}

function givingBack(request: ReleaseRequest): Statement<{ readonly used: number }> {
  return add({ ...counterOf(request), by: -request.amount })
}

function guarded(request: UsageRequest) {
  const { version, amount, limit } = request
  return { ...counterOf(request), version, amount, limit: limit ?? NO_LIMIT }
}

function counterOf({ account, feature, window }: UsageRequest | ReleaseRequest) {
  return { account, feature, window }
}
