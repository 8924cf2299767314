/** Four processes with their own pools on one database server: what they do at once is done once. */
import type { Storage } from 'billwright'
import type { Job, Task } from './processes/jobs.ts'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { at, committed, first, invoiceRow, using } from '../../src/testing/storage-cases/build.ts'
import { allPages } from '../contract/differential/pages.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { sized } from '../support/sized.ts'
import { openAt } from './processes/open-at.ts'
import { type Processes, processes } from './processes/processes.ts'

/** A naive check fails in nearly every round; what fails once in a hundred needs many. */
const ROUNDS = sized({ prove: 300, ci: 50, desk: 6 })
const KILLS = sized({ prove: 100, ci: 8, desk: 4 })

const ENGINES = [
  ['PostgreSQL', 'postgres'],
  ['MariaDB', 'mysql'],
] as const

describe.each(ENGINES)('four processes on %s', (_, engine) => {
  let four: Processes
  let place = ''
  let storage: Storage

  beforeAll(async () => {
    if (!isInstalled(engine)) return
    four = await processes(4)
    place = await freshDatabase(engine)
    storage = openAt(place)
    await storage.migrate()
  })
  afterAll(async () => {
    four?.end()
    await storage?.close()
  })

  const rule = it.skipIf(!isInstalled(engine))
  const run = async (job: (n: number) => Job): Promise<readonly string[]> => {
    const tasks = [1, 2, 3, 4].map((n): Task => ({ file: place, job: job(n) }))
    return (await four.run(tasks)).flatMap(({ outcomes }) => outcomes)
  }
  const count = (outcomes: readonly string[], outcome: string) =>
    outcomes.filter((each) => each === outcome).length

  rule(`D1 of four that open one account exactly one does, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcomes = await run((n) => ({
        ...{ do: 'open', account: `twice ${round}`, claim: `${round} by ${n}` },
      }))
      expect([...outcomes].sort()).toEqual(['committed', 'conflict', 'conflict', 'conflict'])
    }
  })

  rule(
    `D9 of four accounts that claim one thing exactly one gets it, ${ROUNDS} times`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const outcomes = await run((n) => ({
          ...{ do: 'open', account: `${n} of ${round}`, claim: `single ${round}` },
        }))
        expect([...outcomes].sort()).toEqual(['committed', 'taken', 'taken', 'taken'])
      }
    },
  )

  rule(`D4 four times 40 uses take a limit of 50 exactly, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcomes = await run(() => ({
        ...{ do: 'use', times: 40, limit: 50, feature: `feature ${round}` },
      }))
      expect([count(outcomes, 'used'), count(outcomes, 'limit')]).toEqual([50, 110])
    }
  })

  rule('D4 40 uses told by each of four under the same keys are counted once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const feature = `keyed ${round}`
      const outcomes = await run(() => ({
        ...{ do: 'use', times: 40, limit: 50, feature, keyed: true },
      }))
      expect([count(outcomes, 'used'), count(outcomes, 'repeated')]).toEqual([40, 120])
      expect(await storage.use(using({ feature, limit: 41 }))).toEqual({
        outcome: 'used',
        used: 41,
      })
    }
  })

  rule('D4 the same check made naively grants more than the limit', async () => {
    const granted: number[] = []
    for (let round = 0; round < 10; round += 1) {
      const outcomes = await run(() => ({
        ...{ do: 'use', times: 40, limit: 50, feature: `naive ${round}`, naively: true },
      }))
      granted.push(count(outcomes, 'used'))
    }
    expect(Math.max(...granted)).toBeGreaterThan(50)
  })

  rule('a sweep by four settles every account once', async () => {
    const ids = Array.from({ length: 200 }, (__, n) => `due ${n}`)
    for (const id of ids) await committed(storage, first(id, { nextActionAt: at(1) }))
    const outcomes = await run(() => ({ do: 'sweep', portion: 10, now: 5 }))
    expect(outcomes).toEqual(ids.map(() => 'committed'))
    expect(await storage.due({ now: at(5), limit: 10 })).toEqual([])
  })

  rule('invoices are numbered from one to the last, without a gap and each once', async () => {
    const invoices = Array.from({ length: 300 }, (__, n) =>
      invoiceRow(`to number ${n}`, { account: 'numbered', series: 'INV' }),
    )
    await committed(storage, first('numbered', { invoices }))
    await run(() => ({ do: 'number', times: 8 }))
    const rows = (await allPages((page) => storage.invoices('numbered', page), 1000)).flat()
    const numbers = rows.map(({ number }) => number ?? 0).sort((a, b) => a - b)
    expect(numbers).toEqual(invoices.map((__, n) => n + 1))
  })

  rule('one account has one serial history', async () => {
    const outcomes = await run((n) => ({ do: 'commit', times: 25, name: `${n}` }))
    expect(count(outcomes, 'committed')).toBe(100)
    const { account } = await storage.load({ by: { account: 'a' } })
    const journal = (await allPages((page) => storage.journal('a', page), 1000)).flat()
    expect(account?.version).toBe(100)
    expect(journal.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (__, n) => 100 - n))
  })
})

describe.each(ENGINES)('a process that is killed on %s', (_, engine) => {
  it.skipIf(!isInstalled(engine))(
    `leaves whole steps only, ${KILLS} kills at different statements`,
    { timeout: 600_000 },
    async () => {
      const points = Array.from({ length: KILLS }, (__, n) => 3 + n * 4)
      for (let n = 0; n < points.length; n += 4)
        await Promise.all(points.slice(n, n + 4).map((killBefore) => killedAt(engine, killBefore)))
    },
  )
})

async function killedAt(engine: 'postgres' | 'mysql', killBefore: number): Promise<void> {
  const file = await freshDatabase(engine)
  const storage = openAt(file)
  onTestFinished(() => storage.close())
  await storage.migrate()
  const alone = await processes(1)
  const job = { do: 'commit', times: 1_000, name: 'killed' } as const
  const [ended] = await alone.run([{ file, job, killBefore }])
  expect(ended?.signal).toBe('SIGKILL')
  const { account, usage } = await storage.load({ by: { account: 'a' } })
  const version = account?.version ?? 0
  const journal = (await allPages((page) => storage.journal('a', page), 1000)).flat()
  const effects = await allPages((page) => storage.effects({ state: 'waiting' }, page), 1000)
  expect([journal.length, effects.flat().length, usage[0]?.used ?? 0]).toEqual([
    version,
    version,
    version,
  ])
}
