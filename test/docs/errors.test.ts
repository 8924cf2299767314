import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { errorTable } from '../../scripts/error-table.ts'
import { readPage, withBlock } from '../../scripts/page-block.ts'
import { refusalTable } from '../../scripts/refusal-table.ts'
import { REFUSALS } from '../../src/core/index.ts'
import { ERRORS } from '../../src/index.ts'
import { REQUEST_ERRORS } from '../../src/request-errors.ts'
import { readSources } from '../support/syntax.ts'

it('docs/errors.md has one line for every refusal, with its sentence and its facts', () => {
  expect(readPage(refusalTable)).toBe(withBlock(readPage(refusalTable), refusalTable))
})

it('the facts of a refusal are read from the rules', () => {
  expect(refusalTable.make()).toContain(`| \`ending\` | ${REFUSALS.ending} | \`cancelAt\` |`)
})

it('docs/errors.md has one line for every other code, with its kind', () => {
  expect(readPage(errorTable)).toBe(withBlock(readPage(errorTable), errorTable))
})

it('every code that the source throws is in a table', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const known = new Set([...Object.keys({ ...ERRORS, ...REFUSALS, ...REQUEST_ERRORS })])
  const thrown = [...readSources(root, ['src', 'adapters']).keys()].flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const calls = text.matchAll(
      /(?:BillingError\(\s*'\w+',|configError\(|requestError\()\s*'([a-z_]+)'/g,
    )
    return [...calls].map((match) => match[1] ?? '')
  })
  expect(thrown.length).toBeGreaterThan(40)
  expect(thrown.filter((code) => !known.has(code))).toEqual([])
})
