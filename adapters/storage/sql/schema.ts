/**
 * The tables as types. Times are integers in milliseconds, JSON is text, booleans are 0 and 1, ids
 * are text compared byte by byte.
 */
import type { Generated } from 'kysely'

export interface AccountsTable {
  readonly id: string
  readonly version: number
  readonly document: string
  readonly next_action_at: number | null
  readonly lease_until: number | null
  readonly created_at: number
  readonly updated_at: number
}

export interface SubscriptionsTable {
  readonly account: string
  readonly plan_group: string
  readonly id: string
  readonly status: string
  readonly plan: string
  readonly plan_version: number
  readonly amount: number | null
  readonly recurring: number | null
  readonly currency: string | null
  readonly interval_unit: string | null
  readonly interval_count: number | null
  readonly quantity: number
  readonly gateway: string | null
  readonly gateway_ref: string | null
  readonly renewals: string
  readonly started_at: number
  readonly period_start: number
  readonly period_end: number
  readonly cancel_at: number | null
  readonly trial_ends_at: number | null
  readonly ended_at: number | null
}

export interface JournalTable {
  readonly account: string
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly event: string
}

export interface MilestonesTable {
  readonly account: string
  readonly seq: number
  readonly part: number
  readonly kind: string
  readonly at: number
  readonly plan: string | null
  readonly currency: string | null
  readonly interval_unit: string | null
  readonly interval_count: number | null
  readonly amount: number
  readonly count: number
}

export interface ClaimsTable {
  readonly claim: string
  readonly account: string
}

export interface CommandsTable {
  readonly account: string
  readonly key: string
  readonly hash: string
  readonly effects: string
  readonly at: number
}

/** `position` counts rows in the order in which they were committed. */
export interface EffectsTable {
  readonly key: string
  readonly account: string
  readonly kind: string
  readonly effect: string
  readonly state: string
  readonly attempts: number
  readonly sent: number
  /** `sent` before the latest claim: a claim sets `sent` and must still tell what it was. */
  readonly was_sent: number
  readonly next_at: number | null
  readonly lease_owner: string | null
  readonly lease_until: number | null
  readonly answer: string | null
  readonly error: string | null
  readonly created_at: number
}

export interface DeliveriesTable {
  readonly gateway: string
  readonly id: string
  readonly type: string
  readonly account: string | null
  readonly state: string
  readonly body_hash: string
  readonly request: string
  readonly attempts: number
  readonly next_at: number | null
  readonly lease_owner: string | null
  readonly lease_until: number | null
  readonly error: string | null
  readonly received_at: number
  /** When it was received, while it is applied and its request is there: what is to be forgotten. */
  readonly kept_since: number | null
}

export interface PaymentsTable {
  readonly gateway: string
  readonly id: string
  readonly account: string
  readonly amount: number
  readonly currency: string
  readonly at: number
  readonly payment: string
}

export interface InvoicesTable {
  readonly id: string
  readonly account: string
  readonly state: string
  readonly invoice: string
  readonly payment: string | null
  readonly at: number
  readonly series: string | null
  readonly number: number | null
}

/** The last number that was given in each series. */
export interface SeriesTable {
  readonly series: string
  readonly last: number
}

export interface NoticesTable {
  readonly id: string
  readonly account: string
  readonly name: string
  readonly at: number
  readonly notice: string
  readonly read_at: number | null
}

export interface AuditTable {
  readonly id: string
  readonly account: string
  readonly at: number
  readonly actor: string | null
  readonly action: string
  readonly input: string
  readonly version_before: number
  readonly version_after: number
}

export interface UsageTable {
  readonly account: string
  readonly feature: string
  readonly window_start: number
  readonly used: number
}

export interface UsageKeysTable {
  readonly account: string
  readonly key: string
  readonly kind: string
  readonly feature: string
  readonly window_start: number
  readonly amount: number
  readonly at: number
}

export interface ReservationsTable {
  readonly account: string
  readonly id: string
  readonly feature: string
  readonly window_start: number
  readonly amount: number
  readonly expires_at: number
}

export interface LeasesTable {
  readonly name: string
  readonly owner: string
  readonly until: number
}

export interface MigrationsTable {
  readonly id: number
  readonly name: string
}

/** Adds the column that numbers rows in the order in which they came. */
type Ordered<Table> = Table & { readonly position: Generated<number> }

/** Every table under its name in the database. */
export interface Tables {
  readonly billwright_accounts: AccountsTable
  readonly billwright_subscriptions: SubscriptionsTable
  readonly billwright_journal: JournalTable
  readonly billwright_milestones: MilestonesTable
  readonly billwright_claims: ClaimsTable
  readonly billwright_commands: CommandsTable
  readonly billwright_effects: Ordered<EffectsTable>
  readonly billwright_deliveries: Ordered<DeliveriesTable>
  readonly billwright_payments: Ordered<PaymentsTable>
  readonly billwright_invoices: Ordered<InvoicesTable>
  readonly billwright_series: SeriesTable
  readonly billwright_notices: Ordered<NoticesTable>
  readonly billwright_audit: Ordered<AuditTable>
  readonly billwright_usage: UsageTable
  readonly billwright_usage_keys: UsageKeysTable
  readonly billwright_reservations: ReservationsTable
  readonly billwright_leases: LeasesTable
  readonly billwright_migrations: MigrationsTable
}
