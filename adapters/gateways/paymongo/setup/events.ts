import { READERS } from '../translate.ts'

/** Read where they come, though no webhook need have them: names that not every account is offered. */
const NOT_EVERYWHERE: ReadonlySet<string> = new Set([
  ...['refund.succeeded', 'refund.updated', 'dispute.created', 'dispute.resolved'],
])

/** The events that a webhook must have: what the adapter takes facts from in every account. */
export const EVENTS: readonly string[] = Array.from(READERS.keys()).filter(
  (type) => !NOT_EVERYWHERE.has(type),
)
