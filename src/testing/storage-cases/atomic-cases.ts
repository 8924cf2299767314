/** All of a change or nothing of it, in every table. */

import type { Account } from '../../core/index.ts'
import type { Change, LoadQuery, Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import {
  at,
  claim,
  committed,
  credited,
  delivery,
  done,
  effect,
  effectRow,
  first,
  invoiceRow,
  next,
  notice,
  payment,
  step,
  subscription,
} from './build.ts'
import { dump } from './dump.ts'
import { equal } from './expect.ts'

export const atomicCases: Cases = {
  'what one change writes is all there in the next load and in the lists': async (storage) => {
    const account = await withLeasedEffect(storage)
    const change = everything(account)
    await committed(storage, change)
    const loaded = await storage.load({ by: { account: 'a' }, ...LOOKED_AT })
    equal(
      loaded,
      {
        account: change.account,
        usage: [{ feature: 'queries', window: 0, used: 3 }],
        command: change.command,
        delivery: { state: 'done', bodyHash: 'hash of d' },
        taken: [],
        payments: change.payments,
      },
      'what the load shows',
    )
    const page = { limit: 10 }
    equal((await storage.payments('a', page)).items, change.payments, 'payments')
    equal((await storage.invoices('a', page)).items, change.invoices, 'invoices')
    equal((await storage.notices('a', page)).items, change.notices, 'notices')
    equal((await storage.audit('a', page)).items, [change.audit], 'audit')
    equal((await storage.subscriptions({}, page)).items, change.subscriptions, 'subscriptions')
    const deliveries = await storage.deliveries({ state: 'done' }, page)
    equal(deliveries.items, [change.delivery], 'deliveries')
    equal(await storage.effect('new'), effectRow('new'), 'the new effect')
    equal((await storage.effect('leased'))?.state, 'done', 'the state of the settled effect')
    equal(await storage.due({ now: at(9), limit: 10 }), ['a'], 'accounts that are due')
    const byClaim = await storage.load({ by: { claims: ['mine'] } })
    equal(byClaim.account?.id, 'a', 'the holder of the claim')
    const { items } = await storage.journal('a', page)
    equal(
      items.map(({ seq, event }) => [seq, event]),
      [
        [3, credited(2)],
        [2, credited(1)],
        [1, { type: 'account.registered', at: at(0) }],
      ],
      'the journal, newest first',
    )
  },

  'a change with a taken claim leaves nothing behind': async (storage) => {
    const account = await withLeasedEffect(storage)
    await committed(storage, first('b', { claims: ['theirs'] }))
    const change = { ...everything(account), claims: ['mine', 'theirs'] }
    await leavesNothing(storage, change, { outcome: 'taken', claim: 'theirs' })
  },

  'a change on an old version leaves nothing behind': async (storage) => {
    const account = await withLeasedEffect(storage)
    const newer = await committed(storage, next(account))
    equal(newer.version, 2, 'the version that is stored')
    await leavesNothing(storage, everything(account), { outcome: 'conflict' })
  },

  'a change of an account that does not exist leaves nothing behind': async (storage) => {
    const change = everything(first('a').account)
    await leavesNothing(storage, change, { outcome: 'conflict' })
  },

  'a change with an applied delivery leaves nothing behind': async (storage) => {
    const account = await withLeasedEffect(storage)
    await storage.park(delivery('d', { state: 'done', nextAt: null, bodyHash: 'before' }))
    const answer = { outcome: 'duplicate', what: 'delivery' }
    await leavesNothing(storage, everything(account), answer)
  },

  'a change with a used command key leaves nothing behind': async (storage) => {
    const account = await withLeasedEffect(storage)
    const used = { account: 'a', key: 'key', hash: 'before', effects: [], at: at(0) }
    const after = await committed(storage, next(account, { command: used }))
    const answer = { outcome: 'duplicate', what: 'command' }
    await leavesNothing(storage, everything(after), answer)
  },
}

const LOOKED_AT: Omit<LoadQuery, 'by'> = {
  command: 'key',
  delivery: { gateway: 'bank', id: 'd' },
  taken: ['mine'],
  payments: [{ gateway: 'bank', id: 'p' }],
}

/** An account `a` with an effect that the worker `w` has leased. */
async function withLeasedEffect(storage: Storage): Promise<Account> {
  const account = await committed(storage, first('a', { effects: [effect('leased')] }))
  const claimed = await storage.claimEffects(claim('w', at(0)))
  equal(claimed.length, 1, 'leased effects')
  return account
}

/** A change that writes into every table. */
function everything(account: Account): Change {
  return step(account, [credited(1), credited(2)], {
    nextActionAt: at(9),
    effects: [effect('new')],
    settled: [done('leased', 'w')],
    payments: [payment('p')],
    invoices: [invoiceRow('i')],
    notices: [notice('n')],
    subscriptions: [subscription('a', 'default')],
    claims: ['mine'],
    usage: [{ feature: 'queries', window: 0, by: 3 }],
    delivery: delivery('d', { state: 'done', account: 'a', nextAt: null }),
    command: { account: 'a', key: 'key', hash: 'hash', effects: ['new'], at: at(0) },
    audit: {
      id: 'audit_1',
      account: 'a',
      at: at(0),
      actor: 'operator',
      action: 'grant_credit',
      input: { amount: 3 },
      versionBefore: account.version,
      versionAfter: account.version + 2,
    },
  })
}

async function leavesNothing(storage: Storage, change: Change, answer: unknown): Promise<void> {
  const before = await dump(storage, ['a', 'b'], LOOKED_AT)
  equal(await storage.commit(change), answer, 'the answer to the change')
  equal(await dump(storage, ['a', 'b'], LOOKED_AT), before, 'everything after the refused change')
}
