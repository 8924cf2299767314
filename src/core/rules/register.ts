/** Registration: the customer exists and is on the default plan. Registering again changes nothing. */
import { type Draft, record, type Verdict } from '../draft.ts'
import { startDefault } from './start.ts'

export function register(draft: Draft): Verdict {
  if (draft.account.registeredAt !== null) return undefined
  record(draft, { type: 'account.registered' })
  for (const group of draft.catalog.defaults.keys())
    if (!draft.account.subscriptions[group]) startDefault(draft, group)
  return undefined
}
