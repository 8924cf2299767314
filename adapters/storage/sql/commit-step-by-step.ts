/** Changes as one transaction of statements, for engines where no single statement writes them all. */
import type { Change } from 'billwright'
import type { Executor, Result, Script } from './executor.ts'
import type { Statement } from './statement.ts'
import type { WriteOptions } from './write-options.ts'
import { heldClaims, insertAccount, letGo, lockFree, takeClaims, updateAccount } from './account.ts'
import { add } from './counters.ts'
import { ask, keep, undo } from './executor.ts'
import { deliveryState, keepDelivery } from './inbox.ts'
import { dropSubscriptions, insertInto } from './insert.ts'
import { settling } from './outbox.ts'
import { accountRow, written } from './rows.ts'

/** The accounts that were written; one that is not in the state it must be is left out. */
export function writtenStepByStep(
  executor: Executor,
  changes: readonly Change[],
  { skipLocked }: WriteOptions,
): Promise<ReadonlySet<string>> {
  // SQLite writes one transaction after the other; there is nobody to wait for.
  const passing = skipLocked === true && executor.dialect !== 'sqlite'
  return executor.transaction(() => write(changes, passing))
}

function* write(all: readonly Change[], passing: boolean): Script<ReadonlySet<string>> {
  const changes: Change[] = []
  for (const change of passing ? yield* unheld(all) : all)
    if (yield* writeState(change)) changes.push(change)
  if (changes.length === 0) return undo(new Set())
  for (const table of tables) yield* writeRows(table, changes)
  for (const { account, settled, usage } of changes) {
    for (const settlement of settled) yield settling(settlement)
    for (const delta of usage) yield add({ account: account.id, ...delta })
  }
  return keep(new Set(changes.map(({ account }) => account.id)))
}

/** The changes of new accounts, and of those that nobody else holds and that have their version. */
function* unheld(changes: readonly Change[]): Generator<Statement, readonly Change[], Result> {
  const ids = changes.filter(({ version }) => version > 0).map(({ account }) => account.id)
  if (ids.length === 0) return changes
  const rows = yield* ask(lockFree({ ids }))
  const versions = new Map(rows.map(({ id, version }) => [id, version]))
  return changes.filter(
    ({ account, version }) => version === 0 || versions.get(account.id) === version,
  )
}

const tables: readonly (typeof written)[keyof typeof written][] = Object.values(written)

function* writeRows(
  table: (typeof tables)[number],
  changes: readonly Change[],
): Generator<Statement, void, Result> {
  if (table === written.subscriptions)
    yield dropSubscriptions({ accounts: changes.map(({ account }) => account.id) })
  yield* insertInto(table, changes.flatMap(table.rowsOf))
}

/** The compare and set, with what else only this account may have; `false`: nothing was written. */
function* writeState(change: Change): Generator<Statement, boolean, Result> {
  const { account, version, releases, claims, delivery } = change
  const { id } = account
  if (delivery) {
    const [known] = yield* ask(deliveryState(delivery))
    if (known?.state === 'done') return false
  }
  const row = accountRow(change)
  const { affected } = yield version === 0 ? insertAccount(row) : updateAccount(row)
  if (affected === 0) return false
  if (releases.length > 0) yield letGo({ account: id, claims: releases })
  if (claims.length > 0) yield* take(id, claims)
  if (delivery) yield keepDelivery(delivery)
  return true
}

/** Takes claims that the account has not yet; one that another has is a unique violation. */
function* take(account: string, claims: readonly string[]): Generator<Statement, void, Result> {
  const held = yield* ask(heldClaims({ account, claims }))
  const free = claims.filter((claim) => !held.some((each) => each.claim === claim))
  if (free.length > 0) yield takeClaims({ rows: free.map((claim) => ({ claim, account })) })
}
