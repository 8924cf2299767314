import type { Storage } from 'billwright'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { memory } from 'billwright/memory'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrations } from '../../adapters/storage/sql/migrations.ts'
import { openFile } from '../../adapters/storage/sql/open-file.ts'
import {
  at,
  claim,
  delivery,
  done,
  effect,
  first,
  invoiceRow,
  next,
  notice,
  payment,
  subscription,
  using,
} from '../../src/testing/storage-cases/build.ts'
import { dump } from '../../src/testing/storage-cases/dump.ts'
import { temporaryFile } from './temporary-file.ts'

function open(file: string): Storage {
  const storage = sqlite({ file })
  onTestFinished(() => storage.close())
  return storage
}

/** Writes to every table, with `text` wherever a string may stand. */
async function fill(storage: Storage, text: string): Promise<void> {
  const lease = { owner: text, until: at(5) }
  await storage.commit(
    first(text, {
      nextActionAt: at(1),
      effects: [effect(`${text}1`), effect(`${text}2`, { lease })],
      payments: [payment(text, { gateway: text, currency: text })],
      invoices: [invoiceRow(text, { account: text, payment: text })],
      notices: [notice(text, { account: text })],
      subscriptions: [
        subscription(text, text, {
          ...{ id: text, plan: text, currency: text, gateway: text, gatewayRef: text },
        }),
      ],
      claims: [text],
      usage: [{ feature: text, window: 0, by: 2 }],
      command: { account: text, key: text, hash: text, effects: [text], at: at(0) },
      audit: {
        ...{
          id: text,
          account: text,
          at: at(0),
          actor: text,
          action: text,
          input: { [text]: text },
        },
        ...{ versionBefore: 0, versionAfter: 1 },
      },
    }),
  )
  const parcel = { gateway: text, type: text, bodyHash: text, account: text, error: text }
  await storage.park(delivery(text, { ...parcel, request: { [text]: text } }))
  await storage.settleEffect(done(`${text}2`, text, { answer: { url: text }, error: text }))
  const using1 = using({ account: text, feature: text })
  await storage.use({ ...using1, key: text })
  await storage.use({ ...using1, reservation: { id: text, expiresAt: at(9) } })
  await storage.release({ ...using1, key: text })
  await storage.lease({ name: text, owner: text, now: at(0), until: at(9) })
  await storage.claimEffects(claim(text, at(0), { keys: [`${text}1`] }))
  await storage.claimDeliveries(claim(text, at(0)))
  await storage.readNotices(text, [text], at(3))
}

/** What is left of `text` in the answers of verbs that `dump` does not read. */
async function probe(storage: Storage, text: string): Promise<unknown> {
  const using1 = using({ account: text, feature: text })
  return {
    lease: await storage.lease({ name: text, owner: 'other', now: at(1), until: at(2) }),
    repeated: await storage.use({ ...using1, key: text }),
    running: await storage.use({ ...using1, reservation: { id: text, expiresAt: at(9) } }),
    released: await storage.release({ ...using1, key: text }),
    holder: (await storage.load({ by: { claims: [text] } })).account?.id,
    taken: (await storage.load({ by: { account: 'other' }, taken: [text] })).taken,
    mine: (await storage.subscriptions({ plan: text, gateway: text }, { limit: 9 })).items.length,
    effect: await storage.effect(`${text}2`),
    audit: await storage.audit(text, { limit: 9 }),
  }
}

const lookedAt = (text: string) => ({
  command: text,
  delivery: { gateway: text, id: text },
  payments: [{ gateway: text, id: text }],
})

const HOSTILE = [
  `'; drop table billwright_accounts; --`,
  `" or 1=1 --`,
  `\`]); delete from billwright_claims where ('a'='a`,
  '%_\\',
  '$1 ? :a @b',
  '{"$":1}["x"]',
  '\u0001\t\r\n\u007f\u2028',
  'é ≠ e\u0301, 😀, \uffff',
  ' leading and trailing ',
]

describe('text is only ever a value', () => {
  it.each(HOSTILE)('keeps %j in every column as memory does', async (text) => {
    const [model, real] = [memory(), open(':memory:')]
    await real.migrate()
    for (const storage of [model, real]) {
      await fill(storage, text)
      await storage.commit(first('bystander', { claims: ['kept'] }))
    }
    const accounts = [text, 'bystander']
    expect(await dump(real, accounts, lookedAt(text))).toEqual(
      await dump(model, accounts, lookedAt(text)),
    )
    expect(await probe(real, text)).toEqual(await probe(model, text))
  })

  it('undoes the whole commit when the last of its strings cannot be kept', async () => {
    const storage = open(':memory:')
    await storage.migrate()
    const account = first('a').account
    await storage.commit(first('a'))
    const before = await dump(storage, ['a'])
    const audit = {
      ...{ id: 'x', account: 'a', at: at(0), actor: 'half \ud83d', action: 'do', input: null },
      ...{ versionBefore: 1, versionAfter: 2 },
    }
    const refused = storage.commit(next(account, { claims: ['c'], effects: [effect('e')], audit }))
    await expect(refused).rejects.toMatchObject({ kind: 'request', code: 'invalid_id' })
    expect(await dump(storage, ['a'])).toEqual(before)
  })
})

describe('a database file', () => {
  it('keeps everything when it is closed and opened again', async () => {
    const file = temporaryFile()
    const model = memory()
    const before = open(file)
    await before.migrate()
    for (const storage of [model, before]) await fill(storage, 'a')
    await before.close()
    const after = open(file)
    expect(await dump(after, ['a'], lookedAt('a'))).toEqual(await dump(model, ['a'], lookedAt('a')))
    expect(await probe(after, 'a')).toEqual(await probe(model, 'a'))
  })

  it('is opened with a write-ahead log, full synchronization and a busy timeout', async () => {
    const database = (await openFile(temporaryFile())) as Database.Database
    const pragma = (name: string) =>
      Object.values(database.prepare(`pragma ${name}`).all()[0] as object)[0]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('busy_timeout')).toBe(5000)
    database.close()
  })

  it('is made, but not its folder; once there is one, the same storage works', async () => {
    const file = join(dirname(temporaryFile()), 'data', 'billing.db')
    const storage = open(file)
    const outage = { kind: 'unavailable', code: 'storage_unavailable' }
    await expect(storage.migrate()).rejects.toMatchObject(outage)
    mkdirSync(dirname(file))
    await storage.migrate()
    expect(await storage.accounts({ limit: 1 })).toEqual({ items: [], next: null })
  })

  it('records each migration once, however often it is asked', async () => {
    const database = new Database(':memory:')
    const storage = sqlite({ database })
    await Promise.all([storage.migrate(), storage.migrate(), storage.migrate()])
    expect(database.prepare('select * from billwright_migrations').all()).toEqual(
      migrations.map(({ id, name }) => ({ id, name })),
    )
  })

  it('is named as not migrated when the tables are missing', async () => {
    const call = open(':memory:').load({ by: { account: 'a' } })
    await expect(call).rejects.toMatchObject({ kind: 'config', code: 'storage_not_migrated' })
  })

  it('asks for libsql by name when it is not installed', async () => {
    const missing = openFile(':memory:', () => Promise.reject(new Error('Cannot find package')))
    await expect(missing).rejects.toMatchObject({
      kind: 'config',
      code: 'storage_driver_missing',
      message: expect.stringContaining('npm install libsql'),
    })
  })
})

describe('closing', () => {
  it('closes a file that was opened here; a later call is an outage, not a new file', async () => {
    const storage = sqlite({ file: ':memory:' })
    await storage.migrate()
    await storage.close()
    await storage.close()
    const call = storage.load({ by: { account: 'a' } })
    await expect(call).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  it('leaves a database open that the app passed in', async () => {
    const database = new Database(':memory:')
    await sqlite({ database }).close()
    expect(database.prepare('select 1 as one').get()).toMatchObject({ one: 1 })
  })

  it('tells an outage when the app closed the database itself', async () => {
    const database = new Database(':memory:')
    const storage = sqlite({ database })
    await storage.migrate()
    database.close()
    const call = storage.load({ by: { account: 'a' } })
    await expect(call).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})

describe('a transaction', () => {
  it('is undone when anything in it throws', async () => {
    const database = new Database(':memory:')
    let broken = false
    const observe = ({ sql }: { readonly sql: string }) => {
      if (broken && sql === 'commit') throw new Error('pulled the plug')
    }
    const storage = sqlite({ database, observe })
    await storage.migrate()
    broken = true
    await expect(storage.commit(first('a'))).rejects.toThrow('pulled the plug')
    broken = false
    expect((await storage.load({ by: { account: 'a' } })).account).toBeNull()
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'committed' })
  })

  it.each([
    ['a claim', `insert into billwright_claims values ('c', 'b')`, 'taken'],
    [
      'the account',
      `insert into billwright_accounts (id, version, document, created_at, updated_at)
        values ('a', 1, '{}', 0, 0)`,
      'conflict',
    ],
    ['the command', `insert into billwright_commands values ('a', 'k', 'h', '[]', 0)`, 'duplicate'],
  ])(
    'that finds %s taken after its look answers what it finds on a second look',
    async (_, sql, outcome) => {
      const database = new Database(':memory:')
      await sqlite({ database }).migrate()
      let begun = 0
      // As if another commit came between the two, where an engine lets it: seen by the first attempt
      // only when it writes, and by the second from the start.
      const observe = (statement: { readonly sql: string }) => {
        if (statement.sql === 'begin immediate') begun += 1
        const isWrite = statement.sql.startsWith('insert into "billwright_accounts"')
        if ((begun === 1 && isWrite) || (begun === 2 && statement.sql === 'begin immediate'))
          database.exec(sql)
      }
      const command = { account: 'a', key: 'k', hash: 'h', effects: [], at: at(0) }
      const change = first('a', { claims: ['c'], command, notices: [notice('n')] })
      const found = await sqlite({ database, observe }).commit(change)
      expect([found.outcome, begun]).toEqual([outcome, 2])
      expect((await sqlite({ database }).notices('a', { limit: 9 })).items).toEqual([])
    },
  )

  it('names a change that holds two rows with one key instead of failing without a word', async () => {
    const storage = open(':memory:')
    await storage.migrate()
    const twice = [subscription('a', 'g'), subscription('a', 'g')]
    const call = storage.commit(first('a', { subscriptions: twice }))
    await expect(call).rejects.toMatchObject({ kind: 'request', code: 'invalid_change' })
    expect((await storage.load({ by: { account: 'a' } })).account).toBeNull()
  })
})
