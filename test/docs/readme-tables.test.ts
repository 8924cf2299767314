import { expect, it } from 'vitest'
import { entries, importName } from '../../entries.ts'
import { readPage, withBlock } from '../../scripts/page-block.ts'
import { tableBlocks } from '../../scripts/readme-tables.ts'

it.each(tableBlocks)('the README shows $name as the code has it', (block) => {
  expect(readPage(block)).toBe(withBlock(readPage(block), block))
})

it('no gateway and no storage is missing from the tables', () => {
  const adapters = Object.entries(entries)
    .filter(
      ([entry, file]) => /^adapters\/(gateways|storage)\//.test(file) && !entry.endsWith('/setup'),
    )
    .map(([entry]) => importName(entry))
  const tables = tableBlocks.map(({ make }) => make()).join('\n')
  expect(adapters.length).toBeGreaterThan(2)
  expect(adapters.filter((name) => !tables.includes(`| \`${name}\` |`))).toEqual([])
})

it('the comparison notices a capability more or less', () => {
  for (const block of tableBlocks) {
    const other = { ...block, make: () => block.make().replace(/native|memory/, 'something') }
    expect(withBlock(readPage(block), other)).not.toBe(withBlock(readPage(block), block))
  }
})
