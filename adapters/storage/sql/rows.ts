/** The rows that commits write, table by table: their columns, and what becomes of a row that is there. */
import type {
  AuditRow,
  Change,
  CommandRow,
  DeliveryRow,
  MilestoneRow,
  NewEffect,
  NoticeRow,
  Settlement,
  WrittenInvoice,
} from 'billwright'
import type { BillingEvent, Payment } from 'billwright/core'
import type { Value } from './statement.ts'
import { toText } from './json.ts'
import { subscriptionColumns } from './subscriptions.ts'

/** A row as its columns. */
export type Columns = Readonly<Record<string, Value>>

/** What a column holds, for engines that must be told. */
export type ColumnType = 'text' | 'bigint'

/**
 * What becomes of a row that is there already: it is a `defect` and nothing at all is written, it is
 * `kept` as it is, or it is `replaced`.
 */
export type Existing = 'defect' | 'kept' | 'replaced'

/** How rows of one table are written. */
export interface Written {
  readonly table: string
  readonly columns: Readonly<Record<string, ColumnType>>
  /** The columns of the unique key by which a row is found. */
  readonly key: readonly string[]
  readonly existing: Existing
  /** A column that a replacement leaves alone once another one is set. Default: none does. */
  readonly settled?: { readonly column: string; readonly by: string }
  /** The rows of one change. */
  readonly rowsOf: (change: Change) => readonly Columns[]
}

const text = 'text'
const bigint = 'bigint'

/** In an order that a reader of the journal would expect. */
export const written = {
  journal: {
    table: 'billwright_journal',
    columns: { account: text, seq: bigint, type: text, at: bigint, event: text },
    key: ['account', 'seq'],
    existing: 'defect',
    rowsOf: ({ account, version, events }) => events.map(journalRow(account.id, version)),
  },
  subscriptions: {
    table: 'billwright_subscriptions',
    columns: {
      ...{ account: text, plan_group: text, id: text, status: text, plan: text },
      ...{ plan_version: bigint, amount: bigint, recurring: bigint, currency: text },
      ...{ interval_unit: text, interval_count: bigint, quantity: bigint },
      ...{ gateway: text, gateway_ref: text },
      ...{ renewals: text, started_at: bigint, period_start: bigint, period_end: bigint },
      ...{ cancel_at: bigint, trial_ends_at: bigint, ended_at: bigint },
    },
    key: ['account', 'plan_group'],
    // The account's old rows went before: a second one is a second subscription in a group.
    existing: 'defect',
    rowsOf: ({ subscriptions }) =>
      subscriptions.map((row): Columns => ({ ...subscriptionColumns(row) })),
  },
  milestones: {
    table: 'billwright_milestones',
    columns: {
      ...{ account: text, seq: bigint, part: bigint, kind: text, at: bigint, plan: text },
      ...{ currency: text, interval_unit: text, interval_count: bigint },
      ...{ amount: bigint, count: bigint },
    },
    key: ['account', 'seq', 'part'],
    existing: 'defect',
    rowsOf: ({ milestones }) => milestones.map(milestoneRow),
  },
  payments: {
    table: 'billwright_payments',
    columns: {
      ...{ gateway: text, id: text, account: text, amount: bigint, currency: text },
      ...{ at: bigint, payment: text },
    },
    key: ['gateway', 'id'],
    existing: 'replaced',
    rowsOf: ({ account, payments }) =>
      lastOfEach(payments.map(paymentRow(account.id)), 'gateway', 'id'),
  },
  invoices: {
    table: 'billwright_invoices',
    columns: {
      ...{ id: text, account: text, state: text, invoice: text, payment: text },
      ...{ at: bigint, series: text },
    },
    key: ['id'],
    existing: 'replaced',
    // With a number the series stays; the number itself is never written here.
    settled: { column: 'series', by: 'number' },
    rowsOf: ({ invoices }) => lastOfEach(invoices.map(invoiceRow), 'id'),
  },
  notices: {
    table: 'billwright_notices',
    columns: { id: text, account: text, name: text, at: bigint, notice: text, read_at: bigint },
    key: ['id'],
    existing: 'kept',
    rowsOf: ({ notices }) => notices.map(noticeRow),
  },
  effects: {
    table: 'billwright_effects',
    columns: {
      ...{ key: text, account: text, kind: text, effect: text, state: text, attempts: bigint },
      ...{ sent: bigint, was_sent: bigint, next_at: bigint, lease_owner: text },
      ...{ lease_until: bigint, answer: text, error: text, created_at: bigint },
    },
    key: ['key'],
    existing: 'kept',
    rowsOf: (change) => change.effects.map(effectRow(change)),
  },
  commands: {
    table: 'billwright_commands',
    columns: { account: text, key: text, hash: text, effects: text, at: bigint },
    key: ['account', 'key'],
    existing: 'defect',
    rowsOf: ({ account, command }) => (command ? [commandRow(account.id, command)] : []),
  },
  audit: {
    table: 'billwright_audit',
    columns: {
      ...{ id: text, account: text, at: bigint, actor: text, action: text, input: text },
      ...{ version_before: bigint, version_after: bigint },
    },
    key: ['id'],
    existing: 'kept',
    rowsOf: ({ audit }) => (audit ? [auditRow(audit)] : []),
  },
} as const satisfies Record<string, Written>

/** The account itself: `version` is the one it was decided on, 0 when there was none. */
export function accountRow({ account, version, nextActionAt, at }: Change) {
  const document = JSON.stringify(account)
  return { id: account.id, version, next: account.version, document, nextActionAt, at }
}

/** A statement may replace a row once only; of several that are given the last one counts. */
function lastOfEach(rows: readonly Columns[], ...key: readonly string[]): readonly Columns[] {
  const byKey = new Map(rows.map((row) => [JSON.stringify(key.map((name) => row[name])), row]))
  return [...byKey.values()]
}

function journalRow(account: string, version: number) {
  return (event: BillingEvent, n: number): Columns => {
    const { type, at } = event
    return { account, seq: version + 1 + n, type, at, event: JSON.stringify(event) }
  }
}

function milestoneRow({ interval, intervalCount, ...row }: MilestoneRow): Columns {
  return { ...row, interval_unit: interval, interval_count: intervalCount }
}

function paymentRow(account: string) {
  return (payment: Payment): Columns => {
    const { gateway, id, amount, currency, at } = payment
    return { gateway, id, account, amount, currency, at, payment: JSON.stringify(payment) }
  }
}

function invoiceRow({ id, account, state, invoice, payment, at, series }: WrittenInvoice): Columns {
  return { id, account, state, invoice: JSON.stringify(invoice), payment, at, series }
}

function noticeRow({ id, account, notice, readAt }: NoticeRow): Columns {
  const { name, at } = notice
  return { id, account, name, at, notice: JSON.stringify(notice), read_at: readAt }
}

function effectRow({ account, at, settled }: Change) {
  return ({ effect, nextAt, lease }: NewEffect): Columns => {
    const row = {
      ...{ key: effect.key, account: account.id, kind: effect.kind },
      ...{ effect: JSON.stringify(effect), state: 'waiting' },
      ...{ attempts: lease ? 1 : 0, sent: lease ? 1 : 0, was_sent: 0, next_at: nextAt },
      ...{ lease_owner: lease?.owner ?? null, lease_until: lease?.until ?? null },
      ...{ answer: null, error: null, created_at: at },
    }
    // Answered in the commit that asks it: the row is written as it ends.
    const outcome = settled.find(
      ({ key, owner }) => key === effect.key && (owner === null || owner === lease?.owner),
    )
    return outcome ? { ...row, ...outcomeColumns(outcome) } : row
  }
}

/** What a settlement sets. */
export function outcomeColumns({ state, sent, nextAt, answer, error }: Settlement) {
  return {
    ...{ state, sent: sent ? 1 : 0, next_at: nextAt, answer: toText(answer), error: toText(error) },
    ...{ lease_owner: null, lease_until: null },
  }
}

function commandRow(account: string, { key, hash, effects, at }: CommandRow): Columns {
  return { account, key, hash, effects: JSON.stringify(effects), at }
}

function auditRow(row: AuditRow): Columns {
  const { id, account, at, actor, action, input, versionBefore, versionAfter } = row
  return {
    ...{ id, account, at, actor, action, input: JSON.stringify(input) },
    ...{ version_before: versionBefore, version_after: versionAfter },
  }
}

/** A delivery; one that is `done` is never replaced. */
export function deliveryColumns(row: DeliveryRow) {
  return {
    ...{ gateway: row.gateway, id: row.id, type: row.type, account: row.account },
    ...{ state: row.state, body_hash: row.bodyHash, request: JSON.stringify(row.request) },
    ...{ attempts: row.attempts, next_at: row.nextAt, lease_owner: row.leaseOwner },
    ...{ lease_until: row.leaseUntil, received_at: row.receivedAt },
    kept_since: row.state === 'done' && row.request !== null ? row.receivedAt : null,
    // As JSON, because an error's words may hold what no id may.
    error: row.error === null ? null : JSON.stringify(row.error),
  }
}
