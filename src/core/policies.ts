/** The rules an app may choose. Every option has a default, stated beside it. */
import type { Alignment } from './calendar.ts'
import type { Granularity } from './proration.ts'

/** Dunning: days count from the first failure of the oldest unpaid invoice. */
export interface DunningPolicy {
  /** Automatic attempts after the first failure. Default `[1, 3, 5]`. */
  readonly retryAfterDays: readonly number[]
  /** Access stays this long. Default 7. */
  readonly graceDays: number
  /** The end of dunning. Default 14. */
  readonly endAfterDays: number
  /** What the end is: cancel, or stay suspended until somebody pays. Default `cancel`. */
  readonly end: 'cancel' | 'keep'
}

export interface Policies {
  /** Zone in which a day is counted. Default `UTC`. */
  readonly timeZone: string
  /** Where a billing period starts. Default `anniversary`. */
  readonly alignment: Alignment
  readonly proration: {
    /** Default `second`. */
    readonly granularity: Granularity
    /** `invoice_now` gates the change on its payment; default. */
    readonly behavior: 'invoice_now' | 'next_invoice' | 'none'
  }
  /** What a downgrade does when more is used than the lower plan allows. Default `choose`. */
  readonly downgradeFit: 'refuse' | 'choose' | 'allow'
  readonly dunning: DunningPolicy
  /** In grace existing things stay; whether more may be used. Default limits `hold`, meters `use`. */
  readonly pastDue: { readonly limits: 'hold' | 'use'; readonly meters: 'hold' | 'use' }
  /** A trial that ends without payment. Default `unpaid`. */
  readonly trialEnd: 'unpaid' | 'cancel' | 'pause' | 'downgrade'
  /**
   * Money for a checkout that was superseded or an invoice that was settled. Default `credit`; a refund
   * where only gateways bill the customer, since nothing would spend the credit.
   */
  readonly strayPayments: 'credit' | 'refund'
  /** What `cancel now` does with the unused part. Default `none`. */
  readonly cancelNow: 'none' | 'credit'
  /** Whether a pause gives the unused part back as credit. Default `credit`. */
  readonly pause: 'none' | 'credit'
  /** Whether an open dispute withholds access. Default `block`. */
  readonly disputes: 'block' | 'keep'
  /** Days before the event a reminder goes out. Defaults 3, 2, 3. */
  readonly reminders: {
    readonly renewalDays: number
    readonly graceEndDays: number
    readonly trialEndDays: number
  }
  /** Hours a checkout stays open. Default 24. */
  readonly checkoutHours: number
  /** Hours the quote of a gated change lives; never past the period end. Default 24. */
  readonly quoteHours: number
  /** Hours access stays when a gateway says nothing about a renewal. Default 72. */
  readonly renewalSlackHours: number
}

/** Policies as an app writes them: any part may be left out. */
export type PolicyOptions = {
  readonly [K in keyof Policies]?: Policies[K] extends string | number | readonly unknown[]
    ? Policies[K]
    : K extends 'alignment'
      ? Policies[K]
      : Partial<Policies[K]>
}

export const DEFAULT_POLICIES: Policies = {
  timeZone: 'UTC',
  alignment: 'anniversary',
  proration: { granularity: 'second', behavior: 'invoice_now' },
  downgradeFit: 'choose',
  dunning: { retryAfterDays: [1, 3, 5], graceDays: 7, endAfterDays: 14, end: 'cancel' },
  pastDue: { limits: 'hold', meters: 'use' },
  trialEnd: 'unpaid',
  strayPayments: 'credit',
  cancelNow: 'none',
  pause: 'credit',
  disputes: 'block',
  reminders: { renewalDays: 3, graceEndDays: 2, trialEndDays: 3 },
  checkoutHours: 24,
  quoteHours: 24,
  renewalSlackHours: 72,
}

/** Fills in what the app left out. */
export function withDefaults(options: PolicyOptions = {}): Policies {
  const given: Record<string, unknown> = { ...DEFAULT_POLICIES }
  for (const [name, value] of Object.entries(options)) {
    const byDefault = given[name]
    given[name] = isRecord(byDefault) && isRecord(value) ? { ...byDefault, ...value } : value
  }
  return given as unknown as Policies
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
