/** A whole story of one customer as data, and what must be true in the end. */

import type { Renewals, Status } from '../../core/index.ts'
import type { GatewayCapabilities } from '../../gateway.ts'
import type { StageCard } from '../stage.ts'

/** What somebody asks of the app. */
export type ScenarioCommand =
  | { readonly command: 'register' | 'cancel' | 'resume' | 'retryPayment' | 'updatePaymentMethod' }
  | {
      readonly command: 'subscribe' | 'changePlan'
      readonly plan: string
      readonly coupon?: string
    }
  | { readonly command: 'setQuantity'; readonly quantity: number }
  | { readonly command: 'addOn'; readonly addOn: string; readonly quantity: number }
  /** Of the newest payment; all of it when no amount is given. */
  | { readonly command: 'refund'; readonly amount?: number }

/** One step, at a time by the stage's clock. A step with a time alone lets time pass. */
export interface ScenarioStep {
  /** Days since the story began. */
  readonly day: number
  readonly do?: ScenarioCommand
  /** The customer pays on the page that was opened last, or on the link of the open invoice. */
  readonly pay?: StageCard
  /** What the bank wanted is confirmed. */
  readonly confirm?: 'confirms' | 'refuses'
}

/** How it stands in the end. Amounts are in hundredths of what a month of the plan `basic` costs. */
export interface ScenarioEnd {
  readonly status: Status | 'none'
  readonly plan: string | null
  readonly access: boolean
  readonly ending?: boolean
  /** What the vendor's book shows as taken, one for each charge, in order; refunds apart. */
  readonly taken: readonly number[]
  readonly refunded?: number
}

export interface Scenario {
  readonly name: string
  readonly steps: readonly ScenarioStep[]
  readonly end: ScenarioEnd
  /** The clocks that it can be told with. Default: both. */
  readonly clocks?: readonly Renewals[]
  /** What the gateway must be able to do; without it the scenario is left out. */
  readonly needs?: (capabilities: GatewayCapabilities) => boolean
}
