/** What an operator does with what got stuck: look, try again, give up. */
import type { Bill, PageOptions, Received } from '../bill.ts'
import type { DeliveryRow, PageQuery } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { BillingError } from '../errors.ts'
import { replay } from './inbox.ts'
import { claimKeys, performRow } from './outbox.ts'

const DEFAULT_LIMIT = 50
/** The longest page of a list. */
export const LARGEST_LIMIT = 200

/** A page as the storage takes it. Throws `bad_request` for a limit outside 1 … 200. */
export function pageOf({ limit = DEFAULT_LIMIT, after }: PageOptions = {}): PageQuery {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > LARGEST_LIMIT)
    throw new BillingError('request', 'bad_request', `limit must be 1 to ${LARGEST_LIMIT}.`)
  return { limit, ...(after !== undefined && { after }) }
}

export function operations(runtime: Runtime): Bill['operations'] {
  const { storage } = runtime
  return {
    async deliveries(state, page) {
      const found = await storage.deliveries({ state }, pageOf(page))
      const items = found.items.map(({ gateway, id, error }) => ({ gateway, id, error }))
      return { items, next: found.next }
    },
    async replay(delivery): Promise<Received> {
      return replay(runtime, await waitingDelivery(runtime, delivery))
    },
    async dropDelivery(delivery) {
      const row = await waitingDelivery(runtime, delivery)
      const settled = { nextAt: null, leaseOwner: null, leaseUntil: null } as const
      await storage.park({ ...row, ...settled, state: 'done', error: 'dropped' })
    },
    async effects(state, page) {
      const found = await storage.effects({ state }, pageOf(page))
      const items = found.items.map(({ key, account, error }) => ({ key, account, error }))
      return { items, next: found.next }
    },
    async retryEffect(key) {
      const row = await storage.effect(key)
      if (!row) throw new BillingError('request', 'not_found', 'No effect has that key.')
      const { answer, error, sent } = row
      const again = { key, owner: null, sent, answer, error }
      const now = runtime.ports.clock.now()
      await storage.settleEffect({ ...again, state: sent ? 'unknown' : 'waiting', nextAt: now })
      const [mine] = await claimKeys(runtime, [key])
      if (mine) await performRow(runtime, mine)
    },
    async dropEffect(key) {
      const error = { code: 'dropped' }
      const settled = { key, owner: null, sent: true, nextAt: null, answer: null, error }
      await storage.settleEffect({ ...settled, state: 'refused' })
    },
  }
}

/** A delivery that was parked or given up. Throws `not_found` when there is none. */
async function waitingDelivery(
  { storage }: Runtime,
  { gateway, id }: Pick<DeliveryRow, 'gateway' | 'id'>,
): Promise<DeliveryRow> {
  for (const state of ['parked', 'dead'] as const)
    for (let after: string | undefined; ; ) {
      const page = await storage.deliveries({ state }, { limit: 200, ...(after && { after }) })
      const row = page.items.find((each) => each.gateway === gateway && each.id === id)
      if (row) return row
      if (page.next === null) break
      after = page.next
    }
  throw new BillingError('request', 'not_found', 'No delivery that waits has that id.')
}
