/** Billing over HTTP: one handler from `Request` to `Response`, and guards for the app's own routes. */

export type { HttpSettings } from './settings.ts'
export { answerError, type Guarding, type GuardOptions, guard, guardSubscription } from './guard.ts'
export { createHandler, type Handler } from './handler.ts'
