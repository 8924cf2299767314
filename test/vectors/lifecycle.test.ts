import { describe, expect, it } from 'vitest'
import { type DunningRow, runDunning } from './run-dunning.ts'
import { type LifecycleRow, runLifecycle } from './run-lifecycle.ts'
import { buyer, creditOf, shop } from './shop.ts'
import { applicability, vectors } from './support.ts'

const byId = (row: { readonly id: string }): string => row.id

describe('scenarios of other billing engines', () => {
  it('lives through every subscription that is not excused', () => {
    const rows: readonly LifecycleRow[] = vectors('lifecycle').rows
    const table = { name: 'lifecycle.json', rows, id: byId, run: runLifecycle }
    expect(applicability(table).problems).toEqual([])
  })

  it('lives through every failed payment that is not excused', () => {
    const rows: readonly DunningRow[] = vectors('dunning').rows
    const table = { name: 'dunning.json', rows, id: byId, run: runDunning }
    expect(applicability(table).problems).toEqual([])
  })

  it('L020 agrees about the credit of a pause, $2,327.62 for 354 of 365 days', () => {
    const policies = { proration: { granularity: 'day' } } as const
    const sold = shop({ plans: { a: 239_995 }, interval: 'year', policies })
    const w = buyer(sold, '2012-05-01', 'a').at('2012-05-12')
    w.do({ type: 'pause' })
    expect(creditOf(w)).toBe(232_762)
  })
})

describe('the interpreter can fail', () => {
  const rows: readonly LifecycleRow[] = vectors('lifecycle').rows
  const altered = (id: string, from: string, to: string): LifecycleRow => {
    const row = JSON.stringify(rows.find((each) => each.id === id))
    return JSON.parse(row.replace(from, to))
  }

  it.each([
    ['L021', '22496', '22495'],
    ['L026', '1226', '1227'],
    ['L039', '2741935', '2741936'],
    ['L039', '2024-03-15T12:02Z', '2024-03-15T12:12Z'],
    ['L056', '"autoAttempts":0', '"autoAttempts":1'],
  ])('%s does not agree when %s is written as %s', (id, from, to) => {
    const outcome = runLifecycle(altered(id, from, to))
    expect(outcome?.actual).not.toEqual(outcome?.expected)
  })
})
