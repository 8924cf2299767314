import type { Storage } from 'billwright'
import type { Task } from './processes/jobs.ts'
import { BillingError } from 'billwright'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { first, invoiceRow, using } from '../../src/testing/storage-cases/build.ts'
import { allPages } from '../contract/differential/pages.ts'
import { proving, sized } from '../support/sized.ts'
import { commitOne } from './processes/commit-one.ts'
import { type Processes, processes } from './processes/processes.ts'
import { temporaryFile } from './temporary-file.ts'

const FOUR = [1, 2, 3, 4] as const

async function migrated(file: string): Promise<Storage> {
  const storage = open(file)
  await storage.migrate()
  return storage
}

function open(file: string): Storage {
  const storage = sqlite({ file })
  onTestFinished(() => storage.close())
  return storage
}

describe('several processes on one file', { timeout: 300_000 }, () => {
  let four: Processes
  beforeAll(async () => {
    four = await processes(4)
  })
  afterAll(() => four.end())

  it('count together exactly up to the limit', async () => {
    const file = temporaryFile()
    const storage = await migrated(file)
    const job = { do: 'use', times: 50, limit: 77 } as const
    const ended = await four.run(FOUR.map(() => ({ file, job })))
    const outcomes = ended.flatMap((each) => each.outcomes)
    expect(outcomes.filter((each) => each === 'used')).toHaveLength(77)
    expect(outcomes.filter((each) => each === 'limit')).toHaveLength(123)
    expect(await storage.use(using({ limit: 77 }))).toEqual({ outcome: 'limit', used: 77 })
  })

  it('count once what each of them tells under the same keys', async () => {
    const file = temporaryFile()
    const storage = await migrated(file)
    const job = { do: 'use', times: 40, limit: 77, keyed: true } as const
    const ended = await four.run(FOUR.map(() => ({ file, job })))
    const outcomes = ended.flatMap((each) => each.outcomes)
    expect(outcomes.filter((each) => each === 'used')).toHaveLength(40)
    expect(outcomes.filter((each) => each === 'repeated')).toHaveLength(120)
    expect(await storage.use(using({ limit: 41 }))).toEqual({ outcome: 'used', used: 41 })
  })

  it('commit one serial history of one account', async () => {
    const file = temporaryFile()
    const storage = await migrated(file)
    const ended = await four.run(FOUR.map((n) => ({ file, job: commits(`${n}`, 25) })))
    const outcomes = ended.flatMap((each) => each.outcomes)
    expect(outcomes.filter((each) => each === 'committed')).toHaveLength(100)
    expect(outcomes).toContain('conflict')
    expect(await historyOf(storage)).toEqual(consistent(100))
  })

  it('number invoices from one to the last, without a gap and each once', async () => {
    let shared = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = temporaryFile()
      const storage = await migrated(file)
      await storage.commit(first('a', { invoices: waiting('a', 300, 'INV') }))
      await storage.commit(first('b', { invoices: waiting('b', 200, 'OTHER') }))
      const job = { do: 'number', times: 16 } as const
      const ended = await four.run(FOUR.map(() => ({ file, job })))
      const given = ended.map(({ outcomes }) => outcomes.reduce((sum, each) => sum + +each, 0))
      expect(given.reduce((sum, each) => sum + each)).toBe(500)
      if (given.filter((count) => count > 0).length > 1) shared += 1
      expect(await numbersOf(storage, 'a')).toEqual(upTo(300))
      expect(await numbersOf(storage, 'b')).toEqual(upTo(200))
    }
    // On a busy machine one of them may be done before another begins, but not every time.
    expect(shared).toBeGreaterThan(0)
  })

  it('migrate a fresh file at once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = temporaryFile()
      await four.run(FOUR.map(() => ({ file, job: { do: 'migrate' } as const })))
      expect(await historyOf(open(file))).toEqual(consistent(0))
    }
  })

  it('tell an outage when another process keeps the file to itself', async () => {
    const file = temporaryFile()
    await migrated(file)
    const [holder, waiter] = [new Database(file), new Database(file)]
    waiter.exec('pragma busy_timeout = 1')
    holder.exec('begin immediate')
    const storage = sqlite({ database: waiter })
    const unavailable = { kind: 'unavailable', code: 'storage_unavailable', retryable: true }
    const commit = storage.settleReservation({ account: 'a', id: 'r', amount: 0, now: using().at })
    await expect(commit).rejects.toMatchObject(unavailable)
    await expect(storage.use(using())).rejects.toSatisfy(BillingError.isInstance)
    holder.exec('rollback')
    expect(await storage.use(using())).toEqual({ outcome: 'used', used: 1 })
    holder.close()
    waiter.close()
  })
})

describe('a process that is killed', { timeout: 300_000 }, () => {
  const migration = { do: 'migrate' } as const

  it('between two statements of a migration leaves a file that migrates', async () => {
    const last = await statementsOf(new Database(':memory:'), (storage) => storage.migrate())
    const tasks = points(1, last, 12).map((killBefore) => ({
      ...{ file: temporaryFile(), job: migration, killBefore },
    }))
    await killed(tasks)
    for (const { file } of tasks)
      expect(await historyOf(await migrated(file))).toEqual(consistent(0))
  })

  it('at any statement of a commit leaves all of it or nothing', async () => {
    const database = new Database(':memory:')
    await sqlite({ database }).migrate()
    const one = await statementsOf(database, (storage) => commitOne(storage, 'x'))
    // The second of several commits: from its first statement to the one after its last.
    const tasks = points(one + 1, 2 * one + 1, 4).map((killBefore) => ({
      ...{ file: temporaryFile(), job: commits('x', 3), killBefore },
    }))
    const storages = await Promise.all(tasks.map(({ file }) => migrated(file)))
    await killed(tasks)
    const versions = await Promise.all(storages.map(historyOf))
    expect(versions).toEqual(
      tasks.map(({ killBefore }) => consistent(killBefore > 2 * one ? 2 : 1)),
    )
  })

  it('at any statement of a numbering leaves no gap', async () => {
    const database = new Database(':memory:')
    const model = sqlite({ database })
    await model.migrate()
    await model.commit(first('a', { invoices: waiting('a', 5, 'INV') }))
    const one = await statementsOf(database, (storage) => storage.numberInvoices({ limit: 5 }))
    const job = { do: 'number', times: 5 } as const
    const tasks = points(1, one, 4).map((killBefore) => ({
      ...{ file: temporaryFile(), job, killBefore },
    }))
    const storages = await Promise.all(tasks.map(({ file }) => migrated(file)))
    for (const storage of storages)
      await storage.commit(first('a', { invoices: waiting('a', 5, 'INV') }))
    await killed(tasks)
    for (const storage of storages) {
      await storage.commit(first('b', { invoices: waiting('b', 5, 'INV') }))
      while ((await storage.numberInvoices({ limit: 3 })) > 0);
      expect(await numbersOf(storage, 'a')).toEqual([1, 2, 3, 4, 5])
      expect(await numbersOf(storage, 'b')).toEqual([6, 7, 8, 9, 10])
    }
  })

  it('in the middle of a transaction lets the others go on', async () => {
    const file = temporaryFile()
    const storage = await migrated(file)
    const three = await processes(3)
    onTestFinished(() => three.end())
    const [lost, ...others] = await three.run([
      { file, job: commits('lost', 1), killBefore: 6 },
      { file, job: commits('one', 10) },
      { file, job: commits('two', 10) },
    ])
    expect(lost?.signal).toBe('SIGKILL')
    expect(others.map(({ signal }) => signal)).toEqual([null, null])
    expect(await historyOf(storage)).toEqual(consistent(20))
  })
})

/** How often what depends on chance is tried. */
const ROUNDS = sized({ prove: 100, ci: 5, desk: 2 })

function commits(name: string, times: number) {
  return { do: 'commit', times, name } as const
}

/** Every n-th point and the last in the normal run; each of them when there is time. */
function points(from: number, to: number, step: number): readonly number[] {
  const all = Array.from({ length: to - from + 1 }, (_, n) => from + n)
  return all.filter((point, n) => proving || n % step === 0 || point === to)
}

/** An account's invoices that wait for a number. */
function waiting(account: string, count: number, series: string) {
  return Array.from({ length: count }, (_, n) => invoiceRow(`${account} ${n}`, { account, series }))
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, n) => n + 1)
}

/** An account's invoice numbers, in the order in which the invoices were written. */
async function numbersOf(storage: Storage, account: string): Promise<readonly (number | null)[]> {
  const pages = await allPages((page) => storage.invoices(account, page), 1000)
  return pages
    .flat()
    .reverse()
    .map(({ number }) => number)
}

/** Runs each task in a process of its own, few at a time, and sees each of them killed. */
async function killed(tasks: readonly Task[]): Promise<void> {
  for (let n = 0; n < tasks.length; n += 4) {
    const group = tasks.slice(n, n + 4)
    const alone = await processes(group.length)
    try {
      const ended = await alone.run(group)
      expect(ended.map(({ signal }) => signal)).toEqual(group.map(() => 'SIGKILL'))
    } finally {
      alone.end()
    }
  }
}

/** How many statements something takes on a database. */
async function statementsOf(
  database: Database.Database,
  work: (storage: Storage) => Promise<unknown>,
): Promise<number> {
  let count = 0
  const storage = sqlite({ database, observe: () => count++ })
  await work(storage)
  return count
}

/** The same number in every table that a commit wrote to. */
function consistent(version: number) {
  const seqs = Array.from({ length: version }, (_, n) => version - n)
  const counted = version > 0 ? [version] : []
  return { version, seqs, credit: version, effects: version, notices: version, counted }
}

async function historyOf(storage: Storage) {
  const { account, usage } = await storage.load({ by: { account: 'a' } })
  const journal = await allPages((page) => storage.journal('a', page), 1000)
  const effects = await allPages((page) => storage.effects({ state: 'waiting' }, page), 1000)
  const notices = await allPages((page) => storage.notices('a', page), 1000)
  return {
    version: account?.version ?? 0,
    seqs: journal.flat().map(({ seq }) => seq),
    credit: account?.credit.USD ?? 0,
    effects: effects.flat().length,
    notices: notices.flat().length,
    counted: usage.map(({ used }) => used),
  }
}
