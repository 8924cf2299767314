import { expect, it } from 'vitest'
import { gatewayIndex } from '../../scripts/gateway-index.ts'
import { readPage, withBlock } from '../../scripts/page-block.ts'

it('docs/gateways/index.md shows what each gateway does itself as the code has it', () => {
  expect(readPage(gatewayIndex)).toBe(withBlock(readPage(gatewayIndex), gatewayIndex))
})

it('the comparison notices one operation that changes hands', () => {
  const other = {
    ...gatewayIndex,
    make: () => gatewayIndex.make().replace('**native**', '**core**'),
  }
  expect(withBlock(readPage(gatewayIndex), other)).not.toBe(readPage(gatewayIndex))
})
