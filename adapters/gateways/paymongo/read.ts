/** Reading from PayMongo: an object by its path, and lists a page at a time. */
import type { PerformContext } from 'billwright'
import type { Transport } from './transport.ts'

/** The most that one reply holds. */
const LIMIT = 100

export interface Read {
  /** `null` where there is nothing under that path. */
  one(path: string, context: PerformContext): Promise<unknown>
  list(path: string, after: string | null, context: PerformContext): Promise<ReadList>
}

export interface ReadList {
  readonly data: readonly unknown[]
  readonly hasMore: boolean
}

export function reading(call: Transport): Read {
  return {
    async one(path, { signal }) {
      const reply = await call({ method: 'GET', path, signal })
      return reply.ok ? reply.data : null
    },
    async list(path, after, { signal }) {
      const query = new URLSearchParams({ limit: String(LIMIT) })
      if (after !== null) query.set('after', after)
      const reply = await call({ method: 'GET', path: `${path}?${query}`, signal })
      if (!reply.ok || !Array.isArray(reply.data)) return { data: [], hasMore: false }
      return { data: reply.data, hasMore: reply.hasMore }
    },
  }
}
