/** Effects: leased, settled, read. */
import type { ClaimQuery, EffectRow, NewEffect, Settlement, Storage } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Statement } from './executor.ts'
import type { EffectsTable } from './schema.ts'
import { sql } from 'kysely'
import { type Builder, inserting, type Placeholders, prepared } from './compile.ts'
import { type Executor, rowsOf } from './executor.ts'
import { idList } from './faithful.ts'
import { fromText, toText } from './json.ts'

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
    async claimEffects({ keys, ...query }) {
      const statement = keys ? claimKeys({ ...query, keys: idList(keys) }) : claimDue(query)
      const rows = await rowsOf(executor, statement)
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

type Claim = Omit<ClaimQuery, 'now' | 'leaseUntil'> & {
  readonly now: number
  readonly leaseUntil: number
}

const claimDue = prepared<Claim>()((db, arg) =>
  leasing(db, arg, free(db, arg('now')).where('next_at', '<=', arg('now'))),
)

const claimKeys = prepared<Claim & { readonly keys: string }>()((db, arg) =>
  leasing(
    db,
    arg,
    free(db, arg('now')).where(sql<boolean>`key in (select value from json_each(${arg('keys')}))`),
  ),
)

/** Leases the oldest of these effects; the row tells what `sent` was before. */
function leasing(db: Builder, arg: Placeholders<Claim>, among: ReturnType<typeof free>) {
  return db
    .updateTable('billwright_effects')
    .set((row) => ({
      was_sent: row.ref('sent'),
      sent: 1,
      attempts: row('attempts', '+', 1),
      lease_owner: arg('owner'),
      lease_until: arg('leaseUntil'),
    }))
    .where('position', 'in', among.orderBy('position').limit(arg('limit')))
    .returning([...EFFECT_COLUMNS, 'was_sent'])
}

// The states stand in the text, not among the values: the index of due effects names them too.
function free(db: Builder, now: number) {
  return db
    .selectFrom('billwright_effects')
    .select('position')
    .where(sql<boolean>`state in ('waiting', 'unknown')`)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
}

const byKey = prepared<{ readonly key: string }>()((db, arg) =>
  db.selectFrom('billwright_effects').select(EFFECT_COLUMNS).where('key', '=', arg('key')),
)

interface Settling {
  readonly key: string
  readonly owner: string | null
  readonly state: string
  readonly sent: number
  readonly nextAt: number | null
  readonly answer: string | null
  readonly error: string | null
}

const settle = prepared<Settling>()((db, arg) =>
  db
    .updateTable('billwright_effects')
    .set({
      state: arg('state'),
      sent: arg('sent'),
      next_at: arg('nextAt'),
      answer: arg('answer'),
      error: arg('error'),
      lease_owner: null,
      lease_until: null,
    })
    .where('key', '=', arg('key'))
    .where(sql<boolean>`(${arg('owner')} is null or lease_owner = ${arg('owner')})`),
)

/** Writes an outcome if the lease is still the owner's; an operator has no owner. */
export function settling({ answer, error, sent, ...rest }: Settlement): Statement {
  return settle({ ...rest, sent: sent ? 1 : 0, answer: toText(answer), error: toText(error) })
}

const insert = inserting<'billwright_effects'>(
  (db, rows) =>
    db
      .insertInto('billwright_effects')
      .values(rows)
      .onConflict((conflict) => conflict.column('key').doNothing()),
  [
    'key',
    'account',
    'kind',
    'effect',
    'state',
    'attempts',
    'sent',
    'was_sent',
    'next_at',
    'lease_owner',
    'lease_until',
    'answer',
    'error',
    'created_at',
  ],
)

/** New outbox rows; a key that exists already is left as it is. */
export function insertEffects(
  account: string,
  effects: readonly NewEffect[],
  at: Instant,
): readonly Statement[] {
  return insert(
    effects.map(({ effect, nextAt, lease }) => ({
      key: effect.key,
      account,
      kind: effect.kind,
      effect: JSON.stringify(effect),
      state: 'waiting',
      attempts: lease ? 1 : 0,
      sent: lease ? 1 : 0,
      was_sent: 0,
      next_at: nextAt,
      lease_owner: lease?.owner ?? null,
      lease_until: lease?.until ?? null,
      answer: null,
      error: null,
      created_at: at,
    })),
  )
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
