/**
 * The tables of billwright, made by `npx billwright schema --dialect mysql --format drizzle`.
 * Select from them as you like; only billwright writes them.
 */

import { sql } from 'drizzle-orm'
import { bigint, check, customType, index, mysqlTable, primaryKey, uniqueIndex } from 'drizzle-orm/mysql-core'

const word = customType<{ data: string }>({ dataType: () => 'varchar(64) character set utf8mb4 collate /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */' })
const id = customType<{ data: string }>({ dataType: () => 'varchar(255) character set utf8mb4 collate /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */' })
const key = customType<{ data: string }>({ dataType: () => 'varchar(700) character set utf8mb4 collate /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */' })
const text = customType<{ data: string }>({ dataType: () => 'longtext character set utf8mb4 collate /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */' })
const integer = (name: string) => bigint(name, { mode: 'number' })
const position = integer

export const billwrightAccounts = mysqlTable('billwright_accounts', {
  id: id('id').notNull(),
  version: integer('version').notNull(),
  document: text('document').notNull(),
  nextActionAt: integer('next_action_at'),
  leaseUntil: integer('lease_until'),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_accounts_pkey', columns: [table.id] }),
  index('billwright_accounts_due').on(table.nextActionAt, table.id),
])

export const billwrightSubscriptions = mysqlTable('billwright_subscriptions', {
  account: id('account').notNull(),
  planGroup: id('plan_group').notNull(),
  id: id('id').notNull(),
  status: word('status').notNull(),
  plan: id('plan').notNull(),
  planVersion: integer('plan_version').notNull(),
  amount: integer('amount'),
  recurring: integer('recurring'),
  currency: word('currency'),
  intervalUnit: word('interval_unit'),
  intervalCount: integer('interval_count'),
  quantity: integer('quantity').notNull(),
  gateway: word('gateway'),
  gatewayRef: key('gateway_ref'),
  renewals: word('renewals').notNull(),
  startedAt: integer('started_at').notNull(),
  periodStart: integer('period_start').notNull(),
  periodEnd: integer('period_end').notNull(),
  cancelAt: integer('cancel_at'),
  trialEndsAt: integer('trial_ends_at'),
  endedAt: integer('ended_at'),
}, (table) => [
  primaryKey({ name: 'billwright_subscriptions_pkey', columns: [table.account, table.planGroup] }),
  index('billwright_subscriptions_status').on(table.status, table.account, table.planGroup),
  index('billwright_subscriptions_plan').on(table.plan, table.account, table.planGroup),
])

export const billwrightJournal = mysqlTable('billwright_journal', {
  account: id('account').notNull(),
  seq: integer('seq').notNull(),
  type: word('type').notNull(),
  at: integer('at').notNull(),
  event: text('event').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_journal_pkey', columns: [table.account, table.seq] }),
])

export const billwrightMilestones = mysqlTable('billwright_milestones', {
  account: id('account').notNull(),
  seq: integer('seq').notNull(),
  part: integer('part').notNull(),
  kind: word('kind').notNull(),
  at: integer('at').notNull(),
  plan: id('plan'),
  currency: word('currency'),
  intervalUnit: word('interval_unit'),
  intervalCount: integer('interval_count'),
  amount: integer('amount').notNull(),
  count: integer('count').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_milestones_pkey', columns: [table.account, table.seq, table.part] }),
  index('billwright_milestones_kind').on(table.kind, table.at),
])

export const billwrightClaims = mysqlTable('billwright_claims', {
  claim: key('claim').notNull(),
  account: id('account').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_claims_pkey', columns: [table.claim] }),
  index('billwright_claims_account').on(table.account),
])

export const billwrightCommands = mysqlTable('billwright_commands', {
  account: id('account').notNull(),
  key: id('key').notNull(),
  hash: key('hash').notNull(),
  effects: text('effects').notNull(),
  at: integer('at').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_commands_pkey', columns: [table.account, table.key] }),
])

export const billwrightEffects = mysqlTable('billwright_effects', {
  position: position('position').autoincrement().primaryKey(),
  key: key('key').notNull(),
  account: id('account').notNull(),
  kind: word('kind').notNull(),
  effect: text('effect').notNull(),
  state: word('state').notNull(),
  attempts: integer('attempts').notNull(),
  sent: integer('sent').notNull(),
  wasSent: integer('was_sent').notNull(),
  nextAt: integer('next_at'),
  leaseOwner: id('lease_owner'),
  leaseUntil: integer('lease_until'),
  answer: text('answer'),
  error: text('error'),
  createdAt: integer('created_at').notNull(),
}, (table) => [
  uniqueIndex('billwright_effects_key').on(table.key),
  index('billwright_effects_due').on(table.nextAt),
  index('billwright_effects_state').on(table.state, table.position),
])

export const billwrightDeliveries = mysqlTable('billwright_deliveries', {
  position: position('position').autoincrement().primaryKey(),
  gateway: word('gateway').notNull(),
  id: key('id').notNull(),
  type: id('type').notNull(),
  account: id('account'),
  state: word('state').notNull(),
  bodyHash: key('body_hash').notNull(),
  request: text('request').notNull(),
  attempts: integer('attempts').notNull(),
  nextAt: integer('next_at'),
  leaseOwner: id('lease_owner'),
  leaseUntil: integer('lease_until'),
  error: text('error'),
  receivedAt: integer('received_at').notNull(),
  keptSince: integer('kept_since'),
}, (table) => [
  uniqueIndex('billwright_deliveries_id').on(table.gateway, table.id),
  index('billwright_deliveries_due').on(table.nextAt),
  index('billwright_deliveries_state').on(table.state, table.position),
  index('billwright_deliveries_kept').on(table.keptSince, table.position),
])

export const billwrightPayments = mysqlTable('billwright_payments', {
  position: position('position').autoincrement().primaryKey(),
  gateway: word('gateway').notNull(),
  id: key('id').notNull(),
  account: id('account').notNull(),
  amount: integer('amount').notNull(),
  currency: word('currency').notNull(),
  at: integer('at').notNull(),
  payment: text('payment').notNull(),
}, (table) => [
  uniqueIndex('billwright_payments_id').on(table.gateway, table.id),
  index('billwright_payments_account').on(table.account, table.position),
  index('billwright_payments_at').on(table.at, table.currency, table.amount),
])

export const billwrightInvoices = mysqlTable('billwright_invoices', {
  position: position('position').autoincrement().primaryKey(),
  id: key('id').notNull(),
  account: id('account').notNull(),
  state: word('state').notNull(),
  invoice: text('invoice').notNull(),
  payment: key('payment'),
  at: integer('at').notNull(),
  series: id('series'),
  number: integer('number'),
}, (table) => [
  uniqueIndex('billwright_invoices_id').on(table.id),
  uniqueIndex('billwright_invoices_number').on(table.series, table.number),
  index('billwright_invoices_account').on(table.account, table.position),
  index('billwright_invoices_waiting').on(table.number, table.series, table.position),
])

export const billwrightSeries = mysqlTable('billwright_series', {
  series: id('series').notNull(),
  last: integer('last').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_series_pkey', columns: [table.series] }),
])

export const billwrightNotices = mysqlTable('billwright_notices', {
  position: position('position').autoincrement().primaryKey(),
  id: key('id').notNull(),
  account: id('account').notNull(),
  name: word('name').notNull(),
  at: integer('at').notNull(),
  notice: text('notice').notNull(),
  readAt: integer('read_at'),
}, (table) => [
  uniqueIndex('billwright_notices_id').on(table.id),
  index('billwright_notices_account').on(table.account, table.position),
])

export const billwrightAudit = mysqlTable('billwright_audit', {
  position: position('position').autoincrement().primaryKey(),
  id: id('id').notNull(),
  account: id('account').notNull(),
  at: integer('at').notNull(),
  actor: id('actor'),
  action: word('action').notNull(),
  input: text('input').notNull(),
  versionBefore: integer('version_before').notNull(),
  versionAfter: integer('version_after').notNull(),
}, (table) => [
  uniqueIndex('billwright_audit_id').on(table.id),
  index('billwright_audit_account').on(table.account, table.position),
])

export const billwrightUsage = mysqlTable('billwright_usage', {
  account: id('account').notNull(),
  feature: id('feature').notNull(),
  windowStart: integer('window_start').notNull(),
  used: integer('used').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_usage_pkey', columns: [table.account, table.feature, table.windowStart] }),
  check('billwright_usage_used', sql`used >= 0`),
])

export const billwrightUsageKeys = mysqlTable('billwright_usage_keys', {
  account: id('account').notNull(),
  key: id('key').notNull(),
  kind: word('kind').notNull(),
  feature: id('feature').notNull(),
  windowStart: integer('window_start').notNull(),
  amount: integer('amount').notNull(),
  at: integer('at').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_usage_keys_pkey', columns: [table.account, table.kind, table.key] }),
])

export const billwrightReservations = mysqlTable('billwright_reservations', {
  account: id('account').notNull(),
  id: id('id').notNull(),
  feature: id('feature').notNull(),
  windowStart: integer('window_start').notNull(),
  amount: integer('amount').notNull(),
  expiresAt: integer('expires_at').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_reservations_pkey', columns: [table.account, table.id] }),
  index('billwright_reservations_due').on(table.expiresAt),
])

export const billwrightLeases = mysqlTable('billwright_leases', {
  name: id('name').notNull(),
  owner: id('owner').notNull(),
  until: integer('until').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_leases_pkey', columns: [table.name] }),
])

export const billwrightMigrations = mysqlTable('billwright_migrations', {
  id: integer('id').notNull(),
  name: word('name').notNull(),
}, (table) => [
  primaryKey({ name: 'billwright_migrations_pkey', columns: [table.id] }),
])
