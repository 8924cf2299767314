/** Everything that a storage shows of some accounts, to compare before and after. */
import type { LoadQuery, Storage } from '../../storage.ts'
import { MOVEMENTS } from '../../storage-reports.ts'
import { at } from './build.ts'

const ALL = { limit: 1000 }

/** All lists, and of every account its load with `also`. */
export async function dump(
  storage: Storage,
  accounts: readonly string[],
  also: Omit<LoadQuery, 'by'> = {},
): Promise<unknown> {
  const ofAccount = async (account: string) => ({
    loaded: await storage.load({ by: { account }, ...also }),
    journal: await storage.journal(account, ALL),
    payments: await storage.payments(account, ALL),
    invoices: await storage.invoices(account, ALL),
    notices: await storage.notices(account, ALL),
  })
  const states = ['waiting', 'unknown', 'done', 'refused', 'parked'] as const
  const marks = ['done', 'parked', 'dead'] as const
  return {
    accounts: await Promise.all(accounts.map(ofAccount)),
    known: await storage.accounts(ALL),
    audit: await storage.audit(null, ALL),
    subscriptions: await storage.subscriptions({}, ALL),
    effects: await Promise.all(states.map((state) => storage.effects({ state }, ALL))),
    deliveries: await Promise.all(marks.map((state) => storage.deliveries({ state }, ALL))),
    sums: await sums(storage),
    due: await storage.due({ now: at(1_000_000), limit: 1000 }),
    health: await storage.health(at(1_000_000)),
  }
}

async function sums(storage: Storage): Promise<unknown> {
  const bounds = [at(0), at(1_000_000)]
  const kinds = [...MOVEMENTS, 'refunded'] as const
  return {
    subscriptions: inOrder(await storage.subscriptionSums()),
    milestones: inOrder(await storage.milestoneSums({ kinds, bounds })),
    payments: inOrder(await storage.paymentSums({ bounds })),
  }
}

function inOrder(sums: readonly object[]): readonly string[] {
  return sums.map((sum) => JSON.stringify(Object.entries(sum).sort())).sort()
}
