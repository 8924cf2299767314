/**
 * The storage contract: what the runtime asks of a database. A third party can write a storage from
 * this file and the published cases of `billwright/testing` alone.
 *
 * Rules that hold for every verb:
 *
 * - **Nothing depends on the isolation level.** Correctness rests on three things only: a compare and
 *   set on the account's version, unique keys, and single guarded updates. Never read, decide and
 *   write in the storage.
 * - **All or nothing.** `commit` writes everything in its `Change` or nothing of it; a crash in the
 *   middle leaves no trace. A verb that returned has been made durable.
 * - **Ids are bytes.** `A` and `a`, `a` and `a␠`, `é` in its two Unicode forms are different ids. A
 *   string that some engine does not give back as it was (NUL, a lone surrogate, a byte order mark at
 *   its start) is refused with a `BillingError` of kind `request`, code `invalid_id`, before anything
 *   is written. The runtime refuses such ids first; a storage that is called directly must not corrupt
 *   them. Ids have up to 255 characters; claims, the keys of effects, and a gateway's ids up to 700.
 * - **Numbers are numbers.** Amounts and instants are safe integers; they come back as JavaScript
 *   numbers, never as strings. JSON comes back equal to what went in.
 * - **An unreachable database** is a `BillingError` of kind `unavailable`, code `storage_unavailable`.
 *   Whether the write happened may then be unknown; every verb can be repeated safely.
 */
import type { Instant, Payment } from './core/index.ts'
import type {
  Bounds,
  CustomerSums,
  MilestoneKind,
  MilestoneSum,
  PaymentSum,
  SubscriptionSum,
} from './storage-reports.ts'
import type {
  AuditRow,
  Change,
  ClaimQuery,
  CommitResult,
  DeliveryRow,
  DeliveryState,
  DueQuery,
  EffectRow,
  EffectState,
  InvoiceRow,
  JournalRow,
  Loaded,
  LoadQuery,
  NoticeRow,
  Page,
  PageQuery,
  ReleaseRequest,
  Settlement,
  StorageHealth,
  SubscriptionFilter,
  SubscriptionRow,
  UsageRequest,
  UsageResult,
} from './storage-rows.ts'

export type * from './storage-rows.ts'
export * from './storage-reports.ts'

export interface Storage {
  /** For messages and health: `memory`, `sqlite`. */
  readonly name: string

  /**
   * Brings the database to the schema of this version. Versioned, recorded, safe to repeat, safe when
   * two processes start at once, resumable after a crash between any two statements.
   */
  migrate(): Promise<void>

  /** Lets go of what the storage opened itself; a handle that was passed in stays open. */
  close(): Promise<void>

  /**
   * The same storage inside a transaction that the app began and ends: everything it writes is kept
   * or undone together with the app's own rows, and a verb that writes nothing leaves that
   * transaction as it was. `transaction` is whatever the app's driver calls one; something else is a
   * `BillingError` of kind `config`, code `invalid_transaction`. Where the engine gives the whole
   * transaction up (a deadlock, a serialization failure) the verb throws `storage_busy`, and only the
   * app can begin again. A storage without transactions of the app's leaves the verb out.
   */
  within?(transaction: unknown): Storage

  // ── accounts ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Everything a decision needs, **in one round trip**: the account (by id, or as the holder of the
   * first of several claims that anyone holds), its newest usage counters, and what the query asks
   * besides. An account that does not exist is `null`, not an error.
   */
  load(query: LoadQuery): Promise<Loaded>

  /**
   * The verb that matters. In one transaction:
   *
   * 1. if the inbox delivery is `done` already, or the command key is taken: nothing, `duplicate`;
   * 2. if the stored version is not `change.version` (0: the account must not exist): nothing, `conflict`;
   * 3. if a claim is held by another account: nothing, `taken`, naming the first such claim;
   * 4. otherwise all of it is written: `committed`.
   *
   * When several apply, the first in this order is answered. A unique key that fires because of a
   * concurrent commit is answered in the same words, never thrown. One round trip where the engine
   * can, and no transaction stays open while JavaScript waits for anything else.
   */
  commit(change: Change): Promise<CommitResult>

  /**
   * Ids of accounts whose `nextActionAt` is at or before `now`, the earliest first, ties by id.
   *
   * With `leaseUntil` those returned are leased: no call returns them again until that instant or until
   * their next commit, whichever is first; a commit of an account ends its lease. The lease only spares
   * two workers the same work. It belongs to nobody and keeps nobody from committing: what is right
   * rests on the compare and set alone.
   */
  due(query: DueQuery): Promise<readonly string[]>

  // ── outbox ──────────────────────────────────────────────────────────────────────────────────────

  /**
   * Leases effects that are to be performed now: state `waiting` or `unknown`, `nextAt ≤ now`, and no
   * lease that is still running (a lease runs while `leaseUntil > now`). Oldest first in the order in
   * which they were committed. Sets the lease, counts the attempt and marks the row as `sent`; the
   * rows returned show `attempts` **after** and `sent` **before** this claim. No two concurrent calls
   * return the same row; a call may pass over rows that another one is leasing at this moment. `keys` restricts the claim to those effects, whatever their `nextAt`.
   */
  claimEffects(
    query: ClaimQuery & { readonly keys?: readonly string[] },
  ): Promise<readonly EffectRow[]>

  /**
   * Writes the outcome of a leased effect. `false`, and nothing is written, when the lease is not the
   * owner's any more (it ran out and another worker took over). A settlement by an operator has
   * `owner: null` and always counts. Settling ends the lease.
   */
  settleEffect(settlement: Settlement): Promise<boolean>

  /** One effect by key, or `null`. */
  effect(key: string): Promise<EffectRow | null>

  // ── inbox ───────────────────────────────────────────────────────────────────────────────────────

  /**
   * Keeps a delivery that could not be applied yet, or not at all. Replaces a row of the same gateway
   * and id unless that one is `done`; a `done` row is never changed. Ends the row's lease.
   */
  park(delivery: DeliveryRow): Promise<void>

  /** Leases parked deliveries whose `nextAt` has come, as `claimEffects` does. */
  claimDeliveries(query: ClaimQuery): Promise<readonly DeliveryRow[]>

  /**
   * Forgets the `request` of deliveries that are `done` and were received before an instant, those
   * received first first, at most `limit`; how many. The rest of the row stays for ever: the same
   * delivery must be known again.
   */
  pruneDeliveries(query: { readonly before: Instant; readonly limit: number }): Promise<number>

  // ── invoice numbers ─────────────────────────────────────────────────────────────────────────────

  /**
   * Gives invoices that have a series and no number the next ones of their series, in the order in which
   * they were first written, at most `limit` of them; how many got one. The numbers of a series are 1, 2,
   * 3 … without a gap and each once, whatever runs at the same time and wherever a process dies: the
   * last number of the series moves by compare and set in the step that writes the numbers, and series
   * and number are a unique key. Number and series of an invoice never change again.
   */
  numberInvoices(query: { readonly limit: number }): Promise<number>

  // ── usage ───────────────────────────────────────────────────────────────────────────────────────

  /**
   * Adds to a counter if the result stays within the limit: **one guarded update**, so that any number
   * of concurrent callers together never pass it. All or nothing: never a part of `amount`.
   *
   * - `used`: counted; `used` is the counter afterwards.
   * - `limit`: it would pass the limit; `used` is the counter as it stands.
   * - `stale`: there is no such account, or its version is not `version` any more; reload and ask again.
   * - `repeated`: the same `key` was counted before with the same feature and amount; not counted again.
   * - `mismatch`: the same `key` was used for something else.
   *
   * Of several the last in this list is answered: `repeated` and `mismatch` before `stale`, that before
   * `limit`. A key belongs to its account; what was not counted leaves it free. Keys of `use` and of
   * `release` are two sets. While a reservation runs its id stands for a key as well. With `reservation` the amount is counted at once and given back if
   * nobody settles it before `expiresAt`.
   */
  use(request: UsageRequest): Promise<UsageResult>

  /** Gives back, never below zero; the counter afterwards. A repeated `key` changes nothing. */
  release(request: ReleaseRequest): Promise<{ readonly used: number }>

  /** Sets a counter to what the app counted itself. */
  setUsage(request: {
    readonly account: string
    readonly feature: string
    readonly window: number
    readonly used: number
  }): Promise<void>

  /**
   * Ends a reservation: keeps `amount` of it (0 … what was reserved) and gives the rest back. `false`
   * when it is unknown, settled or run out. Exactly one of two concurrent calls gets `true`.
   */
  settleReservation(request: {
    readonly account: string
    readonly id: string
    readonly amount: number
    readonly now: Instant
  }): Promise<boolean>

  /** Gives back reservations with `expiresAt ≤ now`; how many there were, at most `limit`. */
  expireReservations(query: { readonly now: Instant; readonly limit: number }): Promise<number>

  // ── reads ───────────────────────────────────────────────────────────────────────────────────────
  // Pages are stable: an item written while somebody turns pages is never shown twice, and none that
  // was there from the start to the end is left out. Newest and oldest go by when a row was first
  // written; one that is replaced keeps its place. `next` is opaque, `null` on the last page; an
  // `after` that no page gave is a `BillingError` of kind `request`, code `invalid_cursor`.

  /** Ids of all accounts in a fixed order, for reconciliation and exports. */
  accounts(page: PageQuery): Promise<Page<string>>
  /** What happened to an account, newest first. */
  journal(account: string, page: PageQuery): Promise<Page<JournalRow>>
  /** Who did what, newest first; of one account or of all. */
  audit(account: string | null, page: PageQuery): Promise<Page<AuditRow>>
  /** Settled payments, newest first. */
  payments(account: string, page: PageQuery): Promise<Page<Payment>>
  /** Paid, voided and uncollectible invoices, newest first. */
  invoices(account: string, page: PageQuery): Promise<Page<InvoiceRow>>
  /** The customer's notices, newest first. */
  notices(
    account: string,
    page: PageQuery & { readonly unread?: boolean },
  ): Promise<Page<NoticeRow>>
  /** Marks notices of this account as read at `at`, unless they were read before; others are left alone. */
  readNotices(account: string, ids: readonly string[], at: Instant): Promise<void>
  /** Subscriptions of every account by filter, ordered by account and group. */
  subscriptions(filter: SubscriptionFilter, page: PageQuery): Promise<Page<SubscriptionRow>>
  /** Effects in a state, oldest first. */
  effects(filter: { readonly state: EffectState }, page: PageQuery): Promise<Page<EffectRow>>
  /** Deliveries in a state, oldest first. */
  deliveries(filter: { readonly state: DeliveryState }, page: PageQuery): Promise<Page<DeliveryRow>>

  // ── sums ────────────────────────────────────────────────────────────────────────────────────────
  // For reports: whole numbers added up by the database, each verb in a query or two however many
  // rows there are. Sums come in any order; one of no rows is left out.

  /** Subscription rows by status, plan, currency and interval. */
  subscriptionSums(): Promise<readonly SubscriptionSum[]>
  /** Milestones of at least one kind by slot, kind and terms. */
  milestoneSums(query: {
    readonly kinds: readonly MilestoneKind[]
    readonly bounds: Bounds
  }): Promise<readonly MilestoneSum[]>
  /** Payments by slot and currency. */
  paymentSums(query: { readonly bounds: Bounds }): Promise<readonly PaymentSum[]>
  /** Who paid just before two instants, `from` the earlier. */
  customerSums(query: { readonly from: Instant; readonly to: Instant }): Promise<CustomerSums>

  /** Depth and age of every queue, in one round trip; what is leased right now does not wait. */
  health(now: Instant): Promise<StorageHealth>

  /** Takes a named lease for a job that one process should run; `false` while another holds it. */
  lease(request: {
    readonly name: string
    readonly owner: string
    readonly now: Instant
    readonly until: Instant
  }): Promise<boolean>
}
