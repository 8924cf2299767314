import { describe, expect, it } from 'vitest'
import { notApplicable } from './not-applicable.ts'
import { type DateRow, runDates } from './run-dates.ts'
import { type MoneyRow, runMoney } from './run-money.ts'
import { peerRunners } from './run-peers.ts'
import { type ProrationRow, runProration } from './run-proration.ts'
import { type Applicability, applicability, vectors } from './support.ts'

/** Nothing to report: every row passes or has a reason. */
const clean: readonly string[] = []

function problemsOf<Row>(table: Applicability<Row>): readonly string[] {
  return applicability(table).problems
}

const byId = (row: { readonly id: string }): string => row.id

describe('vectors of other billing engines', () => {
  it('reproduces every date that is not excused', () => {
    const rows: readonly DateRow[] = vectors('dates').rows
    expect(problemsOf({ name: 'dates.json', rows, id: byId, run: runDates })).toEqual(clean)
  })

  it('reproduces every currency, rounding and split that is not excused', () => {
    const rows: readonly MoneyRow[] = vectors('money').rows
    expect(problemsOf({ name: 'money.json', rows, id: byId, run: runMoney })).toEqual(clean)
  })

  it('reproduces every proration that is not excused', () => {
    const rows: readonly ProrationRow[] = vectors('proration').rows
    expect(problemsOf({ name: 'proration.json', rows, id: byId, run: runProration })).toEqual(clean)
  })

  it.each(Object.entries(peerRunners))('reproduces the peers table %s', (name, run) => {
    const rows = vectors('peers').tables[name]?.rows ?? []
    const id = (_: unknown, index: number): string => `${name}#${index}`
    expect(problemsOf({ name: `peers.json ${name}`, rows, id, run })).toEqual(clean)
  })

  it('excuses only rows that exist', () => {
    const tables = ['dates', 'money', 'proration', 'lifecycle', 'dunning'] as const
    const rows: readonly { readonly id: string }[] = tables.flatMap((name) => vectors(name).rows)
    const peers = Object.entries(vectors('peers').tables).flatMap(([name, table]) =>
      table.rows.map((_, index) => `${name}#${index}`),
    )
    const known = new Set([...rows.map(byId), ...peers])
    expect(Object.keys(notApplicable).filter((id) => !known.has(id))).toEqual(clean)
  })
})
