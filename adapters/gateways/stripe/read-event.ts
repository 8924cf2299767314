/** The body of an authentic webhook. Authentic is not well-formed: what cannot be read is nothing. */
import { dig, isFields, textAt } from './fields.ts'

export interface StripeEvent {
  readonly id: string
  readonly type: string
  /** `null` when the event does not say. */
  readonly live: boolean | null
  /** The connected account that it is about, when it is about one. */
  readonly account: string | null
  readonly object: unknown
}

export function readEvent(body: Uint8Array): StripeEvent | null {
  try {
    return readEventFields(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
  } catch {
    return null
  }
}

/** An event that was parsed already, as a list holds it. Thin events of the v2 API tell nothing here. */
export function readEventFields(value: unknown): StripeEvent | null {
  if (!isFields(value) || value.object !== 'event') return null
  const [id, type] = [textAt(value, 'id'), textAt(value, 'type')]
  if (id === null || type === null) return null
  const live = typeof value.livemode === 'boolean' ? value.livemode : null
  const account = textAt(value, 'account')
  return { id, type: type.slice(0, 100), live, account, object: dig(value, 'data', 'object') }
}
