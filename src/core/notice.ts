/** What the customer is told, as data: typed notices with the facts a template needs. */
import type { Instant } from './instant.ts'

/** Every notice, each with a template and a line in the app's list of notifications. */
export const NOTICES = [
  'activated',
  'payment_succeeded',
  'payment_failed',
  'payment_link',
  'payment_action_required',
  'payment_reminder',
  'grace_ending',
  'suspended',
  'canceled',
  'cancel_scheduled',
  'resumed',
  'limit_approached',
  'limit_reached',
  'renewal_reminder',
  'plan_changed',
  'downgrade_scheduled',
  'resource_archived',
  'trial_started',
  'trial_ending',
  'trial_ended',
  'paused',
  'refunded',
  'payment_method_expiring',
  'price_change',
  'incident',
] as const
export type NoticeName = (typeof NOTICES)[number]

/** One message. `data` is JSON: ids, amounts in minor units, instants; a renderer words it. */
export interface Notice {
  readonly name: NoticeName
  readonly at: Instant
  readonly group: string | null
  readonly data: Readonly<Record<string, unknown>>
  /** Worthless after this instant: a reminder that a late worker must not send any more. */
  readonly staleAfter: Instant | null
}
