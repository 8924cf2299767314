/** Reading from Stripe: one object, or the newest of a list. */
import type { PerformContext } from 'billwright'
import type Stripe from 'stripe'
import type { Fields } from './fields.ts'
import type { Transport } from './transport.ts'
import { listAt, textAt } from './fields.ts'

/** What a page of a list is asked with. */
export interface PageOf {
  readonly limit: number
  readonly starting_after?: string
}

/** Who waits for it. */
type Waiting = Pick<PerformContext, 'signal'>

export interface Read {
  /** The object, or `null` where Stripe has none. */
  one(context: Waiting, run: (stripe: Stripe) => Promise<unknown>): Promise<Fields | null>
  /** Newest first, at most `MAX` of them; a list that is refused is empty. */
  all(
    context: Waiting,
    run: (stripe: Stripe, page: PageOf) => Promise<unknown>,
  ): Promise<readonly unknown[]>
}

const PAGE = 100
const MAX = 1000

export function reading(call: Transport): Read {
  const one: Read['one'] = async ({ signal }, run) => {
    const reply = await call({ signal, key: null }, run)
    return reply.ok ? reply.data : null
  }
  return {
    one,
    async all(context, run) {
      const found: unknown[] = []
      for (let after: string | null = null; found.length < MAX; ) {
        const page = { limit: PAGE, ...(after === null ? {} : { starting_after: after }) }
        const list = await one(context, (stripe) => run(stripe, page))
        const items = listAt(list, 'data')
        found.push(...items)
        after = textAt(items.at(-1), 'id')
        if (list?.has_more !== true || after === null) break
      }
      return found
    },
  }
}
