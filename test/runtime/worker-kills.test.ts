/**
 * Workers that are killed with SIGKILL while renewals are due: nothing is lost and nothing is charged
 * twice, judged by the gateway's own book.
 */
import type { WorkerTask } from './processes/tasks.ts'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openAt } from '../storage/processes/open-at.ts'
import { temporaryFile } from '../storage/temporary-file.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { openShop, type Shop } from '../support/shop.ts'
import { sized } from '../support/sized.ts'
import { product } from './processes/product.ts'

const KILLS = sized({ prove: 200, ci: 20, desk: 3 })
const CUSTOMERS = ['ann', 'ben', 'cid', 'dot', 'eve']
const SIDE_BY_SIDE = 4
const MINUTE = 60_000

const worker = fileURLToPath(new URL('./processes/worker.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

const ENGINES = [
  ['SQLite', true, async () => temporaryFile()],
  ['PostgreSQL', isInstalled('postgres'), () => freshDatabase('postgres')],
  ['MariaDB', isInstalled('mysql'), () => freshDatabase('mysql')],
] as const

describe.each(ENGINES)('workers on %s', (_, installed, fresh) => {
  it.skipIf(!installed)(
    `${KILLS} kills at different moments charge every renewal once`,
    { timeout: 1_800_000 },
    async () => {
      const place = await fresh()
      const storage = openAt(place)
      await storage.migrate()
      const shop = await openShop({ product, storage, start: '2025-10-14' })
      onTestFinished(() => shop.close())
      await buy(shop)
      const { url } = await shop.emulator.listen()
      let killed = 0
      let month = 10
      for (let n = 0; killed < KILLS; n += 1) {
        // A new month when all is done, so that there is always something to be interrupted.
        if (n % 3 === 0) shop.clock.set(new Date(Date.UTC(2025, month++, 14)))
        else shop.clock.set(shop.clock.now() + 30 * MINUTE)
        const now = shop.clock.now()
        const tasks = Array.from({ length: SIDE_BY_SIDE }, (__, k): WorkerTask => {
          return { place, gatewayUrl: url, now, killBefore: 2 + ((n * 7 + k * 5) % 29) }
        })
        const ends = await Promise.all(tasks.map(runUntilKilled))
        killed += ends.filter((signal) => signal === 'SIGKILL').length
        if (n % 3 === 2) await settle(shop)
      }
      await settle(shop)
      await judge(shop, month)
    },
  )
})

async function buy(shop: Shop): Promise<void> {
  for (const customer of CUSTOMERS) {
    const { body } = await shop.as(customer).post('/checkout', { plan: 'basic' })
    await shop.pay(body.url)
    await shop.as(customer).get(`/verify/${body.reference}`)
  }
}

/** By which signal the worker ended; `null` when it had nothing left to do. */
async function runUntilKilled(task: WorkerTask): Promise<string | null> {
  const child = fork(worker, { cwd: root, execArgv: ['--import', 'tsx'] })
  const ended = once(child, 'exit')
  await once(child, 'message')
  child.send(task)
  child.on('message', () => child.disconnect())
  const [, signal] = await ended
  return signal
}

/** The leases of the dead run out, and a worker that lives does the rest. */
async function settle(shop: Shop): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    shop.clock.set(shop.clock.now() + 60 * MINUTE)
    await shop.quiet()
  }
}

async function judge({ bill, emulator }: Shop, month: number): Promise<void> {
  const periods = month - 9
  for (const customer of CUSTOMERS) {
    const { subscription } = await bill.status(customer)
    expect([customer, subscription?.status, subscription?.period.start]).toEqual([
      customer,
      'active',
      new Date(Date.UTC(2025, month - 1, 14)),
    ])
  }
  const { charges } = emulator.book()
  expect(charges).toHaveLength(CUSTOMERS.length * periods)
  expect((await bill.operations.effects('parked')).items).toEqual([])
  expect((await bill.operations.effects('unknown')).items).toEqual([])
}
