/** Every figure of a report, from plain columns, is what counting through all journals gives. */
import type { Bill, Storage } from 'billwright'
import { billing } from 'billwright'
import {
  type Account,
  type BillingEvent,
  type Command,
  emptyAccount,
  evolve,
} from 'billwright/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { milestoneRows } from '../../../src/runtime/milestones.ts'
import { paymentRows, subscriptionRows } from '../../../src/runtime/rows.ts'
import { step } from '../../../src/testing/storage-cases/build.ts'
import { type Life, live, lives } from '../../laws/life.ts'
import { COMMANDS, ONE_DAY, START, smallCatalog } from '../../laws/small-world.ts'
import { freshStorageOn, isInstalled } from '../../support/databases.ts'
import { freshStorage } from '../../support/shop.ts'
import { proving, sized } from '../../support/sized.ts'
import { type Journal, partsOf, recount } from './recount.ts'

/** The engines, how many populations they are asked about, by default and with `npm run prove`. */
const ENGINES = [
  ['memory', 300, 5_000, () => freshStorage('memory'), true],
  ['SQLite', 300, 5_000, () => freshStorage('sqlite'), true],
  ['PostgreSQL', 40, 500, () => freshStorageOn('postgres'), isInstalled('postgres')],
  ['MariaDB', 40, 500, () => freshStorageOn('mysql'), isInstalled('mysql')],
] as const
const ZONE = 'Asia/Manila'

/** The steps of a life, each its events; every other customer pays in euros. */
function stepsOf(life: Life, n: number): readonly (readonly BillingEvent[])[] {
  const catalog = smallCatalog(life.mode)
  const steps = live(life, catalog).map(({ events }) => events)
  const text = JSON.stringify(steps.filter((events) => events.length > 0))
  return JSON.parse(n % 2 === 0 ? text : text.replaceAll('"USD"', '"EUR"'))
}

/** Commits a life as the runtime would. */
async function commit(storage: Storage, id: string, steps: readonly Journal[]): Promise<void> {
  let account: Account = emptyAccount(id)
  for (const events of steps) {
    const before = account
    account = events.reduce(evolve, before)
    const change = step(before, events, {
      subscriptions: subscriptionRows(account),
      milestones: milestoneRows(before, id, events),
      payments: paymentRows(account, events).map((row) => ({ ...row, id: `${id} ${row.id}` })),
    })
    expect(await storage.commit(change)).toEqual({ outcome: 'committed' })
  }
}

/** A billing object on the storage; `now` is after everything. */
function billOn(storage: Storage): Bill {
  const clock = { now: () => (START + 4_000 * ONE_DAY) as typeof START }
  return billing({ plans: [], storage, clock, timeZone: ZONE }) as unknown as Bill
}

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
})
const monthOf = (at: number) => format.format(at).slice(0, 7)

const asks = (wanted: Command['type']): Life['steps'][number] => ({
  kind: 'command',
  index: COMMANDS.findIndex(({ type }) => type === wanted),
})

// What random lives rarely do by themselves, as the beginning of some.

/** A trial that is bought before it ends. */
const BUYS_THE_TRIAL: Life['steps'] = [
  asks('start_trial'),
  { kind: 'hours', hours: 24 },
  asks('subscribe'),
  { kind: 'fact', index: 0 },
]

/** A renewal that is declined, and taken at the next attempt. */
const PAYS_LATE: Life['steps'] = [
  asks('subscribe'),
  { kind: 'fact', index: 0 },
  { kind: 'hours', hours: 72 },
  { kind: 'fact', index: 1 },
  { kind: 'hours', hours: 24 },
  { kind: 'fact', index: 0 },
]

const beginning = (steps: Life['steps'], life: fc.Arbitrary<Life>): fc.Arbitrary<Life> =>
  life.map((rest) => ({ ...rest, steps: [...steps, ...rest.steps] }))

const anyLife = fc.oneof(
  { weight: 3, arbitrary: lives() },
  { weight: 1, arbitrary: beginning(BUYS_THE_TRIAL, lives()) },
  { weight: 1, arbitrary: beginning(PAYS_LATE, lives('billwright')) },
)

const population = fc.record({
  all: fc.array(anyLife, { minLength: 1, maxLength: 8 }),
  // Days of a life are whole: a bound often falls on the very instant of an event.
  from: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 200 })),
  length: fc.integer({ min: 1, max: 300 }),
})

describe('reports', () => {
  for (const [engine, few, many, fresh, installed] of ENGINES) {
    const runs = sized({ prove: many, ci: few, desk: Math.ceil(few / 2) })
    it.skipIf(!installed)(
      `of ${runs} random populations on ${engine} are what their journals say`,
      { timeout: 1_800_000 },
      async () => {
        const seen = { paid: 0, lost: 0, converted: 0, recovered: 0, months: 0 }
        await fc.assert(
          fc.asyncProperty(population, async (given) => {
            const wanted = await agree(await fresh(), given)
            seen.paid += wanted.customers.atEnd
            seen.lost += wanted.customers.lost
            seen.converted += wanted.trials.converted
            seen.recovered += wanted.failed.reduce((sum, { recovered }) => sum + recovered, 0)
            seen.months += Object.keys(wanted.months).length
          }),
          { numRuns: runs, ...(proving ? {} : { seed: 20_250_103 }) },
        )
        // Nothing was agreed on that never happened.
        for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
      },
    )
  }
})

type Population = typeof population extends fc.Arbitrary<infer T> ? T : never

/** Lets a population live on the storage, and compares its report with the count. */
async function agree(storage: Storage, { all, from, length }: Population) {
  const journals: Journal[] = []
  for (const [n, life] of all.entries()) {
    const steps = stepsOf(life, n)
    await commit(storage, `c${n}`, steps)
    journals.push(steps.flat())
  }
  const start = START + from * ONE_DAY
  const window = { from: start, to: start + length * ONE_DAY }
  const report = await billOn(storage).report({
    from: new Date(window.from),
    to: new Date(window.to),
  })
  await storage.close()
  const wanted = recount(journals, window, monthOf)
  expect(partsOf(report)).toEqual(wanted)
  for (const { start: before, end, currency, ...moves } of report.movement) {
    const moved = Object.values(moves).reduce((sum, each) => sum + each, 0)
    // Seven figures, each rounded by at most a half.
    expect(Math.abs(before + moved - end), currency).toBeLessThanOrEqual(3)
  }
  return wanted
}
