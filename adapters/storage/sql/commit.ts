/**
 * Steps of accounts, written together: each is all there or not at all. A step is written on the
 * condition that nothing stands in its way; only one that was not written is looked at again, to say
 * why.
 */
import type { Change, CommitResult, Storage } from 'billwright'
import type { Executor } from './executor.ts'
import type { WriteOptions } from './write-options.ts'
import { BillingError } from 'billwright'
import { batching } from './batches.ts'
import { writtenAtOnce } from './commit-at-once.ts'
import { writtenStepByStep } from './commit-step-by-step.ts'
import { rowsOf } from './executor.ts'
import { type Found, inTheWay, keyOf } from './found.ts'

/** How often a step is tried when whatever stood in its way is gone at the second look. */
const ATTEMPTS = 4

/** The verb `commit`; changes that arrive while others are written are written together. */
export function commits(executor: Executor): Storage['commit'] {
  const together = batching<Change, boolean>({
    flush: (changes) => writtenTogether(executor, changes),
    most: 128,
    // Where a flush is a transaction of many statements, two at one time would lock each other out.
    flights: executor.dialect === 'postgres' ? 2 : 1,
    // One statement writes a row once: a second change of an account waits for the next.
    keyOf: ({ account }) => account.id,
  })
  const look = batching<Change, CommitResult | null>({
    flush: (changes) => refusalsOf(executor, changes),
    most: 128,
  })
  return async (change) => {
    if (await together(change)) return { outcome: 'committed' }
    // By itself from here on: it may have to wait for others, and those beside it need not.
    return alone(executor, change, look)
  }
}

/** The same without waiting for company: for a connection that nobody else uses. */
export function commitsAlone(executor: Executor): Storage['commit'] {
  return async (change) => {
    const written = await write(executor, [change])
    if (written?.has(change.account.id)) return { outcome: 'committed' }
    return alone(executor, change, async (each) => (await refusalsOf(executor, [each]))[0] ?? null)
  }
}

/** Which changes were written; one whose account somebody else holds right now is passed over. */
async function writtenTogether(
  executor: Executor,
  changes: readonly Change[],
): Promise<readonly boolean[]> {
  const written = await write(executor, changes, { skipLocked: true })
  return changes.map(({ account }) => written?.has(account.id) ?? false)
}

/** A change by itself, after a first try: why it was not written, or another try. */
async function alone(
  executor: Executor,
  change: Change,
  look: (change: Change) => Promise<CommitResult | null>,
): Promise<CommitResult> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const refused = await look(change)
    if (refused) return refused
    if ((await write(executor, [change]))?.has(change.account.id)) return { outcome: 'committed' }
  }
  throw new BillingError(
    'request',
    'invalid_change',
    'The change holds two rows with one key: a group, a journal number or an id twice.',
    { account: change.account.id },
  )
}

/**
 * The accounts whose change was written; `null` when a key of one of them is taken, so that nothing
 * was.
 */
async function write(
  executor: Executor,
  changes: readonly Change[],
  { skipLocked = false }: WriteOptions = {},
): Promise<ReadonlySet<string> | null> {
  const inOrder = [...changes].sort((a, b) => (a.account.id < b.account.id ? -1 : 1))
  const writer = executor.dialect === 'postgres' ? writtenAtOnce : writtenStepByStep
  try {
    return await writer(executor, inOrder, { skipLocked })
  } catch (error) {
    const fault = executor.faultOf(error)
    if (fault === 'unique' || fault === 'surprise') return null
    throw error
  }
}

/** What stands in the way of each change, as the database has it now; `null`: nothing does. */
async function refusalsOf(
  executor: Executor,
  changes: readonly Change[],
): Promise<readonly (CommitResult | null)[]> {
  const deliveries = changes.flatMap(({ delivery }) => delivery ?? [])
  const wanted = inTheWay({
    accounts: changes.map(({ account }) => account.id),
    holders: [],
    claims: changes.flatMap(({ claims }) => claims),
    commands: changes.flatMap(({ command }) => command?.key ?? []),
    gateways: [...new Set(deliveries.map(({ gateway }) => gateway))],
    deliveries: deliveries.map(({ id }) => id),
    payments: [],
  })
  const known = new Map(
    (await rowsOf(executor, wanted)).map((row) => [keyOf(row.what, row.one, row.two), row]),
  )
  const holders = new Map(
    [...known.values()].flatMap(({ what, one, two }) => (what === 'claim' ? [[two, one]] : [])),
  )
  return changes.map((change) => refusalOf(known, holders, change))
}

/** The first, in this order, of what stands in the way. */
function refusalOf(
  known: ReadonlyMap<string, Found>,
  holders: ReadonlyMap<string, string>,
  { account: { id }, version, delivery, command, claims }: Change,
): CommitResult | null {
  const mark = delivery && known.get(keyOf('delivery', delivery.gateway, delivery.id))
  if (mark?.more === 'done') return { outcome: 'duplicate', what: 'delivery' }
  if (command && known.has(keyOf('command', id, command.key)))
    return { outcome: 'duplicate', what: 'command' }
  const stored = known.get(keyOf('account', id, ''))
  const asDecided = stored ? version !== 0 && stored.n === version : version === 0
  if (!asDecided) return { outcome: 'conflict' }
  const claim = claims.find((each) => (holders.get(each) ?? id) !== id)
  return claim === undefined ? null : { outcome: 'taken', claim }
}
