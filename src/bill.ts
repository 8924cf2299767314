/**
 * The object an app holds: every verb of the library in one place. Made by `billing(options)`.
 *
 * The customer's id comes first everywhere. A verb that the rules refuse throws a `BillingError` of
 * kind `refused` with the refusal's code; a verb that needs the customer to go somewhere answers with
 * a URL instead of throwing. Amounts are integers in minor units, dates are `Date`.
 */

import type { Operations } from './bill-operations.ts'
import type {
  AdoptOptions,
  CallOptions,
  ChangeOptions,
  CustomerRef,
  InGroup,
  MoveOptions,
  Quoted,
  SubscribeOptions,
} from './bill-options.ts'
import type { ListedSubscription, ListFilter, Report, ReportPeriod } from './bill-reports.ts'
import type {
  CommandOutcome,
  EntitlementView,
  Explanation,
  HandleOptions,
  Health,
  InvoiceView,
  JoinedVerb,
  PageOptions,
  PreviewView,
  Received,
  Reconciled,
  Reservation,
  StatusView,
  Used,
  Worked,
  WorkOptions,
} from './bill-views.ts'
import type {
  Amount,
  BillingEvent,
  Catalog,
  DescribeOptions,
  Entitlements,
  FeatureValue,
  Payment,
  Plan,
} from './core/index.ts'
import type { Gateway, InvoiceDocument, WebhookRequest } from './gateway.ts'
import type { AuditRow, NoticeRow, Page } from './storage.ts'
import type { PlainReply, WebhookCall } from './webhook-call.ts'

export type * from './bill-operations.ts'
export type * from './bill-options.ts'
export type * from './bill-reports.ts'
export type * from './bill-views.ts'

export interface Bill<
  PlanId extends string = string,
  FeatureId extends string = string,
  AddOnId extends string = string,
  CouponId extends string = string,
> {
  readonly catalog: Catalog<PlanId, FeatureId, AddOnId, CouponId>
  readonly gateways: ReadonlyMap<string, Gateway>

  // ── a customer's subscription ───────────────────────────────────────────────────────────────────
  /** Starts a customer on the default plan; twice is once. */
  register(customer: CustomerRef, options?: CallOptions): Promise<CommandOutcome<PlanId>>
  /** Buys a plan, starts its trial, or changes the plan of a customer who pays already. */
  subscribe(
    customer: CustomerRef,
    plan: PlanId,
    options?: SubscribeOptions<AddOnId, CouponId>,
  ): Promise<CommandOutcome<PlanId>>
  /** Starts a trial and nothing else: refused with `trial_used` where `subscribe` would sell. */
  startTrial(
    customer: CustomerRef,
    plan: PlanId,
    options?: SubscribeOptions<AddOnId, CouponId>,
  ): Promise<CommandOutcome<PlanId>>
  /**
   * After the redirect, by its `reference`: looks the payment up unless it is known. Twice is once.
   * `pending` while nobody has paid, whatever plan the customer has otherwise.
   */
  verify(
    reference: string,
    options?: { readonly customer?: CustomerRef },
  ): Promise<CommandOutcome<PlanId>>
  /** An upgrade once it is paid, a downgrade at the period's end. */
  changePlan(
    customer: CustomerRef,
    plan: PlanId,
    options?: ChangeOptions,
  ): Promise<CommandOutcome<PlanId>>
  undoChange(
    customer: CustomerRef,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  cancel(
    customer: CustomerRef,
    options?: CallOptions & InGroup & { readonly at?: 'period_end' | 'now' | Date },
  ): Promise<CommandOutcome<PlanId>>
  resume(customer: CustomerRef, options?: CallOptions & InGroup): Promise<CommandOutcome<PlanId>>
  pause(
    customer: CustomerRef,
    options?: CallOptions & InGroup & { readonly until?: Date },
  ): Promise<CommandOutcome<PlanId>>
  unpause(customer: CustomerRef, options?: CallOptions & InGroup): Promise<CommandOutcome<PlanId>>
  setQuantity(
    customer: CustomerRef,
    quantity: number,
    options?: CallOptions & Quoted,
  ): Promise<CommandOutcome<PlanId>>
  /** Sets how many of an add-on the customer has; 0 removes it. */
  addOn(
    customer: CustomerRef,
    addOn: AddOnId,
    quantity: number,
    options?: CallOptions & Quoted,
  ): Promise<CommandOutcome<PlanId>>
  applyCoupon(
    customer: CustomerRef,
    coupon: CouponId | (string & {}),
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  removeCoupon(
    customer: CustomerRef,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  /** The gateway's page for another card, or the open payment link where nothing can be saved. */
  updatePaymentMethod(
    customer: CustomerRef,
    options?: CallOptions & { readonly returnUrl?: string },
  ): Promise<CommandOutcome<PlanId>>
  retryPayment(
    customer: CustomerRef,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  /**
   * Moves the subscription to another gateway: plan, price, dates and usage stay, nothing is charged. The
   * customer signs up on a page there; then that gateway collects and the one before lets go: `now`
   * (the default), or at the end of the period, with `undoChange` until then.
   */
  move(
    customer: CustomerRef,
    options: CallOptions &
      MoveOptions & { readonly successUrl?: string; readonly cancelUrl?: string },
  ): Promise<CommandOutcome<PlanId>>
  /**
   * Takes over a subscription that was sold at the gateway without billwright: nothing is charged, and
   * everything that differs from `plan` refuses it, `adoption_mismatch`, with every difference.
   */
  adopt(
    customer: CustomerRef,
    plan: PlanId,
    options: CallOptions & AdoptOptions,
  ): Promise<CommandOutcome<PlanId>>
  /** Brings archived things back, as many as there is room for. */
  restore(
    customer: CustomerRef,
    feature: FeatureId,
    ids: readonly string[],
    options?: CallOptions,
  ): Promise<CommandOutcome<PlanId>>

  /** What the same call would do and cost. */
  readonly preview: {
    subscribe(
      customer: CustomerRef,
      plan: PlanId,
      options?: SubscribeOptions<AddOnId, CouponId>,
    ): Promise<PreviewView<PlanId>>
    changePlan(
      customer: CustomerRef,
      plan: PlanId,
      options?: ChangeOptions,
    ): Promise<PreviewView<PlanId>>
    cancel(
      customer: CustomerRef,
      options?: InGroup & { readonly at?: 'period_end' | 'now' | Date },
    ): Promise<PreviewView<PlanId>>
    setQuantity(
      customer: CustomerRef,
      quantity: number,
      options?: InGroup,
    ): Promise<PreviewView<PlanId>>
    addOn(
      customer: CustomerRef,
      addOn: AddOnId,
      quantity: number,
      options?: InGroup,
    ): Promise<PreviewView<PlanId>>
    applyCoupon(
      customer: CustomerRef,
      coupon: CouponId | (string & {}),
      options?: InGroup,
    ): Promise<PreviewView<PlanId>>
    /** Nothing is due now; `next` is what the other gateway will charge, `at` is when it takes over. */
    move(customer: CustomerRef, options: MoveOptions): Promise<PreviewView<PlanId>>
    /** Reads the subscription at the gateway and writes nothing there. */
    adopt(customer: CustomerRef, plan: PlanId, options: AdoptOptions): Promise<PreviewView<PlanId>>
  }

  // ── what operators do; each is in the audit log ─────────────────────────────────────────────────
  /** Gives back a payment, in full or in part. */
  refund(
    customer: CustomerRef,
    payment: string,
    options?: CallOptions & { readonly amount?: number; readonly gateway?: string },
  ): Promise<CommandOutcome<PlanId>>
  grantCredit(
    customer: CustomerRef,
    amount: number,
    currency: string,
    options?: CallOptions,
  ): Promise<CommandOutcome<PlanId>>
  extendTrial(
    customer: CustomerRef,
    days: number,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  extendGrace(
    customer: CustomerRef,
    days: number,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  migratePrice(
    customer: CustomerRef,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  remindPayment(
    customer: CustomerRef,
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  block(
    customer: CustomerRef,
    reason: 'admin' | 'fraud',
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  unblock(
    customer: CustomerRef,
    reason: 'admin' | 'fraud' | 'dispute',
    options?: CallOptions & InGroup,
  ): Promise<CommandOutcome<PlanId>>
  resolveUnknown(
    customer: CustomerRef,
    invoice: string,
    outcome: 'paid' | 'failed',
    options: CallOptions & { readonly payment: string },
  ): Promise<CommandOutcome<PlanId>>
  resolveIncident(
    customer: CustomerRef,
    incident: string,
    choice: 'refund' | 'credit' | 'none',
    options?: CallOptions,
  ): Promise<CommandOutcome<PlanId>>

  // ── usage ───────────────────────────────────────────────────────────────────────────────────────
  /** Whether `amount` more may be used now; never throws for a no. One statement. */
  check(
    customer: CustomerRef,
    feature: FeatureId,
    amount?: number,
  ): Promise<EntitlementView<FeatureId>>
  /** Counts, exactly: concurrent callers together never pass the limit. One statement when warm. */
  use(
    customer: CustomerRef,
    feature: FeatureId,
    amount?: number,
    options?: { readonly idempotencyKey?: string },
  ): Promise<Used>
  /** Gives occupied units back; never below zero. */
  release(
    customer: CustomerRef,
    feature: FeatureId,
    amount?: number,
    options?: { readonly idempotencyKey?: string },
  ): Promise<Used>
  /** Counts now and gives back what `settle` does not keep, or all of it after `ttlMs` (default 15 min). */
  reserve(
    customer: CustomerRef,
    feature: FeatureId,
    amount?: number,
    options?: { readonly idempotencyKey?: string; readonly ttlMs?: number },
  ): Promise<Reservation>
  /** Ends a reservation with what was really used; `false` when it ran out before. */
  settle(customer: CustomerRef, reservation: string, used: number): Promise<boolean>
  /** Sets a counter to what the app counted itself. */
  setUsage(customer: CustomerRef, feature: FeatureId, used: number): Promise<void>

  // ── reads ───────────────────────────────────────────────────────────────────────────────────────
  plans(): readonly Plan<PlanId>[]
  status(customer: CustomerRef, options?: DescribeOptions): Promise<StatusView<PlanId, FeatureId>>
  /** A snapshot for many questions about one moment; `get('maxTokens')`, `check('queries', 3)`. */
  entitlements(customer: CustomerRef): Promise<Entitlements<FeatureId>>
  value(customer: CustomerRef, feature: FeatureId): Promise<FeatureValue | Amount | null>
  /** Why a feature is given or withheld, worded. */
  explain(customer: CustomerRef, feature: FeatureId): Promise<Explanation>
  transactions(customer: CustomerRef, page?: PageOptions): Promise<Page<Payment>>
  invoices(customer: CustomerRef, page?: PageOptions): Promise<Page<InvoiceView>>
  /**
   * The gateway's own document of an invoice, as a link that runs out: ask when it is wanted and do not
   * keep it. `null` where nothing was paid, or the gateway has none (yet).
   *
   * Errors: `not_found`, `not_supported` where the gateway makes none, `gateway_unavailable`.
   */
  invoiceDocument(customer: CustomerRef, invoice: string): Promise<InvoiceDocument | null>
  notices(
    customer: CustomerRef,
    page?: PageOptions & { readonly unread?: boolean },
  ): Promise<Page<NoticeRow>>
  readNotices(customer: CustomerRef, ids: readonly string[]): Promise<void>
  /** Everything that happened to a customer, newest first. */
  journal(
    customer: CustomerRef,
    page?: PageOptions,
  ): Promise<Page<{ readonly seq: number; readonly event: BillingEvent }>>
  /** Who did what, newest first; of one customer or of all. */
  audit(customer: CustomerRef | null, page?: PageOptions): Promise<Page<AuditRow>>
  /** Subscriptions of all customers by filter, ordered by customer and group. */
  list(filter?: ListFilter, page?: PageOptions): Promise<Page<ListedSubscription<PlanId>>>
  /** Totals over all customers; `bad_request` for a period that is empty or longer than ten years. */
  report(period?: ReportPeriod): Promise<Report<PlanId>>
  health(): Promise<Health>

  // ── in the app's own transaction ────────────────────────────────────────────────────────────────
  /**
   * The same verbs inside a transaction that the app began with the storage's driver: its rows and
   * ours are kept or undone together. Nothing waits for a gateway: charges and requests are made by
   * `work()` after the app's commit, so an upgrade answers `pending`. A verb that would open a page
   * for the customer is refused with `not_in_transaction`. Use it for one request and let go of it.
   *
   * Errors: `invalid_transaction`, `not_in_transaction`, and `storage_busy` where the engine gave the
   * transaction up and the app must begin again.
   */
  within(transaction: unknown): Pick<Bill<PlanId, FeatureId, AddOnId, CouponId>, JoinedVerb>

  // ── plumbing ────────────────────────────────────────────────────────────────────────────────────
  /** A webhook, raw. Throws `invalid_signature`; returns once it is applied or safely kept. */
  receive(gateway: string, request: Omit<WebhookRequest, 'receivedAt'>): Promise<Received>
  /**
   * Does what is due: renewals, effects, parked webhooks, reservations; safe in many processes. With a
   * job engine it does so as jobs of that engine, except with `once`, which never asks the engine and
   * throws what kept it from asking the storage, after everything else was done.
   */
  work(options?: WorkOptions): Promise<Worked>
  /** Compares open things with the gateways and takes over what they know better. */
  reconcile(options?: {
    readonly since?: Date
    readonly customer?: CustomerRef
    /** Ends it gracefully: nothing new is asked. */
    readonly signal?: AbortSignal
  }): Promise<Reconciled>
  /** Webhooks that could not be applied, and effects that wait for a person. */
  readonly operations: Operations
  /** The HTTP handler: mount it, or hand it to a server adapter. */
  handle(request: Request, options?: HandleOptions): Promise<Response>
  /**
   * What `handle` does with a webhook, for servers that have bytes and no web objects: a fifth less work.
   * `null` for every other call, and for a path that is not plainly spelled: they are for `handle`.
   */
  answerWebhook(call: WebhookCall, options?: HandleOptions): Promise<PlainReply> | null
  /** Prepares the storage. */
  migrate(): Promise<void>
  close(): Promise<void>
}
