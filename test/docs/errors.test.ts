import { expect, it } from 'vitest'
import { readPage, withBlock } from '../../scripts/page-block.ts'
import { refusalTable } from '../../scripts/refusal-table.ts'
import { REFUSALS } from '../../src/core/index.ts'

it('docs/errors.md has one line for every refusal, with its sentence and its facts', () => {
  expect(readPage(refusalTable)).toBe(withBlock(readPage(refusalTable), refusalTable))
})

it('the facts of a refusal are read from the rules', () => {
  expect(refusalTable.make()).toContain(`| \`ending\` | ${REFUSALS.ending} | \`cancelAt\` |`)
})
