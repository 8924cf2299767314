/** What an earlier attempt of an effect did, by its key. */
import type { Gateway } from 'billwright'
import type { Read } from './read.ts'
import { answer } from './answer.ts'

/** Shows what the request made as it is now, not as it was answered then. */
export function find(gateway: string, read: Read): Gateway['find'] {
  return async (effect, context) => {
    // Once for the header that carried it, once for the path.
    const key = encodeURIComponent(encodeURIComponent(effect.key))
    const data = await read(`/v1/requests/${key}`, context)
    return data === null ? null : answer(gateway, effect, data)
  }
}
