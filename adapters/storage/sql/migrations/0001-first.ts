/** The tables of 1.0, with every unique key that the guarantees rest on. */
import type { Migration } from '../migration.ts'

const position = 'position INTEGER PRIMARY KEY AUTOINCREMENT'

export const first: Migration = {
  id: 1,
  name: 'first',
  statements: [
    `CREATE TABLE billwright_accounts (
      id TEXT NOT NULL PRIMARY KEY,
      version INTEGER NOT NULL,
      document TEXT NOT NULL,
      next_action_at INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    )`,
    `CREATE INDEX billwright_accounts_due ON billwright_accounts (next_action_at, id)
      WHERE next_action_at IS NOT NULL`,
    `CREATE TABLE billwright_subscriptions (
      account TEXT NOT NULL,
      plan_group TEXT NOT NULL,
      id TEXT NOT NULL,
      status TEXT NOT NULL,
      plan TEXT NOT NULL,
      plan_version INTEGER NOT NULL,
      amount INTEGER,
      currency TEXT,
      interval_unit TEXT,
      interval_count INTEGER,
      quantity INTEGER NOT NULL,
      gateway TEXT,
      gateway_ref TEXT,
      renewals TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      period_start INTEGER NOT NULL,
      period_end INTEGER NOT NULL,
      cancel_at INTEGER,
      trial_ends_at INTEGER,
      ended_at INTEGER,
      PRIMARY KEY (account, plan_group)
    ) WITHOUT ROWID`,
    `CREATE INDEX billwright_subscriptions_status
      ON billwright_subscriptions (status, account, plan_group)`,
    `CREATE INDEX billwright_subscriptions_plan
      ON billwright_subscriptions (plan, account, plan_group)`,
    `CREATE TABLE billwright_journal (
      account TEXT NOT NULL,
      seq INTEGER NOT NULL,
      type TEXT NOT NULL,
      at INTEGER NOT NULL,
      event TEXT NOT NULL,
      PRIMARY KEY (account, seq)
    ) WITHOUT ROWID`,
    `CREATE TABLE billwright_claims (
      claim TEXT NOT NULL PRIMARY KEY,
      account TEXT NOT NULL
    ) WITHOUT ROWID`,
    `CREATE INDEX billwright_claims_account ON billwright_claims (account)`,
    `CREATE TABLE billwright_commands (
      account TEXT NOT NULL,
      key TEXT NOT NULL,
      hash TEXT NOT NULL,
      effects TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (account, key)
    ) WITHOUT ROWID`,
    `CREATE TABLE billwright_effects (
      ${position},
      key TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      kind TEXT NOT NULL,
      effect TEXT NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      sent INTEGER NOT NULL,
      was_sent INTEGER NOT NULL,
      next_at INTEGER,
      lease_owner TEXT,
      lease_until INTEGER,
      answer TEXT,
      error TEXT,
      created_at INTEGER NOT NULL
    )`,
    `CREATE INDEX billwright_effects_due ON billwright_effects (next_at)
      WHERE state IN ('waiting', 'unknown')`,
    `CREATE INDEX billwright_effects_state ON billwright_effects (state, position)`,
    `CREATE TABLE billwright_deliveries (
      ${position},
      gateway TEXT NOT NULL,
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      account TEXT,
      state TEXT NOT NULL,
      body_hash TEXT NOT NULL,
      request TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      next_at INTEGER,
      lease_owner TEXT,
      lease_until INTEGER,
      error TEXT,
      received_at INTEGER NOT NULL,
      UNIQUE (gateway, id)
    )`,
    `CREATE INDEX billwright_deliveries_due ON billwright_deliveries (next_at)
      WHERE state = 'parked'`,
    `CREATE INDEX billwright_deliveries_state
      ON billwright_deliveries (state, position)`,
    `CREATE TABLE billwright_payments (
      ${position},
      gateway TEXT NOT NULL,
      id TEXT NOT NULL,
      account TEXT NOT NULL,
      amount INTEGER NOT NULL,
      currency TEXT NOT NULL,
      at INTEGER NOT NULL,
      payment TEXT NOT NULL,
      UNIQUE (gateway, id)
    )`,
    `CREATE INDEX billwright_payments_account ON billwright_payments (account, position)`,
    `CREATE TABLE billwright_invoices (
      ${position},
      id TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      state TEXT NOT NULL,
      invoice TEXT NOT NULL,
      payment TEXT,
      at INTEGER NOT NULL
    )`,
    `CREATE INDEX billwright_invoices_account ON billwright_invoices (account, position)`,
    `CREATE TABLE billwright_notices (
      ${position},
      id TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      name TEXT NOT NULL,
      at INTEGER NOT NULL,
      notice TEXT NOT NULL,
      read_at INTEGER
    )`,
    `CREATE INDEX billwright_notices_account ON billwright_notices (account, position)`,
    `CREATE TABLE billwright_audit (
      ${position},
      id TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL,
      at INTEGER NOT NULL,
      actor TEXT,
      action TEXT NOT NULL,
      input TEXT NOT NULL,
      version_before INTEGER NOT NULL,
      version_after INTEGER NOT NULL
    )`,
    `CREATE INDEX billwright_audit_account ON billwright_audit (account, position)`,
    `CREATE TABLE billwright_usage (
      account TEXT NOT NULL,
      feature TEXT NOT NULL,
      window_start INTEGER NOT NULL,
      used INTEGER NOT NULL CHECK (used >= 0),
      PRIMARY KEY (account, feature, window_start)
    ) WITHOUT ROWID`,
    `CREATE TABLE billwright_usage_keys (
      account TEXT NOT NULL,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      feature TEXT NOT NULL,
      window_start INTEGER NOT NULL,
      amount INTEGER NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (account, kind, key)
    ) WITHOUT ROWID`,
    `CREATE TABLE billwright_reservations (
      account TEXT NOT NULL,
      id TEXT NOT NULL,
      feature TEXT NOT NULL,
      window_start INTEGER NOT NULL,
      amount INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (account, id)
    ) WITHOUT ROWID`,
    `CREATE INDEX billwright_reservations_due ON billwright_reservations (expires_at)`,
    `CREATE TABLE billwright_leases (
      name TEXT NOT NULL PRIMARY KEY,
      owner TEXT NOT NULL,
      until INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
}
