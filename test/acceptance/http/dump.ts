/** Everything a storage holds, read through its own reads: to compare before and after. */
import type { Page, PageQuery, Storage } from 'billwright'

/** One object with every row of every account and every queue; equal dumps are equal books. */
export async function dump(storage: Storage): Promise<Readonly<Record<string, unknown>>> {
  const accounts = await all((page) => storage.accounts(page))
  const books: Record<string, unknown> = {}
  for (const account of accounts)
    books[account] = {
      loaded: await storage.load({ by: { account } }),
      journal: await all((page) => storage.journal(account, page)),
      payments: await all((page) => storage.payments(account, page)),
      invoices: await all((page) => storage.invoices(account, page)),
      notices: await all((page) => storage.notices(account, page)),
    }
  const effects: Record<string, unknown> = {}
  for (const state of ['waiting', 'unknown', 'done', 'refused', 'parked'] as const)
    effects[state] = await all((page) => storage.effects({ state }, page))
  const deliveries: Record<string, unknown> = {}
  for (const state of ['done', 'parked', 'dead'] as const)
    deliveries[state] = await all((page) => storage.deliveries({ state }, page))
  const audit = await all((page) => storage.audit(null, page))
  const subscriptions = await all((page) => storage.subscriptions({}, page))
  return { books, effects, deliveries, audit, subscriptions }
}

async function all<Item>(read: (page: PageQuery) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  for (let after: string | undefined; ; ) {
    const page = await read({ limit: 200, ...(after && { after }) })
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
  }
}
