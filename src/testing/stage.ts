/**
 * What the published gateway cases and the scenarios need of an emulator: a gateway, its clock, a
 * customer who pays on its pages, the vendor's own book to judge by, and faults on demand.
 */
import type { Gateway, HostedPage, WebhookRequest } from '../gateway.ts'
import type { TestClock } from './clock.ts'

/** How the customer's card behaves. */
export type StageCard =
  /** Pays, and can be charged again. */
  | 'succeeds'
  /** Declined with the code, now and whenever it is charged. */
  | { readonly declines: string }
  /** Pays after the customer confirmed on a page. */
  | 'needs_authentication'
  /** Pays now and is declined at every later charge, until another card is saved. */
  | 'fails_later'
  /** Pays and cannot be charged again. */
  | 'wallet'

/** One payment in the vendor's own book. */
export interface BookedCharge {
  /** The payment's id as the adapter tells it. */
  readonly id: string
  /** Our reference: the checkout's, or the invoice's id; `null` for a period the vendor bills itself. */
  readonly reference: string | null
  readonly amount: number
  readonly currency: string
  readonly at: number
  readonly refunded: number
}

/** What the vendor holds to be true: the judge of every proof, never our own tables. */
export interface Book {
  /** Money that was really taken. */
  readonly charges: readonly BookedCharge[]
  readonly refunds: readonly {
    readonly id: string
    readonly charge: string
    readonly amount: number
  }[]
  readonly subscriptions: readonly {
    readonly id: string
    readonly state: 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled'
    readonly cancelAt: number | null
    readonly periodEnd: number
  }[]
  /** Calls that changed something there, by kind of endpoint: for «one request to the gateway». */
  readonly writes: readonly { readonly operation: string; readonly key: string | null }[]
}

/**
 * What goes wrong with the next call that the adapter makes: `429` and `500_before` did nothing;
 * `500_after` and `lost_reply` did it; `hang` does it after the caller has given up.
 */
export type StageFault =
  | '429'
  | '500_before'
  | '500_after'
  | 'lost_reply'
  | 'hang'
  | 'refused_connection'

export interface GatewayStage {
  readonly gateway: Gateway
  readonly clock: TestClock
  /** The customer opens the page and pays or saves a card; a declined card stays on the page. */
  pay(page: HostedPage, card?: StageCard): Promise<void>
  /** The customer confirms what their bank asked for. */
  authenticate(page: HostedPage, outcome?: 'confirms' | 'refuses'): Promise<void>
  /** The customer leaves; the vendor gives the page up. */
  expire(page: HostedPage): Promise<void>
  /** Moves the vendor's clock: it renews, retries and ends what is due. */
  advance(to: Date | string | number): Promise<void>
  /** The customer's bank disputes a charge, and decides. */
  dispute(charge: string): Promise<void>
  decideDispute(charge: string, outcome: 'won' | 'lost'): Promise<void>
  /** Somebody cancels the vendor's subscription in its dashboard, now. */
  cancelInDashboard(subscription: string): Promise<void>
  book(): Book
  /** Every webhook the vendor made so far, signed, oldest first; delivering them is up to the test. */
  webhooks(): readonly WebhookRequest[]
  fault(fault: StageFault, times?: number): void
  close(): Promise<void>
}
