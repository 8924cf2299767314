/** Everything that the storage holds, as tables. */
import type {
  AuditRow,
  CommandRow,
  DeliveryRow,
  EffectRow,
  InvoiceRow,
  JournalRow,
  MilestoneRow,
  NoticeRow,
  SubscriptionRow,
} from 'billwright'
import type { Account, Instant, Payment } from 'billwright/core'
import { type Table, table } from './table.ts'

export interface AccountRow {
  readonly account: Account
  readonly nextActionAt: Instant | null
  /** Until then no worker is sent here; ended by the next commit. */
  readonly leaseUntil: Instant | null
}

export interface PaymentRow {
  readonly account: string
  readonly payment: Payment
}

/** Something that was counted under a key. */
export interface CountedUse {
  readonly feature: string
  readonly amount: number
}

/** A reservation that nobody settled yet. */
export interface ReservationRow extends CountedUse {
  readonly account: string
  readonly id: string
  readonly window: number
  readonly expiresAt: Instant
}

export interface LeaseRow {
  readonly owner: string
  readonly until: Instant
}

export interface Tables {
  /** By account. */
  readonly accounts: Map<string, AccountRow>
  /** The account that holds a claim. */
  readonly claims: Map<string, string>
  /** By account and key. */
  readonly commands: Map<string, CommandRow>
  /** By account, oldest first. */
  readonly journal: Map<string, readonly JournalRow[]>
  /** By key. */
  readonly effects: Table<EffectRow>
  /** Keys of the effects that are waiting or unknown: the others are never leased. */
  readonly openEffects: Set<string>
  /** By gateway and id. */
  readonly deliveries: Table<DeliveryRow>
  /** By gateway and id. */
  readonly payments: Table<PaymentRow>
  /** By id. */
  readonly invoices: Table<InvoiceRow>
  /** The last number of each series. */
  readonly series: Map<string, number>
  /** By id. */
  readonly notices: Table<NoticeRow>
  /** By id. */
  readonly audit: Table<AuditRow>
  /** By account. */
  readonly subscriptions: Map<string, readonly SubscriptionRow[]>
  /** By account, oldest first. */
  readonly milestones: Map<string, readonly MilestoneRow[]>
  /** By account, then by feature, then by window. */
  readonly usage: Map<string, Map<string, Map<number, number>>>
  /** By account and key. */
  readonly uses: Map<string, CountedUse>
  /** Account and key of what was given back. */
  readonly releases: Set<string>
  /** By account and id. */
  readonly reservations: Map<string, ReservationRow>
  /** By name. */
  readonly leases: Map<string, LeaseRow>
}

/** Tables without a row. */
export function emptyTables(): Tables {
  return {
    accounts: new Map(),
    claims: new Map(),
    commands: new Map(),
    journal: new Map(),
    effects: table(),
    openEffects: new Set(),
    deliveries: table(),
    payments: table(),
    invoices: table(),
    series: new Map(),
    notices: table(),
    audit: table(),
    subscriptions: new Map(),
    milestones: new Map(),
    usage: new Map(),
    uses: new Map(),
    releases: new Set(),
    reservations: new Map(),
    leases: new Map(),
  }
}
