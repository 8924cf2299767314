/**
 * What gateway adapters have in common, whichever vendor they speak to: calls that end in a definite
 * answer, a definite «not done» or an unknown outcome, and webhooks that are authentic.
 * @module billwright/vendor
 */
export { boundedFetch, type NetworkFailure, networkFailure, retryAfter } from './calls.ts'
export { standardWebhookKeys, verifyStandardWebhook } from './standard-webhook.ts'
export {
  assertRecent,
  assertSigned,
  type SignedMessage,
  webhookHeader,
} from './webhook-signature.ts'
