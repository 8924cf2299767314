/** Billing inside a transaction of the app's: its rows and ours, together or not at all. */
import { memory } from 'billwright/memory'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { afterEach, describe, expect, it } from 'vitest'
import { limit, monthly, plan } from '../../src/index.ts'
import { openShop, type Shop } from '../support/shop.ts'

const listings = limit('listings')
const product = {
  plans: [
    plan('free', { default: true, includes: [listings(1)] }),
    plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(3)] }),
    plan('pro', { price: monthly(99_00, 'USD'), includes: [listings(9)] }),
  ],
}

let shop: Shop | undefined
afterEach(async () => {
  await shop?.close()
})

/** A shop on a database that the app has tables in, too. */
async function appWithTables() {
  const database = new Database(':memory:')
  database.exec('create table listings (name text primary key)')
  const storage = sqlite({ database })
  await storage.migrate()
  shop = await openShop({ product, storage, start: '2025-10-14' })
  const names = () =>
    database
      .prepare('select name from listings order by name')
      .all()
      .map((row) => (row as { readonly name: string }).name)
  const create = (name: string) => database.prepare('insert into listings values (?)').run(name)
  return { database, names, create, ...shop }
}

async function subscribed() {
  const app = await appWithTables()
  const { body } = await app.as('joe').post('/checkout', { plan: 'basic' })
  await app.pay(body.url)
  await app.as('joe').get(`/verify/${body.reference}`)
  return app
}

describe('inside a transaction of the app', () => {
  it('keeps the app’s row and the count of it together', async () => {
    const { database, bill, names, create } = await subscribed()
    database.exec('begin immediate')
    create('Main Street')
    await bill.within(database).use('joe', 'listings')
    database.exec('commit')
    expect(names()).toEqual(['Main Street'])
    expect((await bill.check('joe', 'listings')).used).toBe(1)
  })

  it('undoes both together', async () => {
    const { database, bill, names, create } = await subscribed()
    database.exec('begin immediate')
    create('Main Street')
    await bill.within(database).use('joe', 'listings')
    await bill.within(database).cancel('joe')
    database.exec('rollback')
    expect(names()).toEqual([])
    expect((await bill.check('joe', 'listings')).used).toBe(0)
    expect((await bill.status('joe')).subscription?.ending).toBeNull()
  })

  it('leaves the transaction usable when the rules refuse', async () => {
    const { database, bill, names, create } = await subscribed()
    database.exec('begin immediate')
    create('Main Street')
    await expect(bill.within(database).use('joe', 'listings', 4)).rejects.toMatchObject({
      code: 'limit_reached',
    })
    database.exec('commit')
    expect(names()).toEqual(['Main Street'])
  })

  it('charges an upgrade after the app’s commit, and not before', async () => {
    const { database, bill, emulator, clock } = await subscribed()
    clock.set('2025-10-30')
    const paid = emulator.book().charges.length
    database.exec('begin immediate')
    const outcome = await bill.within(database).changePlan('joe', 'pro')
    expect(outcome.status).toBe('pending')
    expect(emulator.book().charges.length).toBe(paid)
    database.exec('commit')
    await bill.work({ once: true })
    expect(emulator.book().charges.length).toBe(paid + 1)
    expect((await bill.status('joe')).subscription?.plan).toBe('pro')
  })

  it('refuses to open a page for something that may be undone', async () => {
    const { database, bill } = await appWithTables()
    await bill.register('ann')
    database.exec('begin immediate')
    await expect(bill.within(database).changePlan('ann', 'pro')).rejects.toMatchObject({
      kind: 'refused',
      code: 'not_in_transaction',
    })
    database.exec('rollback')
  })

  it('names what it was given instead of a transaction', async () => {
    const { bill } = await appWithTables()
    expect(() => bill.within({})).toThrowError(expect.objectContaining({ kind: 'config' }))
  })

  it('says that a storage has no transactions to join', async () => {
    shop = await openShop({ product, storage: memory(), start: '2025-10-14' })
    const { bill } = shop
    expect(() => bill.within({})).toThrowError(
      expect.objectContaining({ code: 'invalid_transaction' }),
    )
  })
})
