/** What reports add up, in any life: nothing is counted twice, lost, or taken away before it was there. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyAccount, evolve } from '../../src/core/index.ts'
import { isPaying, milestoneRows } from '../../src/runtime/milestones.ts'
import { subscriptionRows } from '../../src/runtime/rows.ts'
import { type MilestoneRow, MOVEMENTS } from '../../src/storage.ts'
import { type Life, live, lives, PARAMETERS } from './life.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>

const isMovement = ({ kind }: MilestoneRow) => MOVEMENTS.some((each) => each === kind)

/** Amounts and counts by everything that a report tells apart. */
function totals(rows: readonly MilestoneRow[]): ReadonlyMap<string, readonly number[]> {
  const sums = new Map<string, readonly number[]>()
  for (const { plan, currency, interval, intervalCount, amount, count } of rows) {
    const key = [plan, currency, interval, intervalCount].join(' ')
    const [amounts = 0, counts = 0] = sums.get(key) ?? []
    sums.set(key, [amounts + amount, counts + count])
  }
  return new Map([...sums].filter(([, sum]) => sum.some((each) => each !== 0)).sort())
}

function countOf(rows: readonly MilestoneRow[], kind: MilestoneRow['kind']): number {
  return rows.filter((row) => row.kind === kind).reduce((sum, { count }) => sum + count, 0)
}

describe('milestones', () => {
  it('of all steps are those of the whole journal', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const edges = live(life)
        const stepwise = edges.flatMap(({ before, events }) => milestoneRows(before, 'c', events))
        const whole = milestoneRows(
          null,
          'c',
          edges.flatMap(({ events }) => events),
        )
        expect(stepwise).toEqual(whole)
        const keys = whole.map(({ seq, part }) => `${seq}/${part}`)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      parameters,
    )
  })

  it('add up to what recurs, after every single event', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        let account = emptyAccount('c')
        const rows: MilestoneRow[] = []
        for (const event of live(life).flatMap(({ events }) => events)) {
          rows.push(...milestoneRows(account, 'c', [event]))
          account = evolve(account, event)
          const now = subscriptionRows(account)
            .filter(({ status, amount }) => isPaying(status) && amount !== null)
            .map((row) => ({ ...row, amount: row.recurring ?? 0, count: 1 }) as never)
          expect(totals(rows.filter(isMovement)), event.type).toEqual(totals(now))
        }
      }),
      parameters,
    )
  })

  it('convert no trial that did not end, and end none that did not start', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const rows = milestoneRows(
          null,
          'c',
          live(life).flatMap(({ events }) => events),
        )
        const kinds = ['trial_started', 'trial_ended', 'trial_converted'] as const
        const [started = 0, ended = 0, converted = 0] = kinds.map((kind) => countOf(rows, kind))
        expect(started).toBeGreaterThanOrEqual(ended)
        expect(ended).toBeGreaterThanOrEqual(converted)
        const at = (kind: MilestoneRow['kind']) =>
          rows.filter((row) => row.kind === kind).map((row) => row.at)
        // A conversion counts under the day of an end.
        for (const day of at('trial_converted')) expect(at('trial_ended')).toContain(day)
      }),
      parameters,
    )
  })

  it('recover nothing that did not fail, day by day', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const rows = milestoneRows(
          null,
          'c',
          live(life).flatMap(({ events }) => events),
        )
        for (const day of new Set(rows.map(({ at }) => at))) {
          const of = rows.filter(({ at }) => at === day)
          expect(countOf(of, 'failed')).toBeGreaterThanOrEqual(countOf(of, 'recovered'))
        }
        expect(countOf(rows, 'declined')).toBeGreaterThanOrEqual(countOf(rows, 'failed'))
      }),
      parameters,
    )
  })
})
