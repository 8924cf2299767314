/** What the verbs of a `Bill` answer with: the state as an app shows it, dates as `Date`. */
import type {
  Amount,
  BillingEvent,
  Decline,
  Entitlement,
  EntitlementReason,
  Incident,
  Interval,
  Invoice,
  Line,
  PaymentMethod,
  PlanAction,
  Quote,
  Renewals,
  Status,
} from './core/index.ts'
import type { InvoiceRow, StorageHealth } from './storage.ts'

/** A subscription as an app shows it. */
export interface SubscriptionView<PlanId extends string = string> {
  readonly id: string
  readonly group: string
  readonly status: Status
  /** Set while it ends: access until then, and only `resume` changes it. */
  readonly ending: { readonly at: Date } | null
  readonly plan: PlanId
  readonly planVersion: number
  readonly quantity: number
  readonly addOns: Readonly<Record<string, number>>
  /** Per interval, before discounts; `null` on a free plan. */
  readonly price: {
    readonly amount: number
    readonly currency: string
    readonly interval: Interval
  } | null
  readonly period: { readonly start: Date; readonly end: Date }
  /** The next charge, with discounts and credit; `null` when none is to come. */
  readonly nextPayment: {
    readonly at: Date
    readonly amount: number
    readonly currency: string
  } | null
  readonly trialEndsAt: Date | null
  readonly graceEndsAt: Date | null
  readonly resumesAt: Date | null
  readonly endedAt: Date | null
  readonly scheduled: ScheduledChange<PlanId> | null
  /** Set while it waits to move to another gateway: the customer has signed up there. */
  readonly moving: { readonly to: string; readonly at: Date } | null
  readonly coupon: { readonly code: string; readonly periodsLeft: number | null } | null
  readonly gateway: string | null
  readonly gatewayRef: string | null
  readonly renewals: Renewals
}

export interface ScheduledChange<PlanId extends string = string> {
  readonly plan: PlanId
  readonly at: Date
  readonly amount: number | null
  readonly currency: string | null
  /** Ids of resources that will be archived then, per limit, as things stand now. */
  readonly archive: Readonly<Record<string, readonly string[]>>
}

/** What became of a command. Only `redirect` needs the customer. */
export type CommandOutcome<PlanId extends string = string> =
  /** The customer must go to the gateway's page; `reference` is what `verify` takes, if there is one. */
  | {
      readonly status: 'redirect'
      readonly url: string
      readonly reference: string | null
      readonly accessCode?: string
      readonly publicKey?: string
    }
  /** Nothing changed: the payment that it needed was declined. */
  | {
      readonly status: 'declined'
      readonly decline: Decline
      readonly subscription: SubscriptionView<PlanId> | null
    }
  /** Asked of the gateway or bank, whose word is awaited; nothing has changed yet. */
  | { readonly status: 'pending'; readonly subscription: SubscriptionView<PlanId> | null }
  /** It will be so at `subscription.scheduled.at`. */
  | { readonly status: 'scheduled'; readonly subscription: SubscriptionView<PlanId> }
  /** It is so. `none`: no subscription is left. */
  | {
      readonly status: Status | 'none'
      readonly subscription: SubscriptionView<PlanId> | null
    }

/** What a command would do; same arguments, no effect. */
export interface PreviewView<PlanId extends string = string> {
  readonly due: number
  readonly currency: string | null
  readonly lines: readonly Line[]
  readonly credit: number
  readonly creditAdded: number
  /** Bring it along to be charged exactly `due`, or refused with `quote_changed`. */
  readonly quote: Quote | null
  readonly next: { readonly at: Date; readonly amount: number; readonly currency: string } | null
  readonly subscription: SubscriptionView<PlanId> | null
  /** When it would take effect: now, or at a boundary. */
  readonly at: Date
}

/** Everything a page about one customer shows. */
export interface StatusView<PlanId extends string = string, FeatureId extends string = string> {
  readonly customer: string
  readonly registered: boolean
  readonly access: boolean
  readonly because: EntitlementReason
  readonly status: Status | 'none'
  readonly ending: { readonly at: Date } | null
  readonly plan: PlanId | null
  /** What the customer should know now, worded. */
  readonly sentence: string
  readonly subscription: SubscriptionView<PlanId> | null
  readonly subscriptions: readonly SubscriptionView<PlanId>[]
  readonly checkout: {
    readonly reference: string
    readonly plan: PlanId
    readonly amount: number
    readonly currency: string
    readonly expiresAt: Date
  } | null
  readonly invoices: readonly OpenInvoice[]
  readonly paymentMethod: Omit<PaymentMethod, 'id' | 'fingerprint'> | null
  readonly credit: Readonly<Record<string, number>>
  readonly entitlements: readonly EntitlementView<FeatureId>[]
  readonly actions: readonly PlanAction<PlanId>[]
  readonly trial: {
    readonly used: boolean
    readonly usedAt: Date | null
    readonly endsAt: Date | null
  }
  readonly archived: Readonly<Record<string, readonly string[]>>
  readonly incidents: readonly Incident[]
}

export interface OpenInvoice {
  readonly id: string
  readonly reason: Invoice['reason']
  readonly due: number
  readonly currency: string
  readonly dueAt: Date
  readonly lines: readonly Line[]
  readonly decline: Decline | null
  /** Where the customer pays or confirms, if anywhere. */
  readonly url: string | null
}

export interface EntitlementView<FeatureId extends string = string>
  extends Omit<Entitlement, 'feature' | 'until' | 'resetsAt'> {
  readonly feature: FeatureId
  readonly until: Date | null
  readonly resetsAt: Date | null
}

/** A use that was granted. A refused one throws `limit_reached`, `past_due` or `subscription_required`. */
export interface Used {
  readonly feature: string
  readonly used: number
  readonly limit: Amount
  readonly remaining: Amount
  readonly resetsAt: Date | null
  /** The same idempotency key was counted before. */
  readonly repeated: boolean
}

/** Units held until they are settled with what was really used, or run out. */
export interface Reservation extends Used {
  readonly reservation: string
  readonly expiresAt: Date
}

export interface Explanation {
  readonly entitlement: EntitlementView
  /** Why, step by step, in plain words: the subscription, the plan's grant, the add-ons, the count. */
  readonly steps: readonly string[]
}

export interface Health {
  readonly ok: boolean
  readonly storage: {
    readonly name: string
    readonly reachable: boolean
    readonly queues: StorageHealth | null
  }
  readonly gateways: readonly {
    readonly name: string
    readonly mode: 'live' | 'test'
    readonly lastWebhookAt: Date | null
  }[]
  /** Sentences about what needs a person. */
  readonly problems: readonly string[]
}

/** An invoice that is over, as an app shows it. */
export interface InvoiceView extends Omit<InvoiceRow, 'series' | 'number'> {
  /** `INV-000001`; `null` on one that gets none, or that waits for the worker to give it. */
  readonly number: string | null
}

export interface WorkOptions {
  /** Ends the work gracefully: what is under way is finished. */
  readonly signal?: AbortSignal
  /** Do what is due now, and return. */
  readonly once?: boolean
  /** With `once`, and in a job: start nothing new after this many milliseconds. Default 25,000. */
  readonly deadlineMs?: number
  /** Effects performed at one time, and parked webhooks. Default 4. */
  readonly concurrency?: number
  /** Due accounts settled at one time; what this many take in memory is all that the sweep holds. Default 500. */
  readonly sweep?: number
  /**
   * Pause between looks when nothing was due. Default 1,000 ms; a commit in this process ends it early.
   * With a job engine 60,000 ms: what was committed is told by a job, only what falls due by time waits.
   */
  readonly pollMs?: number
}

export interface Worked {
  readonly accounts: number
  readonly effects: number
  readonly deliveries: number
  readonly reservations: number
  /** Invoices that got their number. */
  readonly numbered: number
  /** Webhooks whose body was forgotten. */
  readonly pruned: number
  /** The signal or the deadline came first: something may be left that is due now. */
  readonly more: boolean
}

export interface Reconciled {
  /** Accounts and listed items looked at. */
  readonly looked: number
  /** What differed and was taken over from the gateway. */
  readonly repaired: readonly {
    readonly account: string
    readonly events: readonly BillingEvent['type'][]
  }[]
  /** Items of nobody we know, and things the gateway could not be asked about. */
  readonly unknown: number
  readonly failed: number
}

export interface PageOptions {
  /** Default 50, at most 200. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

/** What became of a webhook: applied, known before, kept for later, or not for us. */
export interface Received {
  readonly outcome: 'applied' | 'repeated' | 'parked' | 'quarantined' | 'ignored'
  readonly id: string
}

export interface HandleOptions {
  /** The path the handler is mounted on. Default: the configured one. */
  readonly basePath?: string
}

/** What can be done inside a transaction of the app's: every verb that sends nobody to a page. */
export type JoinedVerb =
  | 'register'
  | 'startTrial'
  | 'changePlan'
  | 'undoChange'
  | 'cancel'
  | 'resume'
  | 'pause'
  | 'unpause'
  | 'setQuantity'
  | 'addOn'
  | 'applyCoupon'
  | 'removeCoupon'
  | 'restore'
  | 'refund'
  | 'grantCredit'
  | 'extendTrial'
  | 'extendGrace'
  | 'block'
  | 'unblock'
  | 'check'
  | 'use'
  | 'release'
  | 'reserve'
  | 'settle'
  | 'setUsage'
  | 'preview'
  | 'status'
  | 'entitlements'
  | 'value'
  | 'explain'
