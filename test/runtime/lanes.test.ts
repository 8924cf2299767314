/** Steps of one customer wait for each other; those of others do not. */
import { expect, it } from 'vitest'
import { createLanes } from '../../src/runtime/lanes.ts'
import { gate } from './support/gate.ts'

it('steps of one key run one after the other, in the order in which they came', async () => {
  const lanes = createLanes()
  const { open, opened } = gate()
  const ran: string[] = []
  const first = lanes.run(['ada'], async () => {
    await opened
    ran.push('first')
  })
  const second = lanes.run(['ada'], async () => void ran.push('second'))
  await lanes.run(['bob'], async () => void ran.push('bob'))
  expect(ran).toEqual(['bob'])
  open()
  await Promise.all([first, second])
  expect(ran).toEqual(['bob', 'first', 'second'])
})

it('a step that fails fails for its caller alone', async () => {
  const lanes = createLanes()
  const first = lanes.run(['ada'], async () => {
    throw new Error('broken')
  })
  const second = lanes.run(['ada'], async () => 'fine')
  await expect(first).rejects.toThrow('broken')
  await expect(second).resolves.toBe('fine')
})

it('a step waits for all that share one of its keys', async () => {
  const lanes = createLanes()
  const { open, opened } = gate()
  const ran: string[] = []
  const first = lanes.run(['sub-1', 'payment-1'], async () => {
    await opened
    ran.push('first')
  })
  const second = lanes.run(['sub-1', 'payment-2'], async () => void ran.push('second'))
  const third = lanes.run(['payment-2'], async () => void ran.push('third'))
  await lanes.run(['sub-2', 'payment-3'], async () => void ran.push('other'))
  expect(ran).toEqual(['other'])
  open()
  await Promise.all([first, second, third])
  expect(ran).toEqual(['other', 'first', 'second', 'third'])
})
