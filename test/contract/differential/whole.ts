import type { CustomerSums, Storage } from 'billwright'
import { MOVEMENTS } from 'billwright'
import { at } from '../../../src/testing/storage-cases/build.ts'
import {
  ACCOUNTS,
  byFeature,
  CLAIMS,
  COMMANDS,
  DELIVERIES,
  EFFECTS,
  inOrder,
  PAYMENTS,
} from './operations.ts'
import { allPages } from './pages.ts'

/** Everything that a storage shows through its reads. */
export async function whole(storage: Storage): Promise<unknown> {
  const effects = ['waiting', 'unknown', 'done', 'refused', 'parked'] as const
  const deliveries = ['done', 'parked', 'dead'] as const
  return {
    accounts: await allPages((page) => storage.accounts(page), 3),
    each: await each(ACCOUNTS, (account) => ofAccount(storage, account)),
    marks: await each(DELIVERIES, (id) =>
      storage.load({ by: { claims: [] }, delivery: { gateway: 'other', id }, taken: CLAIMS }),
    ),
    holders: await each(CLAIMS, async (claim) => {
      const { account } = await storage.load({ by: { claims: [claim] } })
      return account?.id
    }),
    audit: await allPages((page) => storage.audit(null, page), 2),
    subscriptions: await allPages((page) => storage.subscriptions({}, page), 2),
    effect: await each(EFFECTS, (key) => storage.effect(key)),
    effects: await each(effects, (state) =>
      allPages((page) => storage.effects({ state }, page), 2),
    ),
    deliveries: await each(deliveries, (state) =>
      allPages((page) => storage.deliveries({ state }, page), 2),
    ),
    sums: inOrder(await storage.subscriptionSums()),
    milestones: inOrder(
      await storage.milestoneSums({ kinds: MOVEMENTS, bounds: [at(0), at(10), at(100)] }),
    ),
    payments: inOrder(await storage.paymentSums({ bounds: [at(0), at(10), at(100)] })),
    customers: await storage.customerSums({ from: at(10), to: at(100) }).then(whoPaid),
    due: await storage.due({ now: at(100), limit: 100 }),
    health: await storage.health(at(100)),
  }
}

async function ofAccount(storage: Storage, account: string): Promise<unknown> {
  const payments = PAYMENTS.map((id) => ({ gateway: 'bank', id }))
  const loaded = await storage.load({ by: { account }, taken: CLAIMS, payments })
  return {
    ...loaded,
    usage: byFeature(loaded.usage),
    commands: await each(COMMANDS, async (command) => {
      const { command: row } = await storage.load({ by: { account }, command })
      return row
    }),
    journal: await allPages((page) => storage.journal(account, page), 2),
    audit: await allPages((page) => storage.audit(account, page), 2),
    payments: await allPages((page) => storage.payments(account, page), 2),
    invoices: await allPages((page) => storage.invoices(account, page), 2),
    notices: await allPages((page) => storage.notices(account, page), 2),
  }
}

function whoPaid({ lost, ...customers }: CustomerSums) {
  return { ...customers, lost: inOrder(lost) }
}

async function each<Name, Found>(
  names: readonly Name[],
  find: (name: Name) => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const name of names) found.push(await find(name))
  return found
}
