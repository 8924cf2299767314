/**
 * What `npx billwright doctor` and `npx billwright push` ask of a gateway. Findings and differences are
 * data with a sentence for people in them, so that one program prints those of every adapter. None of
 * it ever holds a key or a secret.
 */

import type { Instant, Price } from './core/index.ts'

export interface GatewaySetup {
  /**
   * Looks at the vendor's side: key and mode, webhook endpoint, clock. Changes nothing. What the vendor
   * refuses is a finding; what could not be asked throws as any other call does.
   */
  examine(context: SetupContext): Promise<readonly Finding[]>
  /** Where the vendor keeps products and prices. Without it there is nothing to push. */
  readonly catalog?: VendorCatalog
}

export interface SetupContext {
  readonly now: Instant
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
  /** Where the app takes this gateway's webhooks; `null` when nobody said. */
  readonly webhookUrl: string | null
}

/** One thing that is as it must be, or not. */
export interface Finding {
  /** `warning`: it works, and may not go on to. `problem`: something will fail or be missed. */
  readonly level: 'ok' | 'warning' | 'problem'
  readonly what: string
  /** What to type or click. */
  readonly fix?: string
}

export interface VendorCatalog {
  /** What differs between what the app sells and what the vendor has. Changes nothing. */
  compare(goods: readonly Good[], context: SetupContext): Promise<Comparison>
  /** Does one step of a comparison of the same goods. Doing it twice does no harm. */
  apply(step: CatalogStep, goods: readonly Good[], context: SetupContext): Promise<void>
}

/** A plan or an add-on at one of its prices. */
export interface Good {
  readonly kind: 'plan' | 'add_on'
  readonly id: string
  /** What people read. */
  readonly title: string
  readonly price: Price
  /** Of an add-on that goes with some plans only: which. */
  readonly plans?: readonly string[]
}

export interface Comparison {
  /** In the order in which they are to be done; empty when nothing differs. */
  readonly steps: readonly CatalogStep[]
  /** How many things are as they must be. */
  readonly same: number
  /** What the gateway's options must say for it, as code to paste, where they do not. */
  readonly options?: string
}

/** Nothing is ever deleted, and what running subscriptions are billed by stays as it is: `keep`. */
export interface CatalogStep {
  readonly action: 'create' | 'update' | 'archive' | 'keep'
  readonly thing: 'product' | 'price' | 'add_on'
  /** The vendor's id, or the name that a new thing gets. */
  readonly id: string
  readonly what: string
  /** What it means while it is not done: `problem` when a sale fails or has a wrong amount. */
  readonly level: Finding['level']
  /** What a person must do, where `push` cannot. */
  readonly fix?: string
}
