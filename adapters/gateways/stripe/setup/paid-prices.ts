/** Which prices somebody pays, or is about to: those must not be archived. */
import type { Comparing } from './comparing.ts'
import { idAt, listAt, textAt } from '../fields.ts'

/** When in doubt, a price counts as paid. */
export async function paidPrices(
  { call, read, context }: Pick<Comparing, 'call' | 'read' | 'context'>,
  prices: readonly unknown[],
): Promise<ReadonlySet<string>> {
  const ids = prices.map((each) => textAt(each, 'id') ?? '')
  if (ids.length === 0) return new Set()
  // A subscription that changes at its period's end names the price of then in its schedule.
  const schedules = await read.all(context, (stripe, page) =>
    stripe.subscriptionSchedules.list(page),
  )
  const open = schedules.filter((each) => !OVER.has(textAt(each, 'status') ?? ''))
  const planned = new Set(open.flatMap(pricesOf))
  const paid = new Set<string>()
  for (const id of ids) {
    const query = { price: id, limit: 1 }
    const { signal } = context
    const reply = await call({ signal, key: null }, (stripe) => stripe.subscriptions.list(query))
    const runs = !reply.ok || listAt(reply.data, 'data').length > 0
    if (runs || planned.has(id)) paid.add(id)
  }
  return paid
}

const OVER = new Set(['canceled', 'completed', 'released'])

function pricesOf(schedule: unknown): readonly (string | null)[] {
  const items = listAt(schedule, 'phases').flatMap((phase) => listAt(phase, 'items'))
  return items.map((item) => idAt(item, 'price'))
}
