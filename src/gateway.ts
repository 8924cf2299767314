/**
 * The gateway contract: what the runtime asks of a payment provider, and in which words it is answered.
 * A third party can write an adapter from this file and the published cases of `billwright/testing`
 * alone.
 *
 * The one idea: **an adapter translates, it never decides.** Effects come in as data and go out as
 * calls; replies, webhooks and look-ups come back as the same `GatewayEvent`s, and whichever of them
 * arrives first wins. So an adapter keeps no state, computes no price, and needs no lock.
 */
import type {
  ForeignSubscription,
  GatewayEffect,
  GatewayEvent,
  Instant,
  Policies,
  Renewals,
} from './core/index.ts'
import type { GatewaySetup } from './gateway-setup.ts'
import { BillingError, type ErrorDetail } from './errors.ts'

export interface Gateway {
  /** What the app, the webhook route and the stored state call it. Unique among the app's gateways. */
  readonly name: string
  /** Who owns the renewal clock of subscriptions that are sold from now on. */
  readonly renewals: Renewals
  /** Live and test money never mix: an event of the other mode is quarantined. */
  readonly mode: 'live' | 'test'
  readonly capabilities: GatewayCapabilities

  /**
   * Does what an effect asks and answers with what is true afterwards. A decline is an event, not an
   * error. `effect.key` makes it repeatable: rendered in the vendor's alphabet it is the idempotency
   * key or the reference of the call, never derived from time or chance.
   *
   * - What the vendor definitely refuses (invalid request, not allowed) is an `effect.refused` event
   *   that `answers` the effect's key; the runtime tells the core what follows from it (a charge that
   *   was refused counts as declined, a refund as failed, a checkout as closed).
   * - What was definitely **not done** and may work later (connection refused, 429, 503 before any
   *   work) throws `notDone`.
   * - Everything else that throws counts as **unknown**: it may have been done. Throw
   *   `outcomeUnknown` for timeouts, lost replies and 5xx in the middle of a write.
   *
   * Vendor errors never travel along as `cause`, they carry keys: copy status, code and request id.
   */
  perform(effect: GatewayEffect, context: PerformContext): Promise<Performed>

  /**
   * Looks for what an earlier attempt of this effect did, by our own reference: its answer, or `null`
   * when the vendor shows nothing. Asked before an effect with `dedupe: 'reference'` is sent again,
   * and while the outcome of one with `dedupe: 'none'` is unknown.
   */
  find(effect: GatewayEffect, context: PerformContext): Promise<Performed | null>

  /**
   * Verifies a webhook over its **raw bytes** first and parses it then. Throws `invalidSignature` when
   * it is not authentic. An unknown type or status is no error: it has no events. A wrong mode or
   * account has `quarantined` set.
   */
  receive(request: WebhookRequest): Promise<Delivery>

  /**
   * Our reference of a checkout or an invoice, in the one that the vendor writes into the address that
   * the customer comes back to; of the page for another payment method the key of its effect; `null`
   * for any other text. Absent where that address carries ours. It is as public as an address and
   * proves nothing: `verify` asks whose it is, and looks the payment up.
   */
  readonly checkoutReference?: (returned: string) => string | null

  /**
   * What the vendor would charge for a change, asked before `subscription.change` with the very same
   * effect; it must change nothing. `at` is the instant that the quote is of: price it at that. `null`
   * where the vendor has no figure; the core's is shown then. Only asked where the vendor renews.
   */
  readonly preview?: (
    effect: Extract<GatewayEffect, { readonly kind: 'subscription.change' }>,
    context: PerformContext,
  ) => Promise<GatewayPreview | null>

  /**
   * The vendor's own document of a payment, as a link that opens without signing in. Links run out, so
   * it is asked for each time and kept nowhere. `null`: there is none, or none yet. Absent: the vendor
   * makes none.
   */
  readonly document?: (payment: string, context: PerformContext) => Promise<InvoiceDocument | null>

  /** What the vendor shows now of one thing: for hints, the redirect's return and reconciliation. */
  fetch(thing: Thing, context: PerformContext): Promise<readonly GatewayEvent[]>

  /**
   * What changed at the vendor since an instant, for reconciliation after webhooks were lost: pages in
   * any order, each item the same events that its webhook would have brought. Overlap rather than
   * gap: rows that change while somebody turns pages must not be lost. `null` when the vendor has no
   * such list; reconciliation then fetches every open thing one by one.
   */
  readonly list: ((query: ListQuery, context: PerformContext) => Promise<ListPage>) | null

  /** What `npx billwright doctor` and `push` ask; loaded by them alone. Default: they ask nothing. */
  readonly setup?: () => Promise<GatewaySetup>

  /** For `bill.adopt`. Absent: subscriptions that were sold there without us stay where they are. */
  readonly adoption?: Adoption
}

/** How a subscription that was sold at the gateway without us is taken over. */
export interface Adoption {
  /** The subscription as it is shown now; `null` when there is none. */
  read(subscription: string, context: PerformContext): Promise<ForeignSubscription | null>
  /**
   * Writes the marks by which its webhooks are known later, and nothing else. Twice is once. Absent:
   * they are known without.
   */
  mark?(found: ForeignSubscription, plan: string, context: PerformContext): Promise<void>
}

/** What a vendor says that a change of its subscription would take now. */
export interface GatewayPreview {
  /** In minor units, with tax, less what the vendor holds of the customer's; zero when nothing is. */
  readonly due: number
  readonly currency: string
  /** Credit that the customer would gain at the vendor. */
  readonly creditAdded?: number
  /** The next billing date afterwards, where the vendor shows it. */
  readonly renewsAt?: Instant
}

/** An invoice or receipt as the vendor made it. */
export interface InvoiceDocument {
  /** A PDF, or a page. */
  readonly url: string
}

/** What surrounds a call. */
export interface PerformContext {
  readonly now: Instant
  /** Aborted when the time for the call is over; the outcome is then unknown. */
  readonly signal: AbortSignal
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The customer as the app identified them, for the vendor's records; never trusted coming back. */
  readonly customer: { readonly id: string; readonly email?: string; readonly name?: string }
  /** What people read of a plan or add-on: for pages and receipts. */
  titleOf(id: string): string
}

/** The answer to an effect. */
export interface Performed {
  /** Facts, as a webhook would tell them; each with `answers` set to the effect's key. */
  readonly events: readonly GatewayEvent[]
  /** Where to send the customer: of `checkout.open`, `method.update` and a payment that needs them. */
  readonly page?: HostedPage
}

export interface HostedPage {
  readonly url: string
  /** For a client that opens the vendor's popup instead of redirecting. */
  readonly accessCode?: string
  readonly publicKey?: string
}

/** A webhook as it arrived. */
export interface WebhookRequest {
  /** Lower-case names; a repeated header has its values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: Instant
}

/** An authentic webhook, parsed. One delivery is about one customer. */
export interface Delivery {
  /** The vendor's id of the event: the same id twice is the same event. */
  readonly id: string
  /** The vendor's own name of the type, for people. */
  readonly type: string
  readonly events: readonly GatewayEvent[]
  /**
   * Set when the body is only a hint: the runtime reads its own version first, fetches these things,
   * and commits only at that version. Instead of events, or beside them.
   */
  readonly fetch?: readonly Thing[]
  /** The vendor's ids that tell whose it is, where the events alone do not. */
  readonly about?: readonly GatewayRef[]
  /** Why it must not be applied: a wrong mode or account. It is kept and answered with success. */
  readonly quarantined?: string
}

/** A vendor's id of something that belongs to one of our customers. */
export interface GatewayRef {
  readonly kind: 'customer' | 'subscription' | 'method' | 'payment'
  readonly id: string
}

/**
 * One thing at the vendor, by our reference or by the vendor's id. A vendor that does not look things
 * up by a reference of ours lists what belongs to its `customer`, or finds the `page` that a
 * `page.opened` told of; both are there where they are known.
 */
export type Thing =
  /** Our checkout's reference. */
  | ({ readonly kind: 'checkout'; readonly reference: string } & Known)
  /** Our invoice's id: the payment attempts made for it. */
  | ({ readonly kind: 'invoice'; readonly invoice: string } & Known)
  /** The vendor's payment: whether it was paid, refunded, disputed. */
  | { readonly kind: 'payment'; readonly id: string }
  /** The vendor's subscription, with what it billed since `since`. */
  | { readonly kind: 'subscription'; readonly id: string; readonly since: Instant }

interface Known {
  readonly customer?: string | null
  readonly page?: string
}

export interface ListQuery {
  readonly since: Instant
  readonly cursor: string | null
}

export interface ListPage {
  /** Each about one customer, like a webhook; `about` where the events do not tell whose it is. */
  readonly items: readonly Pick<Delivery, 'events' | 'about'>[]
  readonly cursor: string | null
}

/**
 * How an effect is kept from happening twice.
 * `key`: the vendor takes an idempotency key; the same effect is simply sent again.
 * `reference`: the vendor keeps our reference; `find` first, and send only what it does not show.
 * `none`: neither. If it moves money it is **never** sent again: look-ups after 1, 10 and 60 minutes,
 * then a person decides.
 */
export type Dedupe = 'key' | 'reference' | 'none'

/** `native`: the vendor does it. `core`: the vendor can't, the core does. `no`: neither can. */
export type Support = 'native' | 'core' | 'no'

/** What a gateway can do, as data: checked before a command, printed in the README's table. */
export interface GatewayCapabilities {
  /** The renewal clocks it can run with. */
  readonly renewals: readonly Renewals[]
  /** `exact`: what is paid is what we asked. `session`: the vendor adds tax or converts. */
  readonly amounts: 'exact' | 'session'
  /** ISO 4217; `any` when the vendor does not restrict them. */
  readonly currencies: readonly string[] | 'any'
  /** Why a currency that the vendor takes is not asked for, by the adapter or as it was set up. */
  readonly heldBack?: Readonly<Record<string, string>>
  /** Smallest charge in minor units per currency; currencies that are absent have none. */
  readonly minimum: Readonly<Record<string, number>>
  /** Charges a saved method without the customer. */
  readonly savedMethods: boolean
  /** Sends a page on which an open invoice can be paid. */
  readonly paymentLinks: boolean
  readonly refunds: 'partial' | 'full' | 'no'
  /**
   * Hours that the vendor wants between two attempts on one saved method after a decline: retries keep
   * to it, and a customer who asks sooner is refused with `retry_too_soon`. Default 0.
   */
  readonly attemptGapHours?: number
  /**
   * Where the vendor renews: whether another method leaves its unpaid invoice alone until it is asked to
   * try again, which is then done at once. Default `false`: it tries by itself.
   */
  readonly retriesWhenAsked?: boolean
  /**
   * Whether a page that is not wanted any more can no longer be paid. Where it can, the payment is a
   * stray one. Default `true`.
   */
  readonly closesPages?: boolean
  /** How a change in the running period can be charged where the vendor renews. Default: all ways. */
  readonly prorations?: readonly Policies['proration']['behavior'][]
  readonly operations: Readonly<Record<Operation, Support>>
  readonly dedupe: Readonly<Record<GatewayEffect['kind'], Dedupe>>
}

/** What differs between gateways and is worth a column in the table. */
export type Operation =
  | 'trial_upfront'
  | 'extend_trial'
  | 'change_now'
  | 'change_scheduled'
  | 'cancel_at_period_end'
  | 'pause'
  | 'quantity'
  | 'add_ons'
  | 'coupons'
  | 'account_credit'
  | 'update_payment_method'
  | 'retry_payment'

/** One function per kind of effect; a new kind breaks every adapter's compile until it is handled. */
export type EffectHandlers = {
  readonly [Kind in GatewayEffect['kind']]: (
    effect: Extract<GatewayEffect, { readonly kind: Kind }>,
    context: PerformContext,
  ) => Promise<Performed>
}

/** Builds `perform` from its handlers. */
export function performWith(handlers: EffectHandlers): Gateway['perform'] {
  // The record is checked entry by entry; the call cannot be, because the effect is a union.
  const table = new Map(Object.entries(handlers)) as ReadonlyMap<
    string,
    (effect: GatewayEffect, context: PerformContext) => Promise<Performed>
  >
  return async (effect, context) => {
    const handler = table.get(effect.kind)
    if (handler) return handler(effect, context)
    return { events: [refusedEffect(effect, 'unknown_effect')] }
  }
}

/** The vendor said no for good: nothing was done, and asking again will not help. */
export function refusedEffect({ gateway, key }: GatewayEffect, code: string): GatewayEvent {
  return { type: 'effect.refused', gateway, answers: key, code }
}

/** What a call knows about its failure: status, vendor code, request id; never a key or a body. */
export interface FailureDetail extends ErrorDetail {
  readonly status?: number
  readonly vendorCode?: string
  readonly requestId?: string
  /** From `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number
}

/** It was definitely not done, and may work later. */
export function notDone(gateway: string, detail: FailureDetail = {}): BillingError {
  return new BillingError(
    'unavailable',
    'gateway_unavailable',
    `${gateway} did not do it; try again later.`,
    { gateway, ...detail },
  )
}

/** Nobody knows whether it was done: it is looked up, or sent again under the same key. */
export function outcomeUnknown(gateway: string, detail: FailureDetail = {}): BillingError {
  return new BillingError(
    'unavailable',
    'outcome_unknown',
    `${gateway} did not say whether it was done; it will be looked up.`,
    { gateway, ...detail },
  )
}

/** The webhook is not authentic. The reason is for logs; the caller learns only that it was refused. */
export function invalidSignature(gateway: string, reason: string): BillingError {
  return new BillingError('request', 'invalid_signature', 'The webhook signature is not valid.', {
    gateway,
    reason,
  })
}

/** A wrong option, found when the gateway is constructed. */
export function gatewayConfigError(gateway: string, option: string, what: string): BillingError {
  return new BillingError('config', 'invalid_gateway', `${gateway}: ${option} ${what}`, {
    gateway,
    option,
  })
}
