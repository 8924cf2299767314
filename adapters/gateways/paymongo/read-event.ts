/** The body of an authentic webhook: the usual envelope, or the newer flat one. */
import { isFields } from './read-resource.ts'

export interface ReadEvent {
  /** `null` when the event does not say. */
  readonly id: string | null
  readonly type: string
  readonly live: boolean | null
  /** The resource that it is about. */
  readonly data: unknown
}

export function readEvent(body: Uint8Array): ReadEvent | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
  const event = isFields(value) ? value.data : undefined
  if (!isFields(event)) return null
  const { id, attributes } = event
  // Flat: the type and the resource stand beside the id.
  const told = isFields(attributes) && typeof attributes.type === 'string' ? attributes : event
  const { type, livemode, data } = told
  if (typeof type !== 'string') return null
  return {
    id: typeof id === 'string' && id !== '' ? id : null,
    type: type.slice(0, 100),
    live: typeof livemode === 'boolean' ? livemode : null,
    data,
  }
}
