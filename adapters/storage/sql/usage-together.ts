/**
 * Uses that wait together: those of one counter are added up and counted in one guarded update, so a
 * hot counter is written once for all of them. Each is counted whole or not at all, in the order in
 * which they came.
 */
import type { UsageRequest, UsageResult } from 'billwright'
import type { Guarded } from './counters.ts'
import type { Executor, Script } from './executor.ts'
import { addGuarded, addWithin, guardedBy } from './counters.ts'
import { keep, rowsOf } from './executor.ts'
import { type CounterStanding, standingsOf } from './standings.ts'
import { addAtOnce } from './usage-at-once.ts'

/** How often what did not fit together is divided into smaller companies. */
const DIVISIONS = 6

/** One caller: two may hand in the same request. */
interface Caller {
  readonly request: UsageRequest
}

type Answers = Map<Caller, UsageResult>

/** The answers in the order of the requests; `null` for one that must be asked by itself. */
export async function useTogether(
  executor: Executor,
  requests: readonly UsageRequest[],
): Promise<readonly (UsageResult | null)[]> {
  const answers: Answers = new Map()
  const callers = requests.map((request) => ({ request }))
  await countAll(executor, callers, { answers, divisions: DIVISIONS })
  return callers.map((caller) => answers.get(caller) ?? null)
}

interface Counting {
  readonly answers: Answers
  readonly divisions: number
}

async function countAll(
  executor: Executor,
  callers: readonly Caller[],
  { answers, divisions }: Counting,
): Promise<void> {
  if (callers.length === 0 || divisions === 0) return
  const groups = groupsOf(callers)
  const counts = await addTogether(executor, groups.map(sumOf))
  for (const [n, group] of groups.entries()) count(group, counts[n] ?? null, answers)
  const refused = groups.filter((_, n) => counts[n] === null)
  if (refused.length === 0) return
  const { first, then } = await divide(executor, refused, answers)
  // Those in front are counted before those behind are told how many there are.
  await countAll(executor, first, { answers, divisions: divisions - 1 })
  await countAll(executor, then, { answers, divisions: divisions - 1 })
}

type Group = readonly [Caller, ...Caller[]]

/** Callers for one counter on the same terms; one with another version or limit asks by itself. */
function groupsOf(callers: readonly Caller[]): readonly Group[] {
  const groups = new Map<string, [Caller, ...Caller[]]>()
  for (const caller of callers) {
    const { account, feature, window, version, limit } = caller.request
    const key = keyOf(account, feature, window)
    const group = groups.get(key)
    if (!group) groups.set(key, [caller])
    else if (group[0].request.version === version && group[0].request.limit === limit)
      group.push(caller)
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

function sumOf(group: Group): Guarded {
  const amount = group.reduce((sum, { request }) => sum + request.amount, 0)
  return { ...guardedBy(group[0].request), amount }
}

/** Tells each of a group its count, if the group was counted. */
function count(group: Group, after: number | null, answers: Answers): void {
  if (after === null) return
  let used = after - sumOf(group).amount
  for (const caller of group) {
    used += caller.request.amount
    answers.set(caller, { outcome: 'used', used })
  }
}

interface Divided {
  readonly first: readonly Caller[]
  readonly then: readonly Caller[]
}

/**
 * Answers those who would not fit even by themselves, as it stands now. Of the others the first, as
 * many as there is room for, go on together; whoever comes behind them is looked at afterwards.
 */
async function divide(
  executor: Executor,
  groups: readonly Group[],
  answers: Answers,
): Promise<Divided> {
  const standings = await standingsOf(
    executor,
    groups.map(([{ request }]) => request),
  )
  const first: Caller[] = []
  const then: Caller[] = []
  for (const [n, group] of groups.entries()) {
    const { used, version } = standings[n] ?? { used: 0, version: 0 }
    let room = guardedBy(group[0].request).limit - used
    for (const caller of group) {
      const { amount } = caller.request
      const refused = refusalOf(caller.request, { used, version })
      if (refused) answers.set(caller, refused)
      else if (amount > room) then.push(caller)
      else {
        room -= amount
        first.push(caller)
      }
    }
  }
  return { first, then }
}

function refusalOf(request: UsageRequest, { used, version }: CounterStanding): UsageResult | null {
  if (request.version !== null && request.version !== version) return { outcome: 'stale' }
  return used + request.amount > guardedBy(request).limit ? { outcome: 'limit', used } : null
}

/** Per counter the new count, or `null` when the sum did not fit or somebody else holds the row. */
async function addTogether(
  executor: Executor,
  sums: readonly Guarded[],
): Promise<readonly (number | null)[]> {
  const [only] = sums
  if (executor.dialect === 'sqlite' && only && sums.length === 1) {
    const [counted] = await rowsOf(executor, addGuarded(only))
    return [counted?.used ?? null]
  }
  if (executor.dialect === 'postgres') return addAtOnce(executor, sums)
  try {
    return await executor.transaction(() => addEach(executor, sums))
  } catch (error) {
    // A counter was begun by somebody else meanwhile; at the next look it is there.
    if (executor.faultOf(error) === 'unique') return sums.map(() => null)
    throw error
  }
}

function* addEach(
  executor: Executor,
  sums: readonly Guarded[],
): Script<readonly (number | null)[]> {
  const counts: (number | null)[] = []
  for (const sum of sums) counts.push(yield* addWithin(executor, sum))
  return keep(counts)
}

function keyOf(account: string, feature: string, window: number): string {
  return JSON.stringify([account, feature, window])
}
