/** One step of one account: everything in one transaction, or the word that says why not. */
import type { Change, CommitResult } from 'billwright'
import type { Executor, Script, Statement } from './executor.ts'
import { BillingError } from 'billwright'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { add } from './counters.ts'
import { ask, keep, undo } from './executor.ts'
import { idList } from './faithful.ts'
import { keepDelivery } from './inbox.ts'
import { insertEffects, settling } from './outbox.ts'
import * as rows from './rows.ts'

/**
 * The verb `commit`. When another commit comes between the look and the write, the second attempt
 * looks at what it did and names it.
 */
export async function commit(executor: Executor, change: Change): Promise<CommitResult> {
  const result = (await attempt(executor, change)) ?? (await attempt(executor, change))
  if (result) return result
  throw new BillingError(
    'request',
    'invalid_change',
    'The change holds two rows with one key: a group, a journal number or an id twice.',
    { account: change.account.id },
  )
}

async function attempt(executor: Executor, change: Change): Promise<CommitResult | null> {
  try {
    return await executor.transaction(() => write(change))
  } catch (error) {
    if (executor.isUniqueViolation(error)) return null
    throw error
  }
}

function* write(change: Change): Script<CommitResult | null> {
  const [stored] = yield* ask(lookAt(change))
  const refused = stored ? refusalOf(stored, change) : null
  if (refused) return undo(refused)
  const { affected } = yield writeAccount(change)
  if (affected === 0) return undo(null)
  const { id } = change.account
  for (const claim of change.releases) yield rows.letGo({ account: id, claim })
  for (const claim of change.claims) {
    const { affected: taken } = yield rows.takeClaim({ account: id, claim })
    if (taken === 0) return undo(null)
  }
  for (const statement of statementsOf(change)) yield statement
  return keep({ outcome: 'committed' })
}

/** What stands in the way, as the database has it now. */
interface Stored {
  readonly delivery: string | null
  readonly command: number
  readonly version: number | null
  /** The place of the first claim that another account holds. */
  readonly taken: number | null
}

function refusalOf({ delivery, command, version, taken }: Stored, change: Change) {
  if (delivery === 'done') return { outcome: 'duplicate', what: 'delivery' } as const
  if (command === 1) return { outcome: 'duplicate', what: 'command' } as const
  if (version === null ? change.version !== 0 : change.version === 0 || version !== change.version)
    return { outcome: 'conflict' } as const
  const claim = taken === null ? undefined : change.claims[taken]
  return claim === undefined ? null : ({ outcome: 'taken', claim } as const)
}

interface Look {
  readonly account: string
  readonly gateway: string | null
  readonly delivery: string | null
  readonly command: string | null
  readonly claims: string
}

const look = prepared<Look>()(
  (_, arg) => sql<Stored>`
select
  (select state from billwright_deliveries
    where gateway = ${arg('gateway')} and id = ${arg('delivery')}) as delivery,
  exists (select 1 from billwright_commands
    where account = ${arg('account')} and key = ${arg('command')}) as command,
  (select version from billwright_accounts where id = ${arg('account')}) as version,
  (select min(list.key) from json_each(${arg('claims')}) as list
    join billwright_claims as held on held.claim = list.value
    where held.account <> ${arg('account')}) as taken`,
)

function lookAt({ account, delivery, command, claims }: Change): Statement<Stored> {
  return look({
    account: account.id,
    gateway: delivery?.gateway ?? null,
    delivery: delivery?.id ?? null,
    command: command?.key ?? null,
    claims: idList(claims),
  })
}

/** The compare and set: no row is changed unless the version is still the one decided on. */
function writeAccount({ account, version, nextActionAt, at }: Change): Statement {
  const { id, version: next } = account
  const row = { id, next, document: JSON.stringify(account), nextActionAt, at }
  return version === 0 ? rows.insertAccount(row) : rows.updateAccount({ ...row, version })
}

/** Everything else, in an order that a reader of the journal would expect. */
function statementsOf(change: Change): readonly Statement[] {
  const { account, at, delivery, command, audit } = change
  const { id } = account
  return [
    ...rows.insertEvents(id, change.version, change.events),
    ...rows.replaceSubscriptions(id, change.subscriptions),
    ...rows.putPayments(id, change.payments),
    ...rows.putInvoices(change.invoices),
    ...rows.insertNotices(change.notices),
    ...insertEffects(id, change.effects, at),
    ...change.settled.map(settling),
    ...change.usage.map(({ feature, window, by }) => add({ account: id, feature, window, by })),
    ...(delivery ? [keepDelivery(delivery)] : []),
    ...(command ? rows.insertCommand(id, command) : []),
    ...(audit ? rows.insertAudit(audit) : []),
  ]
}
