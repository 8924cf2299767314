/** Reading from the sandbox: an object or a list by its path. */
import type { PerformContext } from 'billwright'
import type { Transport } from './transport.ts'

/** The reply to a read; `null` where the sandbox has nothing under that path. */
export type Read = (path: string, context: PerformContext) => Promise<unknown>

export function reading(call: Transport): Read {
  return async (path, { signal }) => {
    const reply = await call({ method: 'GET', path, signal })
    return reply.ok ? reply.data : null
  }
}

export interface ReadList {
  readonly data: readonly unknown[]
  readonly cursor: string | null
}

/** A list as the sandbox writes it; anything else is an empty one. */
export function listOf(reply: unknown): ReadList {
  if (typeof reply !== 'object' || reply === null || !('data' in reply))
    return { data: [], cursor: null }
  const cursor = 'cursor' in reply && typeof reply.cursor === 'string' ? reply.cursor : null
  return { data: Array.isArray(reply.data) ? reply.data : [], cursor }
}
