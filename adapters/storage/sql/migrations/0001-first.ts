/** The tables of 1.0, with every unique key that the guarantees rest on. */
import type { Column, Migration, SchemaChange, Table } from '../schema-change.ts'

const word: Column = { kind: 'word' }
const id: Column = { kind: 'id' }
const key: Column = { kind: 'key' }
const text: Column = { kind: 'text' }
const integer: Column = { kind: 'integer' }
const position: Column = { kind: 'position' }
const nullable = <Kind extends Column>(column: Kind) => ({ ...column, nullable: true }) as const

/** A lease that a worker holds on a row. */
const lease = { lease_owner: nullable(id), lease_until: nullable(integer) }

const accounts: Table = {
  name: 'billwright_accounts',
  columns: {
    id,
    version: integer,
    document: text,
    next_action_at: nullable(integer),
    lease_until: nullable(integer),
    created_at: integer,
    updated_at: integer,
  },
  primaryKey: ['id'],
  indexes: [
    {
      name: 'billwright_accounts_due',
      columns: ['next_action_at', 'id'],
      where: { column: 'next_action_at', is: 'not null' },
    },
  ],
  hot: true,
}

/** The primary key is the rule that a customer has one subscription in a group. */
const subscriptions: Table = {
  name: 'billwright_subscriptions',
  columns: {
    account: id,
    plan_group: id,
    id,
    status: word,
    plan: id,
    plan_version: integer,
    amount: nullable(integer),
    recurring: nullable(integer),
    currency: nullable(word),
    interval_unit: nullable(word),
    interval_count: nullable(integer),
    quantity: integer,
    gateway: nullable(word),
    gateway_ref: nullable(key),
    renewals: word,
    started_at: integer,
    period_start: integer,
    period_end: integer,
    cancel_at: nullable(integer),
    trial_ends_at: nullable(integer),
    ended_at: nullable(integer),
  },
  primaryKey: ['account', 'plan_group'],
  indexes: [
    { name: 'billwright_subscriptions_status', columns: ['status', 'account', 'plan_group'] },
    { name: 'billwright_subscriptions_plan', columns: ['plan', 'account', 'plan_group'] },
  ],
  clustered: true,
}

const journal: Table = {
  name: 'billwright_journal',
  columns: { account: id, seq: integer, type: word, at: integer, event: text },
  primaryKey: ['account', 'seq'],
  indexes: [],
  clustered: true,
}

/** What reports count; most commits write none. */
const milestones: Table = {
  name: 'billwright_milestones',
  columns: {
    account: id,
    seq: integer,
    part: integer,
    kind: word,
    at: integer,
    plan: nullable(id),
    currency: nullable(word),
    interval_unit: nullable(word),
    interval_count: nullable(integer),
    amount: integer,
    count: integer,
  },
  primaryKey: ['account', 'seq', 'part'],
  indexes: [{ name: 'billwright_milestones_kind', columns: ['kind', 'at'] }],
  clustered: true,
}

/** What only one account may have: a gateway's ids, trial keys, coupons of which there is one. */
const claims: Table = {
  name: 'billwright_claims',
  columns: { claim: key, account: id },
  primaryKey: ['claim'],
  indexes: [{ name: 'billwright_claims_account', columns: ['account'] }],
  clustered: true,
}

const commands: Table = {
  name: 'billwright_commands',
  columns: { account: id, key: id, hash: key, effects: text, at: integer },
  primaryKey: ['account', 'key'],
  indexes: [],
  clustered: true,
}

const effects: Table = {
  name: 'billwright_effects',
  columns: {
    position,
    key,
    account: id,
    kind: word,
    effect: text,
    state: word,
    attempts: integer,
    sent: integer,
    was_sent: integer,
    next_at: nullable(integer),
    ...lease,
    answer: nullable(text),
    error: nullable(text),
    created_at: integer,
  },
  indexes: [
    { name: 'billwright_effects_key', columns: ['key'], unique: true },
    {
      name: 'billwright_effects_due',
      columns: ['next_at'],
      where: { column: 'state', is: 'one of', values: ['waiting', 'unknown'] },
    },
    { name: 'billwright_effects_state', columns: ['state', 'position'] },
  ],
}

const deliveries: Table = {
  name: 'billwright_deliveries',
  columns: {
    position,
    gateway: word,
    id: key,
    type: id,
    account: nullable(id),
    state: word,
    body_hash: key,
    request: text,
    attempts: integer,
    next_at: nullable(integer),
    ...lease,
    error: nullable(text),
    received_at: integer,
    kept_since: nullable(integer),
  },
  indexes: [
    { name: 'billwright_deliveries_id', columns: ['gateway', 'id'], unique: true },
    {
      name: 'billwright_deliveries_due',
      columns: ['next_at'],
      where: { column: 'state', is: 'one of', values: ['parked'] },
    },
    { name: 'billwright_deliveries_state', columns: ['state', 'position'] },
    {
      name: 'billwright_deliveries_kept',
      columns: ['kept_since', 'position'],
      where: { column: 'kept_since', is: 'not null' },
    },
  ],
}

const payments: Table = {
  name: 'billwright_payments',
  columns: {
    position,
    gateway: word,
    id: key,
    account: id,
    amount: integer,
    currency: word,
    at: integer,
    payment: text,
  },
  indexes: [
    { name: 'billwright_payments_id', columns: ['gateway', 'id'], unique: true },
    { name: 'billwright_payments_account', columns: ['account', 'position'] },
    { name: 'billwright_payments_at', columns: ['at', 'currency', 'amount'] },
  ],
}

const invoices: Table = {
  name: 'billwright_invoices',
  columns: {
    position,
    id: key,
    account: id,
    state: word,
    invoice: text,
    payment: nullable(key),
    at: integer,
    series: nullable(id),
    number: nullable(integer),
  },
  indexes: [
    { name: 'billwright_invoices_id', columns: ['id'], unique: true },
    { name: 'billwright_invoices_number', columns: ['series', 'number'], unique: true },
    { name: 'billwright_invoices_account', columns: ['account', 'position'] },
    {
      name: 'billwright_invoices_waiting',
      columns: ['number', 'series', 'position'],
      where: { column: 'series', is: 'not null' },
    },
  ],
}

/** The last number that was given in each series. */
const series: Table = {
  name: 'billwright_series',
  columns: { series: id, last: integer },
  primaryKey: ['series'],
  indexes: [],
  clustered: true,
}

const notices: Table = {
  name: 'billwright_notices',
  columns: {
    position,
    id: key,
    account: id,
    name: word,
    at: integer,
    notice: text,
    read_at: nullable(integer),
  },
  indexes: [
    { name: 'billwright_notices_id', columns: ['id'], unique: true },
    { name: 'billwright_notices_account', columns: ['account', 'position'] },
  ],
}

const audit: Table = {
  name: 'billwright_audit',
  columns: {
    position,
    id,
    account: id,
    at: integer,
    actor: nullable(id),
    action: word,
    input: text,
    version_before: integer,
    version_after: integer,
  },
  indexes: [
    { name: 'billwright_audit_id', columns: ['id'], unique: true },
    { name: 'billwright_audit_account', columns: ['account', 'position'] },
  ],
}

const usage: Table = {
  name: 'billwright_usage',
  columns: {
    account: id,
    feature: id,
    window_start: integer,
    used: { kind: 'integer', atLeastZero: true },
  },
  primaryKey: ['account', 'feature', 'window_start'],
  indexes: [],
  clustered: true,
  hot: true,
}

const usageKeys: Table = {
  name: 'billwright_usage_keys',
  columns: {
    account: id,
    key: id,
    kind: word,
    feature: id,
    window_start: integer,
    amount: integer,
    at: integer,
  },
  primaryKey: ['account', 'kind', 'key'],
  indexes: [],
  clustered: true,
}

const reservations: Table = {
  name: 'billwright_reservations',
  columns: {
    account: id,
    id,
    feature: id,
    window_start: integer,
    amount: integer,
    expires_at: integer,
  },
  primaryKey: ['account', 'id'],
  indexes: [{ name: 'billwright_reservations_due', columns: ['expires_at'] }],
  clustered: true,
}

const leases: Table = {
  name: 'billwright_leases',
  columns: { name: id, owner: id, until: integer },
  primaryKey: ['name'],
  indexes: [],
  clustered: true,
}

export const first: Migration = {
  id: 1,
  name: 'first',
  changes: [
    ...[accounts, subscriptions, journal, milestones, claims, commands, effects, deliveries],
    ...[payments, invoices, series, notices, audit, usage, usageKeys, reservations, leases],
  ].map((table): SchemaChange => ({ type: 'table.created', table })),
}
