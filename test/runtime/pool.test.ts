/** Steps side by side: never more than there is room for, and in order under one key. */
import { expect, it } from 'vitest'
import { createPool } from '../../src/runtime/pool.ts'
import { gate } from './support/gate.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('never runs more steps at one time than its size, and runs all of them', async () => {
  const pool = createPool(3)
  let [running, most, ran] = [0, 0, 0]
  for (let n = 0; n < 20; n += 1)
    pool.add(`${n}`, async () => {
      running += 1
      most = Math.max(most, running)
      await turn()
      running -= 1
      ran += 1
    })
  expect(pool.left).toBe(20)
  await pool.until(0)
  expect({ most, ran, left: pool.left }).toEqual({ most: 3, ran: 20, left: 0 })
})

it('runs steps under one key one after the other, others pass them by', async () => {
  const pool = createPool(4)
  const { open, opened } = gate()
  const ran: string[] = []
  pool.add('ada', async () => {
    await opened
    ran.push('ada 1')
  })
  pool.add('ada', async () => void ran.push('ada 2'))
  pool.add('ada', async () => void ran.push('ada 3'))
  pool.add('bob', async () => void ran.push('bob'))
  await pool.until(3)
  expect(ran).toEqual(['bob'])
  open()
  await pool.until(0)
  expect(ran).toEqual(['bob', 'ada 1', 'ada 2', 'ada 3'])
})

it('tells whoever waits as soon as few enough are left', async () => {
  const pool = createPool(2)
  const gates = [gate(), gate(), gate()]
  for (const [n, { opened }] of gates.entries()) pool.add(`${n}`, () => opened)
  const told: string[] = []
  const waits = [2, 0].map((count) => pool.until(count).then(() => told.push(`${count} left`)))
  await turn()
  expect(told).toEqual([])
  gates[0]?.open()
  await turn()
  expect(told).toEqual(['2 left'])
  for (const { open } of gates) open()
  await Promise.all(waits)
  expect(told).toEqual(['2 left', '0 left'])
})
