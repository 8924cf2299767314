import type { ObservedStatement } from 'billwright/sqlite'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import {
  at,
  claim,
  delivery,
  done,
  effect,
  first,
  invoiceRow,
  milestone,
  next,
  notice,
  payment,
  subscription,
  using,
} from '../../src/testing/storage-cases/build.ts'

/** A migrated storage and the statements that it ran since then. */
async function counted() {
  const seen: ObservedStatement[] = []
  const database = new Database(':memory:')
  const storage = sqlite({ database, observe: (statement) => seen.push(statement) })
  await storage.migrate()
  seen.length = 0
  return { storage, database, seen }
}

/** Statements on their own, and transactions with how many statements stand in them. */
function trips(seen: readonly ObservedStatement[]) {
  const single = seen.filter(({ kind }) => kind === 'statement').length
  const transactions = seen.filter(({ sql }) => sql === 'begin immediate').length
  return { single, transactions, inside: seen.length - single - 2 * transactions }
}

const everything = first('a', {
  nextActionAt: at(1),
  effects: [effect('e1'), effect('e2')],
  settled: [done('e1', null)],
  payments: [payment('p1'), payment('p2')],
  invoices: [invoiceRow('i1', { series: 'INV' })],
  notices: [notice('n1')],
  subscriptions: [subscription('a', 'one'), subscription('a', 'two')],
  milestones: [milestone('a'), milestone('a', { part: 1 })],
  claims: ['c1', 'c2'],
  releases: ['c3'],
  usage: [{ feature: 'queries', window: 0, by: 2 }],
  delivery: delivery('d1', { state: 'done' }),
  command: { account: 'a', key: 'k1', hash: 'h', effects: ['e1'], at: at(0) },
  audit: {
    ...{ id: 'au1', account: 'a', at: at(0), actor: null, action: 'subscribe', input: {} },
    ...{ versionBefore: 0, versionAfter: 1 },
  },
})

describe('statements of the hot paths', () => {
  it('loads everything a decision needs in one statement', async () => {
    const { storage, seen } = await counted()
    await storage.commit(everything)
    seen.length = 0
    await storage.load({
      by: { claims: ['c0', 'c1'] },
      command: 'k1',
      delivery: { gateway: 'bank', id: 'd1' },
      taken: ['c1'],
      payments: [{ gateway: 'bank', id: 'p1' }],
    })
    expect(trips(seen)).toEqual({ single: 1, transactions: 0, inside: 0 })
  })

  it('loads by account id in one statement', async () => {
    const { storage, seen } = await counted()
    await storage.load({ by: { account: 'a' } })
    expect(trips(seen)).toEqual({ single: 1, transactions: 0, inside: 0 })
  })

  it('commits an event in one transaction of three statements', async () => {
    const { storage, seen } = await counted()
    await storage.commit(first('a'))
    expect(trips(seen)).toEqual({ single: 0, transactions: 1, inside: 3 })
  })

  it('commits every kind of row in one transaction', async () => {
    const { storage, seen } = await counted()
    await storage.commit(everything)
    expect(trips(seen)).toEqual({ single: 0, transactions: 1, inside: 18 })
  })

  it('keeps the number of statements when there are more rows of a kind', async () => {
    const { storage, seen } = await counted()
    const many = Array.from({ length: 50 }, (_, n) => `${n}`)
    await storage.commit(first('a', { notices: [notice('0')], effects: [effect('0')] }))
    const few = trips(seen)
    seen.length = 0
    await storage.commit(
      first('b', { notices: many.map((id) => notice(id)), effects: many.map((id) => effect(id)) }),
    )
    expect(trips(seen)).toEqual(few)
  })

  it('refuses a commit that nothing of was written, and looks once to say why', async () => {
    const { storage, seen } = await counted()
    await storage.commit(everything)
    seen.length = 0
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'conflict' })
    expect(trips(seen)).toEqual({ single: 1, transactions: 1, inside: 1 })
  })

  it('counts usage in one statement', async () => {
    const { storage, seen } = await counted()
    await storage.use(using({ limit: 5, version: 0 }))
    await storage.use(using({ limit: 5, version: 0 }))
    expect(trips(seen)).toEqual({ single: 2, transactions: 0, inside: 0 })
  })

  it('looks a second time only when usage was refused', async () => {
    const { storage, seen } = await counted()
    expect(await storage.use(using({ limit: 0 }))).toEqual({ outcome: 'limit', used: 0 })
    expect(trips(seen)).toEqual({ single: 2, transactions: 0, inside: 0 })
  })

  it('counts usage under a key or a reservation in one transaction', async () => {
    const { storage, seen } = await counted()
    await storage.use(using({ key: 'k' }))
    expect(trips(seen)).toEqual({ single: 0, transactions: 1, inside: 3 })
    seen.length = 0
    await storage.use(using({ reservation: { id: 'r', expiresAt: at(9) } }))
    expect(trips(seen)).toEqual({ single: 0, transactions: 1, inside: 3 })
  })

  it('gives back, sets, claims, settles, parks, leases and reads in one statement each', async () => {
    const { storage, seen } = await counted()
    const counter = { account: 'a', feature: 'queries', window: 0 }
    const page = { limit: 10 }
    const calls = [
      () => storage.release({ ...counter, amount: 1, key: null, at: at(0) }),
      () => storage.setUsage({ ...counter, used: 3 }),
      () => storage.due({ now: at(0), limit: 10 }),
      () => storage.due({ now: at(0), limit: 10, leaseUntil: at(1) }),
      () => storage.claimEffects(claim('w', at(0))),
      () => storage.claimEffects({ ...claim('w', at(0)), keys: ['e'] }),
      () => storage.settleEffect(done('e', 'w')),
      () => storage.effect('e'),
      () => storage.numberInvoices({ limit: 10 }),
      () => storage.park(delivery('d')),
      () => storage.claimDeliveries(claim('w', at(0))),
      () => storage.pruneDeliveries({ before: at(0), limit: 10 }),
      () => storage.accounts(page),
      () => storage.journal('a', page),
      () => storage.audit(null, page),
      () => storage.payments('a', page),
      () => storage.invoices('a', page),
      () => storage.notices('a', page),
      () => storage.readNotices('a', ['n'], at(0)),
      () => storage.subscriptions({ status: ['active', 'paused'] }, page),
      () => storage.effects({ state: 'done' }, page),
      () => storage.deliveries({ state: 'dead' }, page),
      () => storage.subscriptionSums(),
      () => storage.milestoneSums({ kinds: ['started'], bounds: [at(0), at(1), at(2)] }),
      () => storage.paymentSums({ bounds: [at(0), at(1), at(2)] }),
      () => storage.health(at(0)),
      () => storage.lease({ name: 'job', owner: 'w', now: at(0), until: at(1) }),
    ]
    for (const call of calls) {
      seen.length = 0
      await call()
      expect([`${call}`, trips(seen)]).toEqual([
        `${call}`,
        { single: 1, transactions: 0, inside: 0 },
      ])
    }
  })

  it('numbers any number of invoices in one transaction', async () => {
    const { storage, seen } = await counted()
    const row = (id: number) => invoiceRow(`${id}`, { series: 'INV' })
    await storage.commit(first('a', { invoices: [row(1), row(2)] }))
    await storage.numberInvoices({ limit: 10 })
    await storage.commit(first('b', { invoices: [row(3), row(4), row(5)] }))
    seen.length = 0
    expect(await storage.numberInvoices({ limit: 10 })).toBe(3)
    // One look before; then what waits, the last number, its move, and three numbers.
    expect(trips(seen)).toEqual({ single: 1, transactions: 1, inside: 6 })
  })

  it('tells who paid at two instants in two statements', async () => {
    const { storage, seen } = await counted()
    await storage.customerSums({ from: at(0), to: at(1) })
    expect(trips(seen)).toEqual({ single: 2, transactions: 0, inside: 0 })
  })

  it('asks one statement to find that there is nothing to migrate', async () => {
    const { storage, seen } = await counted()
    await storage.migrate()
    expect(trips(seen)).toEqual({ single: 1, transactions: 0, inside: 0 })
  })
})

describe('indexes', () => {
  it('finds the rows of every statement without reading a whole table', async () => {
    const { storage, database, seen } = await counted()
    await storage.commit(everything)
    await storage.commit(next(everything.account))
    await use(storage)
    const statements = [...new Set(seen.map(({ sql }) => sql))].filter((sql) => /\?/.test(sql))
    expect(statements.length).toBeGreaterThan(35)
    expect(statements.flatMap((sql) => scans(database, sql))).toEqual([])
  })

  it('reads a whole table, once, only to count who pays', async () => {
    const { storage, database, seen } = await counted()
    await storage.commit(everything)
    seen.length = 0
    await storage.subscriptionSums()
    await storage.customerSums({ from: at(0), to: at(1) })
    const found = seen.flatMap(({ sql }) => scans(database, sql))
    expect(found).toEqual(['SCAN billwright_milestones'])
  })

  it('would notice a statement that reads a whole table', async () => {
    const { database } = await counted()
    const sql = 'select * from billwright_invoices where payment = ?'
    expect(scans(database, sql)).toEqual(['SCAN billwright_invoices'])
  })
})

async function use(storage: ReturnType<typeof sqlite>): Promise<void> {
  const page = { limit: 10 }
  await storage.load({ by: { claims: ['c1'] } })
  await storage.load({ by: { account: 'a' } })
  await storage.use(using({ key: 'k', reservation: { id: 'r', expiresAt: at(9) } }))
  await storage.use(using({ key: 'k', reservation: { id: 'r', expiresAt: at(9) } }))
  await storage.expireReservations({ now: at(10), limit: 10 })
  await storage.settleReservation({ account: 'a', id: 'r', amount: 0, now: at(0) })
  await storage.claimEffects(claim('w', at(0)))
  await storage.claimEffects({ ...claim('w', at(0)), keys: ['e'] })
  await storage.effect('e')
  await storage.claimDeliveries(claim('w', at(0)))
  await storage.pruneDeliveries({ before: at(9), limit: 10 })
  await storage.accounts({ ...page, after: '["a"]' })
  await storage.journal('a', page)
  await storage.audit(null, page)
  await storage.audit('a', page)
  await storage.payments('a', page)
  await storage.invoices('a', page)
  await storage.notices('a', page)
  await storage.notices('a', { ...page, unread: true })
  await storage.readNotices('a', ['n'], at(0))
  await storage.subscriptions({ status: ['active'] }, page)
  await storage.subscriptions({ plan: 'pro' }, { ...page, after: '["a","one"]' })
  await storage.effects({ state: 'done' }, page)
  await storage.deliveries({ state: 'dead' }, page)
  await storage.numberInvoices({ limit: 10 })
  await storage.milestoneSums({ kinds: ['started', 'stopped'], bounds: [at(0), at(1), at(2)] })
  await storage.paymentSums({ bounds: [at(0), at(1), at(2)] })
  await storage.due({ now: at(0), limit: 10 })
  await storage.due({ now: at(0), limit: 10, leaseUntil: at(1) })
  await storage.health(at(0))
  await storage.lease({ name: 'job', owner: 'w', now: at(0), until: at(1) })
}

/** The tables that a statement reads from end to end, in the engine's own words. */
function scans(database: Database.Database, sql: string): readonly string[] {
  const values = Array.from(sql.matchAll(/\?/g), () => 1)
  const plan = database.prepare(`explain query plan ${sql}`).all(...values)
  return plan
    .map((step) => (step as { readonly detail: string }).detail)
    .filter((detail) => /^SCAN billwright_\w+$/.test(detail))
}
