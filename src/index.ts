/**
 * Provider-agnostic subscription billing: what an app declares, and the words it is declared with.
 * @module billwright
 */

export type * from './bill.ts'
export type { Guarding, GuardOptions } from './http/index.ts'
export type { JobEngine, JobService } from './job-engine.ts'
export type * from './options.ts'
export type {
  AuditRow,
  Bounds,
  Change,
  ClaimQuery,
  CommandRow,
  CommitResult,
  CustomerSums,
  DeliveryRow,
  DeliveryState,
  DueQuery,
  EffectRow,
  EffectState,
  HookCall,
  InvoiceRow,
  JournalRow,
  Json,
  Loaded,
  LoadQuery,
  MilestoneKind,
  MilestoneRow,
  MilestoneSum,
  MilestoneTerms,
  NewEffect,
  NoticeRow,
  OutboxEffect,
  Page,
  PageQuery,
  PaymentSum,
  QueueHealth,
  RecurringSum,
  ReleaseRequest,
  Settlement,
  Storage,
  StorageHealth,
  SubscriptionFilter,
  SubscriptionRow,
  SubscriptionSum,
  UsageDelta,
  UsageRequest,
  UsageResult,
  UsageRow,
  WrittenInvoice,
} from './storage.ts'
export { billing } from './billing.ts'
export {
  type AddOn,
  type Amount,
  addOn,
  type Catalog,
  type CatalogOptions,
  type Coupon,
  catalog,
  coupon,
  days,
  every,
  type FeatureValue,
  flag,
  type Interval,
  limit,
  type Money,
  meter,
  monthly,
  type Plan,
  type Policies,
  type Price,
  plan,
  value,
  yearly,
} from './core/index.ts'
export {
  BillingError,
  ERRORS,
  type ErrorCode,
  type ErrorDetail,
  type ErrorKind,
  REFUSALS,
  type Refusal,
  type RefusalCode,
} from './errors.ts'
export {
  type Dedupe,
  type Delivery,
  type EffectHandlers,
  type FailureDetail,
  type Gateway,
  type GatewayCapabilities,
  type GatewayRef,
  gatewayConfigError,
  type HostedPage,
  invalidSignature,
  type ListPage,
  type ListQuery,
  notDone,
  type Operation,
  outcomeUnknown,
  type PerformContext,
  type Performed,
  performWith,
  refusedEffect,
  type Support,
  type Thing,
  type WebhookRequest,
} from './gateway.ts'
export { answerError, guard, guardSubscription } from './http/index.ts'
export { type Clock, type Log, type LogLine, systemClock } from './ports.ts'
export { standardWebhookKeys, verifyStandardWebhook } from './standard-webhook.ts'
export { MOVEMENTS } from './storage.ts'
export {
  assertRecent,
  assertSigned,
  type SignedMessage,
  webhookHeader,
} from './webhook-signature.ts'
