/**
 * The rules of subscription billing as pure functions: no clock, no randomness, no I/O.
 * @module billwright/core
 */

export type { CatalogOptions, GatewayProfile } from './catalog-options.ts'
export type { BillingEvent } from './event.ts'
export type {
  Command,
  FeatureUsage,
  ForeignSubscription,
  GatewayEvent,
  Input,
  MethodCheck,
  Observation,
  PaymentFact,
  PaymentSubject,
  Quote,
  Resource,
  Tick,
  Usage,
} from './input.ts'
export { type Access, type AccessReason, accessOf } from './access.ts'
export { type Allowance, allowances } from './allowance.ts'
export { BillingError, type ErrorDetail, type ErrorKind } from './billing-error.ts'
export {
  type Alignment,
  addDays,
  alignedAnchor,
  boundary,
  daysBetween,
  type IndexedPeriod,
  type Interval,
  periodAt,
} from './calendar.ts'
export {
  type Catalog,
  catalog,
  type Feature,
  type FeatureOf,
  type IdOf,
  shownTitle,
  titleOf,
} from './catalog.ts'
export { isCurrency, minorUnits } from './currency.ts'
export { type Decision, decide } from './decide.ts'
export { type DescribeOptions, describe, formatDate, formatMoney } from './describe.ts'
export {
  type DunningStage,
  dunningDates,
  dunningOf,
  dunningStage,
  type StageOptions,
  type Unsettled,
} from './dunning.ts'
export { type Effect, effectKey, type GatewayEffect } from './effect.ts'
export {
  crossing,
  type Entitlement,
  type EntitlementReason,
  type Entitlements,
  meterWindow,
} from './entitlement.ts'
export { entitlements } from './entitlements.ts'
export { evolve } from './evolve.ts'
export {
  type Amount,
  type FeatureValue,
  flag,
  type Grant,
  type LimitOptions,
  type ListedResource,
  type ListResources,
  limit,
  meter,
  value,
} from './feature.ts'
export { type Excess, excessOf, toArchive } from './fit.ts'
export { DAY, HOUR, type Instant, instant, type Period } from './instant.ts'
export { periodAmount, recurringAmount, spendsCredit } from './invoice.ts'
export { allocate, type Money, percentOf, roundHalfAwayFromZero } from './money.ts'
export { nextCharge } from './next-charge.ts'
export { NOTICES, type Notice, type NoticeName } from './notice.ts'
export {
  type AddOn,
  addOn,
  type Coupon,
  coupon,
  days,
  every,
  monthly,
  type Plan,
  plan,
  type TrialOffer,
  yearly,
} from './plan.ts'
export { type PlanAction, planActions } from './plan-actions.ts'
export {
  DEFAULT_POLICIES,
  type DunningPolicy,
  type Policies,
  type PolicyOptions,
} from './policies.ts'
export { type Preview, preview } from './preview.ts'
export { type ChangeDirection, changeDirection, type Price, perMonths } from './price.ts'
export { type ChangeProration, changeProration, type Granularity, prorate } from './proration.ts'
export { REFUSALS, type Refusal, type RefusalCode, refuse } from './refusal.ts'
export { type Due, nextActionAt, nextDue } from './schedule.ts'
export { type Settled, settle } from './settle.ts'
export {
  type Account,
  type Checkout,
  DECLINE_CODES,
  type Decline,
  emptyAccount,
  type Incident,
  type Invoice,
  isLive,
  isUnbought,
  type Line,
  type LiveSubscription,
  type Payment,
  type PaymentMethod,
  type PendingChange,
  type Renewals,
  type Status,
  type Subscription,
  type Terms,
} from './state.ts'
export { toLocal } from './zone.ts'
