/**
 * Uses that wait together: those of one counter are added up and counted in one guarded update, so a
 * hot counter is written once for all of them. Each is counted whole or not at all, in the order in
 * which they came.
 */
import type { UsageRequest, UsageResult } from 'billwright'
import type { Executor, Result, Script } from './executor.ts'
import type { Statement } from './statement.ts'
import { addGuarded, addWithin, guardedBy } from './counters.ts'
import { ask, keep, rowsOf } from './executor.ts'
import { standingsOf } from './standings.ts'
import { addAtOnce, type Sum } from './usage-at-once.ts'
import { type Mark, mark, markedAmong } from './usage-keys.ts'
import { refusalOf } from './usage-refusal.ts'

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

/**
 * Callers for one counter on the same terms. One with another version or limit asks by itself, and so
 * does one whose key another of them has.
 */
function groupsOf(callers: readonly Caller[]): readonly Group[] {
  const groups = new Map<string, [Caller, ...Caller[]]>()
  const keys = new Set<string>()
  for (const caller of callers) {
    const { account, feature, window, version, limit, key } = caller.request
    const counter = JSON.stringify([account, feature, window])
    const group = groups.get(counter)
    if (group && (group[0].request.version !== version || group[0].request.limit !== limit))
      continue
    if (key !== null && keys.size === keys.add(keyOf(account, key)).size) continue
    if (group) group.push(caller)
    else groups.set(counter, [caller])
  }
  // The order in which counters are locked is everybody's.
  const inOrder = [...groups.keys()].sort()
  return inOrder.map((counter) => groups.get(counter) as Group)
}

function sumOf(group: Group): Sum {
  const guarded = { ...guardedBy(group[0].request), amount: amountOf(group) }
  return { guarded, marks: group.flatMap(markOf) }
}

function amountOf(group: Group): number {
  return group.reduce((sum, { request }) => sum + request.amount, 0)
}

function markOf({ request }: Caller): readonly Mark[] {
  const { account, key, feature, window, amount, at } = request
  return key === null ? [] : [{ account, key, kind: 'use', feature, window, amount, at }]
}

/** Tells each of a group its count, if the group was counted. */
function count(group: Group, after: number | null, answers: Answers): void {
  if (after === null) return
  let used = after - amountOf(group)
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
  const standing = await standingsOf(
    executor,
    groups.flatMap((group) => group.map(({ request }) => request)),
  )
  const first: Caller[] = []
  const then: Caller[] = []
  for (const group of groups) {
    const [{ request }] = group
    let room = guardedBy(request).limit - standing(request).used
    for (const caller of group) {
      const { amount } = caller.request
      const refused = refusalOf(standing(caller.request), caller.request)
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

/** Per counter the new count, or `null` when the sum did not fit or somebody else holds the row. */
async function addTogether(
  executor: Executor,
  sums: readonly Sum[],
): Promise<readonly (number | null)[]> {
  const { dialect } = executor
  const [only] = sums
  if (dialect === 'sqlite' && sums.length === 1 && only?.marks.length === 0) {
    const [counted] = await rowsOf(executor, addGuarded(only.guarded))
    return [counted?.used ?? null]
  }
  try {
    if (dialect === 'postgres') return await addAtOnce(executor, sums)
    return await executor.transaction(() => addEach(executor, sums))
  } catch (error) {
    // A counter was begun or a key marked by somebody else meanwhile; at the next look it is there.
    if (executor.faultOf(error) === 'unique') return sums.map(() => null)
    throw error
  }
}

function* addEach(executor: Executor, sums: readonly Sum[]): Script<readonly (number | null)[]> {
  const known = yield* knownOf(sums.flatMap(({ marks }) => marks))
  const counts: (number | null)[] = []
  for (const { guarded, marks } of sums) {
    const before = marks.some(({ account, key }) => known.has(keyOf(account, key)))
    counts.push(before ? null : yield* addWithin(executor, guarded))
  }
  for (const [n, { marks }] of sums.entries())
    if (counts[n] !== null) for (const each of marks) yield mark(each)
  return keep(counts)
}

/** Those of the keys that are marked already. */
function* knownOf(marks: readonly Mark[]): Generator<Statement, ReadonlySet<string>, Result> {
  if (marks.length === 0) return new Set()
  const accounts = marks.map(({ account }) => account)
  const rows = yield* ask(markedAmong({ accounts, keys: marks.map(({ key }) => key) }))
  return new Set(rows.map(({ account, key }) => keyOf(account, key)))
}

function keyOf(account: string, key: string): string {
  return JSON.stringify([account, key])
}
