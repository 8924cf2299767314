/**
 * What app authors test their billing with: a clock moved by hand, one customer's world, sentences.
 * @module billwright/testing
 */

export type { Listening, ListenOptions } from './emulator/listen.ts'
export type {
  Book,
  BookedCharge,
  GatewayStage,
  StageCard,
  StageFault,
} from './stage.ts'
export { type Chaos, type ChaosFigures, type ChaosOptions, chaos, type Receiver } from './chaos.ts'
export { type TestClock, testClock } from './clock.ts'
export {
  type Deliveries,
  type DeliveriesOptions,
  type DeliveryAttempt,
  deliveries,
  type EmulatedEvent,
} from './emulator/deliveries.ts'
export { type Emulator, type EmulatorOptions, emulator } from './emulator/emulator.ts'
export { type HmacOptions, hmac } from './emulator/hmac.ts'
export { type HostedPageOptions, hostedPage } from './emulator/hosted-page.ts'
export { escapeHtml, type Html, html } from './emulator/html.ts'
export {
  type IdempotencyKeys,
  idempotencyKeys,
  type KeyedRequest,
} from './emulator/idempotency-keys.ts'
export { countingIds, type NextId } from './emulator/ids.ts'
export { parseBody } from './emulator/parse-body.ts'
export { pdf } from './emulator/pdf.ts'
export {
  type LimitReached,
  type RateLimit,
  type RateLimiter,
  rateLimiter,
} from './emulator/rate-limit.ts'
export { type Call, type Handler, type Routes, router } from './emulator/router.ts'
export {
  type Outgoing,
  standardWebhookSigner,
  type WebhookSigner,
} from './emulator/sign-webhook.ts'
export {
  type CaseCatalogOptions,
  type CaseSetup,
  type CaseStage,
  caseCatalog,
  type GatewayCase,
  gatewayCases,
} from './gateway-cases.ts'
export { type Given, type GivenOptions, given, type Then } from './given.ts'
export {
  canRun,
  runScenario,
  SCENARIO_CUSTOMER,
  type Scenario,
  type ScenarioBill,
  type ScenarioCommand,
  type ScenarioEnd,
  type ScenarioRun,
  type ScenarioStep,
  scenarioProduct,
  scenarios,
} from './scenarios.ts'
export { type StorageCase, storageCases } from './storage-cases.ts'
export {
  type Asked,
  card,
  type Outcome,
  type PayOptions,
  type World,
  type WorldOptions,
  world,
} from './world.ts'
