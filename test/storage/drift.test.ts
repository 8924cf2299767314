/** What differs between a database and the schema is named, table by table. */
import type { Dialect } from '../../adapters/storage/sql/dialect.ts'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { drift } from '../../adapters/storage/sql/drift.ts'
import { migrate } from '../../adapters/storage/sql/migrate.ts'
import { effect, first, invoiceRow } from '../../src/testing/storage-cases/build.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { ENGINES, executorAt, say } from './executors.ts'
import { openAt } from './processes/open-at.ts'

/** Something that was done to the tables, and what is said about it. */
type Damage = readonly [done: string, said: readonly string[]]

const everywhere: readonly Damage[] = [
  ['drop table billwright_leases', ['billwright_leases is missing']],
  ['alter table billwright_payments rename to billwright_paid', ['billwright_payments is missing']],
  ['alter table billwright_audit drop column actor', ['billwright_audit: column actor is missing']],
  [
    'alter table billwright_audit rename column actor to who',
    ['billwright_audit: column actor is missing'],
  ],
  [
    'create unique index one_kind on billwright_milestones (kind)',
    ['billwright_milestones: unique key (kind) is not ours'],
  ],
  // Neither takes anything away.
  ['create index more on billwright_notices (name, at)', []],
  ['create unique index same on billwright_audit (account, id)', []],
  ['alter table billwright_audit add column note integer', []],
]

const damages: Readonly<Record<Dialect, readonly Damage[]>> = {
  sqlite: [
    ['drop index billwright_effects_key', ['billwright_effects: unique key (key) is missing']],
    [
      `drop index billwright_effects_due;
       create index due on billwright_effects (next_at) where state in ('waiting')`,
      ['billwright_effects: index (next_at) is missing'],
    ],
    [
      `drop index billwright_effects_due;
       create index due on billwright_effects (next_at) where state = 'unknown' or state = 'waiting'`,
      [],
    ],
    [
      `drop table billwright_claims;
       create table billwright_claims (claim text collate nocase primary key, account integer)`,
      [
        'billwright_claims: column claim may be NULL',
        'billwright_claims: column account is integer, not text',
        'billwright_claims: the primary key is (claim collate nocase), not (claim)',
        'billwright_claims: index (account) is missing',
      ],
    ],
    [
      `drop table billwright_notices;
       create table billwright_notices (
         position integer primary key, id text not null unique, account varchar(100) not null,
         name text not null, at integer not null, notice text not null, read_at bigint not null)`,
      [
        'billwright_notices: column position does not count by itself',
        'billwright_notices: column account is varchar(100), not text',
        'billwright_notices: column read_at must not be NULL, and has to be sometimes',
        'billwright_notices: index (account, position) is missing',
      ],
    ],
  ],
  postgres: [
    ['drop index billwright_effects_key', ['billwright_effects: unique key (key) is missing']],
    [
      `drop index billwright_effects_due;
       create index due on billwright_effects (next_at) where state in ('waiting')`,
      ['billwright_effects: index (next_at) is missing'],
    ],
    [
      `drop index billwright_effects_due;
       create index due on billwright_effects (next_at) where state = any ('{waiting}')`,
      ['billwright_effects: index (next_at) is missing'],
    ],
    ['drop index billwright_effects_due; create index due on billwright_effects (next_at)', []],
    [
      'alter table billwright_claims drop constraint billwright_claims_pkey',
      ['billwright_claims: primary key (claim) is missing'],
    ],
    [
      `alter table billwright_journal drop constraint billwright_journal_pkey,
         add primary key (seq, account)`,
      ['billwright_journal: the primary key is (seq, account), not (account, seq)'],
    ],
    [
      'alter table billwright_claims alter claim type text collate "en-x-icu"',
      ['billwright_claims: column claim compares by en-x-icu, not byte by byte'],
    ],
    [
      'alter table billwright_accounts alter version type integer',
      ['billwright_accounts: column version is integer, not bigint'],
    ],
    [
      'alter table billwright_accounts alter id type varchar(100)',
      ['billwright_accounts: column id is character varying(100), not text'],
    ],
    [
      'alter table billwright_accounts alter document type jsonb using document::jsonb',
      ['billwright_accounts: column document is jsonb, not text'],
    ],
    [
      'alter table billwright_accounts alter version drop not null',
      ['billwright_accounts: column version may be NULL'],
    ],
    [
      'alter table billwright_accounts alter next_action_at set not null',
      ['billwright_accounts: column next_action_at must not be NULL, and has to be sometimes'],
    ],
    [
      'alter table billwright_accounts add column team text not null',
      ['billwright_accounts: column team is not ours, and no row may be without it'],
    ],
    [`alter table billwright_accounts add column team text not null default 'x'`, []],
    [
      'alter table billwright_audit alter position drop identity',
      ['billwright_audit: column position does not count by itself'],
    ],
    [
      'drop index billwright_claims_account; create index account on billwright_claims (upper(account))',
      ['billwright_claims: index (account) is missing'],
    ],
  ],
  mysql: [
    [
      'alter table billwright_effects drop key billwright_effects_key',
      ['billwright_effects: unique key (key) is missing'],
    ],
    [
      `alter table billwright_effects drop key billwright_effects_key,
         add unique key beginnings (\`key\`(20))`,
      [
        'billwright_effects: unique key (key) is missing',
        'billwright_effects: unique key (key(20)) is not ours',
      ],
    ],
    [
      'alter table billwright_claims drop primary key',
      ['billwright_claims: primary key (claim) is missing'],
    ],
    [
      'alter table billwright_claims modify claim varchar(700) collate utf8mb4_general_ci not null',
      ['billwright_claims: column claim compares by utf8mb4_general_ci, not byte by byte'],
    ],
    [
      'alter table billwright_claims modify claim varchar(700) collate utf8mb4_bin not null',
      ['billwright_claims: column claim compares by utf8mb4_bin, not byte by byte'],
    ],
    [
      'alter table billwright_claims modify claim varchar(191) not null',
      ['billwright_claims: column claim is varchar(191), not varchar(700)'],
    ],
    [
      'alter table billwright_accounts modify document text not null',
      ['billwright_accounts: column document is text, not longtext'],
    ],
    [
      'alter table billwright_accounts modify document longtext character set latin1 not null',
      [
        'billwright_accounts: column document is kept as latin1_swedish_ci, which has not every character',
      ],
    ],
    ['alter table billwright_accounts modify document longtext collate utf8mb4_bin not null', []],
    [
      'alter table billwright_payments modify amount bigint unsigned not null',
      ['billwright_payments: column amount is bigint(20) unsigned, not bigint'],
    ],
    [
      'alter table billwright_payments modify amount int not null',
      ['billwright_payments: column amount is int(11), not bigint'],
    ],
    [
      'alter table billwright_audit modify position bigint not null',
      ['billwright_audit: column position does not count by itself'],
    ],
    [
      'alter table billwright_accounts add column team int not null',
      ['billwright_accounts: column team is not ours, and no row may be without it'],
    ],
  ],
}

describe.each(ENGINES)('drift on $engine', ({ dialect, installed, fresh }) => {
  const rule = it.skipIf(!installed)

  rule('names every table of a database that has none', async () => {
    const differences = await drift(executorAt(await fresh()))
    expect(differences).toHaveLength(17)
    expect(differences.filter((each) => !/^billwright_[a-z_]+ is missing$/.test(each))).toEqual([])
  })

  for (const [done, said] of [...everywhere, ...damages[dialect]])
    rule(`says ${said.length > 0 ? 'what' : 'nothing'} after ${inOneLine(done)}`, async () => {
      const executor = executorAt(await fresh())
      await migrate(executor)
      await say(executor, ...done.split(';'))
      expect(await drift(executor)).toEqual(said)
    })

  rule('is told by the storage, and the app may begin when there is none', async () => {
    const storage = openAt(await fresh())
    onTestFinished(() => storage.close())
    expect(await storage.drift()).not.toEqual([])
    await storage.migrate()
    expect(await storage.drift()).toEqual([])
  })
})

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

describe('the drift check', () => {
  it.skipIf(!isInstalled('postgres'))(
    'needs no more rights than an app has that only reads and writes the tables; nor has migrate when nothing is missing',
    async () => {
      const place = await freshDatabase('postgres')
      await migrate(executorAt(place))
      const schema = /search_path=(\w+)/.exec(decodeURIComponent(place))?.[1]
      const role = `user_of_${schema}`
      const owner = new pg.Client(place)
      await owner.connect()
      await owner.query(`create role ${role} login;
        grant usage on schema ${schema} to ${role};
        grant select, insert, update, delete on all tables in schema ${schema} to ${role}`)
      await owner.end()
      const url = new URL(place)
      url.username = role
      const app = executorAt(url.href)
      await expect(say(app, 'drop table billwright_leases')).rejects.toThrow('must be owner')
      expect(await drift(app)).toEqual([])
      const storage = openAt(url.href)
      const rows = { effects: [effect('e')], invoices: [invoiceRow('i', { series: 'INV' })] }
      expect(await storage.commit(first('a', rows))).toEqual({ outcome: 'committed' })
      expect(await storage.numberInvoices({ limit: 1 })).toBe(1)
      await storage.migrate()
      await storage.close()
    },
  )

  it('changes nothing: a database without tables stays empty', async () => {
    const database = new Database(':memory:')
    await sqlite({ database }).drift()
    expect(database.prepare('select * from sqlite_master').all()).toEqual([])
  })
})
