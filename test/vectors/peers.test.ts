import { describe, expect, it } from 'vitest'
import { storyRunners } from './run-peer-stories.ts'
import { peerRunners } from './run-peers.ts'
import { applicability, vectors } from './support.ts'

const tables = vectors('peers').tables

describe('stories that other libraries tell', () => {
  it.each(Object.entries(storyRunners))('agrees with the table %s', (name, run) => {
    const rows: readonly never[] = tables[name]?.rows ?? []
    const numbered = rows.map((row, index) => ({ row, index }))
    const report = applicability({
      name: `peers.json ${name}`,
      rows: numbered,
      id: ({ index }) => `${name}#${index}`,
      run: ({ row, index }) => run(row, index),
    })
    expect(report.problems).toEqual([])
  })

  it('runs every table, here or among the numbers', () => {
    const run = [...Object.keys(storyRunners), ...Object.keys(peerRunners)]
    expect(run.sort()).toEqual(Object.keys(tables).sort())
  })
})
