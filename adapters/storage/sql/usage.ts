/** Usage: counted within a limit, given back, set. */
import type { ReleaseRequest, Storage, UsageRequest, UsageResult } from 'billwright'
import type { Executor, Script } from './executor.ts'
import { BillingError } from 'billwright'
import { batching } from './batches.ts'
import { add, addGuarded, addTelling, addWithin, guardedBy, set, usedNow } from './counters.ts'
import { ask, keep, rowsOf, undo } from './executor.ts'
import { reserve } from './reservations.ts'
import { addOnce, mark, marked, standing } from './usage-keys.ts'
import { beforeOf, refusalOf } from './usage-refusal.ts'
import { useTogether } from './usage-together.ts'

/** How often a count is tried when nothing stands in its way at the second look. */
const ATTEMPTS = 20

type Usage = Pick<Storage, 'use' | 'release' | 'setUsage'>

/** The verbs that count; uses that arrive while others are counted are counted together. */
export function usage(executor: Executor): Usage {
  const together = batching<UsageRequest, UsageResult | null>({
    flush: (requests) => useTogether(executor, requests),
    most: 1_000,
  })
  const alone = usageAlone(executor)
  return {
    ...alone,
    async use(request) {
      return (request.reservation ? null : await together(request)) ?? alone.use(request)
    },
  }
}

/** The same without waiting for company: for a connection that nobody else uses. */
export function usageAlone(executor: Executor): Usage {
  return {
    async use(request) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const used = await counted(executor, request)
        if (used !== null) return { outcome: 'used', used }
        const [now] = await rowsOf(executor, standing(askedFor(request)))
        const refused = now ? refusalOf(now, request) : null
        if (refused) return refused
      }
      throw new BillingError(
        'unavailable',
        'storage_busy',
        'Too many others used this counter at the same time; try again.',
      )
    },
    async release(request) {
      const { key } = request
      if (key !== null) return releaseOnce(executor, request, key)
      if (executor.dialect === 'mysql')
        return executor.transaction(function* (): Script<{ readonly used: number }> {
          yield add(givenBack(request))
          return keep({ used: yield* usedNow(counterOf(request)) })
        })
      const [row] = await rowsOf(executor, addTelling(givenBack(request)))
      return { used: row?.used ?? 0 }
    },
    async setUsage(request) {
      await executor.query(set(request))
    },
  }
}

/** The new count, or `null` when it was not counted, whatever the reason. */
async function counted(executor: Executor, request: UsageRequest): Promise<number | null> {
  const { dialect } = executor
  const keyed = request.key !== null || request.reservation !== null
  if (!keyed && dialect !== 'mysql')
    return firstUsed(await rowsOf(executor, addGuarded(guardedBy(request))))
  try {
    if (dialect === 'postgres')
      return firstUsed(
        await rowsOf(executor, addOnce({ ...askedFor(request), ...guardedBy(request) })),
      )
    return await executor.transaction(() => countOnce(executor, request))
  } catch (error) {
    // Somebody else counted under the same key meanwhile.
    if (executor.faultOf(error) === 'unique') return null
    throw error
  }
}

function firstUsed([row]: readonly { readonly used: number }[]): number | null {
  return row?.used ?? null
}

/** Counts, with the mark of a key or a reservation going in together with the count. */
function* countOnce(executor: Executor, request: UsageRequest): Script<number | null> {
  const { account, key, reservation, amount } = request
  if (key !== null || reservation !== null) {
    const [now] = yield* ask(standing(askedFor(request)))
    if (now && beforeOf(now)) return undo(null)
  }
  const used = yield* addWithin(executor, guardedBy(request))
  if (used === null) return undo(null)
  if (key !== null) yield mark({ ...request, key, kind: 'use' })
  if (reservation) yield reserve({ ...counterOf(request), ...reservation, account, amount })
  return keep(used)
}

async function releaseOnce(
  executor: Executor,
  request: ReleaseRequest,
  key: string,
): Promise<{ readonly used: number }> {
  try {
    return await executor.transaction(() => giveBackOnce(request, key))
  } catch (error) {
    if (executor.faultOf(error) !== 'unique') throw error
    // Given back by a concurrent call with the same key, whose mark is there now.
    return executor.transaction(() => giveBackOnce(request, key))
  }
}

function* giveBackOnce(request: ReleaseRequest, key: string): Script<{ readonly used: number }> {
  const { account } = request
  const [before] = yield* ask(marked({ account, key, kind: 'release' }))
  if (!before) {
    yield mark({ ...request, key, kind: 'release' })
    yield add(givenBack(request))
  }
  return keep({ used: yield* usedNow(counterOf(request)) })
}

function givenBack(request: ReleaseRequest) {
  return { ...counterOf(request), by: -request.amount }
}

function askedFor(request: UsageRequest) {
  const { key, reservation, at } = request
  const expiresAt = reservation?.expiresAt ?? null
  return { ...counterOf(request), key, reservation: reservation?.id ?? null, expiresAt, at }
}

function counterOf({ account, feature, window }: UsageRequest | ReleaseRequest) {
  return { account, feature, window }
}
