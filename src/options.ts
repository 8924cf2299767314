/**
 * What an app hands to `billing`: everything with its default. A wrong configuration fails at start
 * with a `config` error that names the option.
 */
import type { Customer } from './bill.ts'
import type {
  AddOn,
  BillingEvent,
  Coupon,
  Invoice,
  Notice,
  Plan,
  PolicyOptions,
  Renewals,
} from './core/index.ts'
import type { Gateway } from './gateway.ts'
import type { JobEngine } from './job-engine.ts'
import type { Clock, Log, Ports } from './ports.ts'
import type { Storage } from './storage.ts'

export interface BillingOptions<
  Plans extends readonly Plan[] = readonly Plan[],
  AddOns extends readonly AddOn[] = readonly AddOn[],
  Coupons extends readonly Coupon[] = readonly Coupon[],
> extends PolicyOptions {
  readonly plans: Plans
  readonly addOns?: AddOns
  readonly coupons?: Coupons
  /** The first is the default for new customers. Default: none, for apps without paid plans yet. */
  readonly gateways?: readonly Gateway[]
  readonly storage: Storage
  /** A job engine that the team runs, on which `work()` works. Default: none, `work()` looks by itself. */
  readonly jobs?: JobEngine
  /** Who is asking; `null` when nobody is signed in. Required for HTTP. */
  readonly identify?: (request: Request) => Promise<Identity | null> | Identity | null
  /** Whether somebody may act for a customer that is not themselves. Only `true` is a yes. Default: no. */
  readonly authorize?: (question: AuthorizeQuestion) => Promise<boolean> | boolean
  /** E-mail and name where only the id is at hand, as for a renewal. Default: unknown. */
  readonly customer?: (id: string) => Promise<Customer | null> | Customer | null
  readonly hooks?: Hooks
  readonly invoiceNumbers?: InvoiceNumberOptions
  readonly http?: HttpOptions
  /** Checkouts a customer may open per hour, against card testing. Default 5; `null` for no limit. */
  readonly checkoutsPerHour?: number | null
  /** Milliseconds a call to a gateway may take. Default 20,000. */
  readonly gatewayTimeoutMs?: number
  /** Milliseconds a hook, `list` or `customer` of the app may take. Default 20,000. */
  readonly hookTimeoutMs?: number
  /** Days after which the body of an applied webhook is forgotten; it stays known. Default 30, `null` for never. */
  readonly webhookRetentionDays?: number | null
  /**
   * Milliseconds for which `check`, `entitlements` and `value` may answer from what this process
   * remembers. What time changes, and what this process does, counts at once; what another does, an
   * app's own transaction among it, after so long. `use` is always exact. Default 0: every answer is read.
   */
  readonly entitlementCacheMs?: number
  /** Default: the system's clock. */
  readonly clock?: Clock
  /** Default: silent. */
  readonly log?: Log
  /** Random ids and waiting, for tests. Default: the platform's. */
  readonly ports?: Partial<Pick<Ports, 'newId' | 'sleep'>>
}

/** How invoices are numbered: each series counts 1, 2, 3 … without a gap. */
export interface InvoiceNumberOptions {
  /**
   * The series of an invoice that was paid or given up; `null` when it gets no number. It depends on
   * what it is told and nothing else. Default: `INV` for all of them.
   */
  readonly series?: (invoice: InvoiceFacts) => string | null
  /** How a number is shown, also one that was given before. Default: `INV-000001`. */
  readonly format?: (series: string, number: number) => string
}

/** What a series may depend on. Voided invoices never get a number. */
export interface InvoiceFacts {
  readonly customer: string
  readonly state: 'paid' | 'uncollectible'
  /** When it was paid or given up. */
  readonly at: Date
  readonly currency: string
  /** In minor units, before credit. */
  readonly total: number
  /** The plan group. */
  readonly group: string
  readonly reason: Invoice['reason']
  /** `gateway`: the gateway made this invoice, and may have numbered it itself. */
  readonly renewals: Renewals
}

/** Who is asking, as the app's own session says. */
export interface Identity {
  /** The user, who is also the customer unless `customer` says otherwise. */
  readonly id: string
  readonly email?: string
  readonly name?: string
  /** The organization they act for; `authorize` decides whether they may. */
  readonly customer?: string
}

export interface AuthorizeQuestion {
  readonly identity: Identity
  /** The customer that would be read or changed; `*` for what is about all of them. */
  readonly customer: string
  /** `read` shows, `manage` changes plan and payment, `admin` refunds, extends and lists all. */
  readonly action: 'read' | 'manage' | 'admin'
  readonly request: Request
}

/** What surrounds a hook: the same `key` every time the same call is made again. */
export interface HookContext {
  readonly customer: string
  readonly key: string
  readonly attempt: number
}

type Hook<Subject> = (subject: Subject, context: HookContext) => Promise<void> | void

/** Called after the commit, at least once, in the background; one that throws is tried again. */
export interface Hooks {
  /** Tells the customer: mail, push. The notice is in the list of notices in any case. */
  readonly notice?: Hook<Notice>
  /** Hides resources that the plan does not allow any more; nothing is deleted. */
  readonly archive?: Hook<{ readonly feature: string; readonly ids: readonly string[] }>
  /** Brings them back. */
  readonly restore?: Hook<{ readonly feature: string; readonly ids: readonly string[] }>
  /** By type of billing event: `{ 'subscription.suspended': hideListings }`. */
  readonly on?: {
    readonly [Type in BillingEvent['type']]?: Hook<Extract<BillingEvent, { readonly type: Type }>>
  }
}

export interface HttpOptions {
  /** The path the routes are mounted on. Default: none; server adapters pass theirs. */
  readonly basePath?: string
  /** Origins whose pages may call: `https://app.example`. Default: none, so browsers can't. */
  readonly origins?: readonly string[]
  /** Whether a call that changes something must carry an `Origin`. `false` for apps with tokens. Default true. */
  readonly requireOrigin?: boolean
  /** Where customers may be returned to: origins or prefixes ending in `/`. Default: `origins`. */
  readonly returnUrls?: readonly string[]
  /** Where a customer without a plan is sent. Default `/pricing`. */
  readonly pricingUrl?: string
  /** Largest body of a call in bytes. Default 32,768. */
  readonly bodyLimit?: number
  /** Largest webhook in bytes. Default 262,144. */
  readonly webhookBodyLimit?: number
  /** Whether pages may count usage themselves. Default false: usage is the app server's own. */
  readonly usageWrites?: boolean
  /** Milliseconds a body may take to arrive. Default 10,000. */
  readonly bodyTimeoutMs?: number
}
