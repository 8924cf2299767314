/** Effects: leased, settled, read. */
import type { ClaimQuery, EffectRow, Settlement, Storage } from 'billwright'
import type { Instant } from 'billwright/core'
import type { EffectsTable } from './schema.ts'
import type { Statement } from './statement.ts'
import { sql } from 'kysely'
import { type Building, prepared } from './compile.ts'
import { ask, type Executor, keep, rowsOf, type Script } from './executor.ts'
import { fromText } from './json.ts'
import { isAmong, unlocked } from './leasing.ts'
import { text } from './phrases.ts'
import { outcomeColumns } from './rows.ts'

export const EFFECT_COLUMNS = [
  'position',
  'key',
  'account',
  'effect',
  'state',
  'attempts',
  'sent',
  'next_at',
  'lease_owner',
  'lease_until',
  'answer',
  'error',
  'created_at',
] as const

type Selected = Pick<EffectsTable, Exclude<(typeof EFFECT_COLUMNS)[number], 'position'>>

type Outbox = Pick<Storage, 'claimEffects' | 'settleEffect' | 'effect'>

/** The outbox verbs. */
export function outbox(executor: Executor): Outbox {
  return {
    async claimEffects(query) {
      if (query.keys?.length === 0) return []
      const claim = claimOf(query)
      const rows =
        executor.dialect === 'mysql'
          ? await executor.transaction(() => leaseLocked(claim))
          : await rowsOf(executor, lease(claim))
      const inOrder = [...rows].sort((a, b) => a.position - b.position)
      return inOrder.map((row) => effectRow({ ...row, sent: row.was_sent }))
    },
    async settleEffect(settlement) {
      const { affected } = await executor.query(settling(settlement))
      return affected === 1
    },
    async effect(key) {
      const [row] = await rowsOf(executor, byKey({ key }))
      return row ? effectRow(row) : null
    },
  }
}

interface Claim {
  readonly now: number
  readonly owner: string
  readonly leaseUntil: number
  readonly limit: number
  /** Only these, whatever their time; `null`: all whose time has come. */
  readonly keys: readonly string[] | null
}

function claimOf({ keys, ...query }: ClaimQuery & { readonly keys?: readonly string[] }): Claim {
  return { ...query, keys: keys ?? null }
}

type Leased = Selected & { readonly position: number; readonly was_sent: number }

/** Leases the oldest in one statement; a row tells what `sent` was before. */
const lease = prepared<Claim>()((building) => {
  const { db, arg, dialect } = building
  const rows = free(building).select('position')
  return db
    .updateTable('billwright_effects')
    .set((row) => ({
      was_sent: row.ref('sent'),
      sent: 1,
      attempts: row('attempts', '+', 1),
      lease_owner: arg('owner'),
      lease_until: arg('leaseUntil'),
    }))
    .where(isAmong(dialect, 'position', rows))
    .returning([...EFFECT_COLUMNS, 'was_sent'])
})

/** The same as a look that locks and an update, for MySQL, whose updates answer no rows. */
function* leaseLocked(claim: Claim): Script<readonly Leased[]> {
  const rows = yield* ask(lock(claim))
  if (rows.length > 0)
    yield leaseThese({ ...claim, positions: rows.map(({ position }) => position) })
  return keep(
    rows.map((row) => ({
      ...{ ...row, was_sent: row.sent, sent: 1, attempts: row.attempts + 1 },
      ...{ lease_owner: claim.owner, lease_until: claim.leaseUntil },
    })),
  )
}

const lock = prepared<Claim>()((building) => free(building).select(EFFECT_COLUMNS))

const leaseThese = prepared<Claim & { readonly positions: readonly number[] }>()(
  ({ db, arg, list }) =>
    db
      .updateTable('billwright_effects')
      .set((row) => ({
        was_sent: row.ref('sent'),
        sent: 1,
        attempts: row('attempts', '+', 1),
        lease_owner: arg('owner'),
        lease_until: arg('leaseUntil'),
      }))
      .where('position', 'in', list('positions')),
)

// The states stand in the text, not among the values: the index of due effects names them too.
function free({ db, arg, list, given, dialect }: Building<Claim>) {
  const rows = db
    .selectFrom('billwright_effects')
    .where(sql<boolean>`state in ('waiting', 'unknown')`)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', arg('now'))]))
    .orderBy('position')
    .limit(arg('limit'))
  const asked = given('keys')
    ? rows.where('key', 'in', list('keys') ?? [])
    : rows.where('next_at', '<=', arg('now'))
  return unlocked(dialect, asked)
}

const byKey = prepared<{ readonly key: string }>()(({ db, arg }) =>
  db.selectFrom('billwright_effects').select(EFFECT_COLUMNS).where('key', '=', arg('key')),
)

interface Settling extends ReturnType<typeof outcomeColumns> {
  readonly key: string
  readonly owner: string | null
}

const settle = prepared<Settling>()(({ db, arg, dialect }) =>
  db
    .updateTable('billwright_effects')
    .set({
      state: arg('state'),
      sent: arg('sent'),
      next_at: arg('next_at'),
      answer: arg('answer'),
      error: arg('error'),
      lease_owner: null,
      lease_until: null,
    })
    .where('key', '=', arg('key'))
    .where(
      sql<boolean>`(${text(dialect, arg('owner'))} is null
        or lease_owner = ${text(dialect, arg('owner'))})`,
    ),
)

/** Writes an outcome if the lease is still the owner's; an operator has no owner. */
export function settling(settlement: Settlement): Statement {
  const { key, owner } = settlement
  return settle({ key, owner, ...outcomeColumns(settlement) })
}

/** A row as the runtime sees it. */
export function effectRow(row: Selected): EffectRow {
  return {
    key: row.key,
    account: row.account,
    effect: JSON.parse(row.effect),
    state: row.state as EffectRow['state'],
    attempts: row.attempts,
    sent: row.sent === 1,
    nextAt: row.next_at as Instant | null,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until as Instant | null,
    answer: fromText(row.answer),
    error: fromText(row.error),
    createdAt: row.created_at as Instant,
  }
}
