import { expect, it } from 'vitest'
import { readPage, withBlock } from '../../scripts/page-block.ts'
import { tableBlocks } from '../../scripts/readme-tables.ts'

it.each(tableBlocks)('the README shows $name as the code has it', (block) => {
  expect(readPage(block)).toBe(withBlock(readPage(block), block))
})

it('the comparison notices a capability more or less', () => {
  for (const block of tableBlocks) {
    const other = { ...block, make: () => block.make().replace(/native|memory/, 'something') }
    expect(withBlock(readPage(block), other)).not.toBe(withBlock(readPage(block), block))
  }
})
