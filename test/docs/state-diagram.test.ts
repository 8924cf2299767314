import { expect, it } from 'vitest'
import { readPage, withBlock } from '../../scripts/page-block.ts'
import { diagramBlock, stateDiagram, statusEdges } from '../../scripts/state-diagram.ts'

const edges = statusEdges()
const block = { ...diagramBlock, make: () => stateDiagram(edges) }

it('the diagram in docs/concepts.md shows every change of status that the code makes, and no other', () => {
  expect(readPage(block)).toBe(withBlock(readPage(block), block))
})

it('the comparison notices one change of status more or less', () => {
  const page = readPage(block)
  const fewer = { ...block, make: () => stateDiagram(edges.slice(1)) }
  expect(withBlock(page, fewer)).not.toBe(withBlock(page, block))
})

it('I15 nothing leads out of a terminal status but a new subscription', () => {
  const onwards = edges.filter(({ from }) => from === 'canceled' || from === 'expired')
  expect(new Set(onwards.map(({ event }) => event))).toEqual(new Set(['subscription.started']))
})

it('I49 every status is reached, and every live one can become active again', () => {
  const reached = new Set(edges.map(({ to }) => to))
  expect([...reached].sort()).toEqual([
    'active',
    'canceled',
    'expired',
    'past_due',
    'paused',
    'suspended',
    'trialing',
    'unpaid',
  ])
  const revived = edges.filter(({ to }) => to === 'active').map(({ from }) => from)
  expect(revived).toEqual(
    expect.arrayContaining(['trialing', 'past_due', 'suspended', 'unpaid', 'paused']),
  )
})
