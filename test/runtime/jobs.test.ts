/** Work on a job engine: the storage says what is due, so nothing depends on what becomes of a job. */
import { setImmediate } from 'node:timers/promises'
import { BillingError, type LogLine, monthly, plan, type Storage } from 'billwright'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openShop, type Product, type Shop, type ShopOptions } from '../support/shop.ts'
import { gate } from './support/gate.ts'
import { type TestEngine, testEngine } from './support/job-engine.ts'

const plans = [plan('basic', { price: monthly(49_00, 'USD') })]
const START = '2025-10-14'
const RENEWAL = '2025-11-14'

interface Stage {
  readonly shop: Shop
  readonly test: TestEngine
  /** Customers whose registration a hook heard, in a job. */
  readonly heard: readonly string[]
  readonly logged: readonly LogLine[]
  /** Time passes for whoever sleeps this long or shorter. */
  pass(ms: number): Promise<void>
  /** Another process of the app, which works; answers with how it ends. */
  work(options?: { readonly deadlineMs?: number }): () => Promise<void>
}

/** A shop with a hook that wants to know who registers: each leaves one call to a worker. */
async function staged(given: Partial<ShopOptions> & { hear?: () => Promise<void> } = {}) {
  const test = testEngine()
  const logged: LogLine[] = []
  const keep = (line: LogLine) => void logged.push(line)
  const sleepers = new Set<{ readonly ms: number; readonly wake: () => void }>()
  const heard: string[] = []
  const product: Product = {
    plans,
    jobs: test.engine,
    hooks: {
      on: {
        'account.registered': async (_, { customer }) => {
          heard.push(customer)
          await given.hear?.()
        },
      },
    },
    log: { debug: keep, info: keep, warn: keep, error: keep },
    ports: {
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (ms === 0 || signal?.aborted) return resolve()
          const sleeper = { ms, wake: resolve }
          sleepers.add(sleeper)
          signal?.addEventListener('abort', () => resolve())
        }),
    },
  }
  const shop = await openShop({ product, start: START, ...given })
  onTestFinished(() => shop.close())
  const stage: Stage = {
    shop,
    test,
    heard,
    logged,
    async pass(ms) {
      await quiet()
      for (const sleeper of sleepers)
        if (sleeper.ms <= ms && sleepers.delete(sleeper)) sleeper.wake()
      await quiet()
    },
    work(options) {
      const stop = new AbortController()
      const working = shop.bill.work({ signal: stop.signal, ...options })
      const end = async () => {
        stop.abort()
        await working
      }
      onTestFinished(end)
      return end
    },
  }
  return stage
}

/** Everything that can happen without time passing has happened. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await setImmediate()
}

describe('a commit', () => {
  it('that left something in the outbox asks for a job', async () => {
    const { shop, test } = await staged()
    await shop.bill.register('joe')
    expect(test.asked).toBe(1)
    expect((await shop.bill.work({ once: true })).effects).toBe(1)
  })

  it('asks for none when this process does at once what it left, nor do reads and usage', async () => {
    const { shop, test, pass } = await staged()
    await shop.bill.register('joe')
    await pass(100)
    await shop.as('joe').post('/checkout', { plan: 'basic' })
    await shop.bill.status('joe')
    await pass(100)
    expect(test.asked).toBe(1)
  })

  it('shares a job with those that come close to it', async () => {
    const { shop, test, pass } = await staged()
    const people = Array.from({ length: 200 }, (_, n) => `customer-${n}`)
    await Promise.all(people.map((who) => shop.bill.register(who)))
    expect(test.asked).toBe(1)
    await pass(100)
    expect(test.asked).toBe(2)
    await pass(100)
    expect(test.asked).toBe(2)
  })

  it.each([
    ['down', 'connection refused'],
    ['silent', 'The job engine did not answer.'],
  ] as const)('stands when the engine is %s', async (condition, error) => {
    const { shop, test, pass, logged } = await staged()
    test.condition = condition
    await shop.bill.register('joe')
    await pass(5_000)
    expect(logged.filter(({ event }) => event === 'jobs_failed')).toEqual([
      { event: 'jobs_failed', engine: 'test', error },
    ])
    expect((await shop.bill.work({ once: true })).effects).toBe(1)
  })
})

describe('a worker', () => {
  it('does in a job what a commit left', async () => {
    const { shop, test, work, heard } = await staged()
    const end = work()
    await quiet()
    test.counts.done = 0
    await shop.bill.register('joe')
    await quiet()
    expect([heard, test.counts.done]).toEqual([['joe'], 1])
    await end()
  })

  it('asks once a minute for a job that finds what fell due by time alone', async () => {
    const { shop, work, pass } = await staged()
    await bought(shop)
    work()
    await quiet()
    shop.clock.set(RENEWAL)
    await pass(59_999)
    expect(shop.emulator.book().charges).toHaveLength(1)
    await pass(60_000)
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it.each(['down', 'silent'] as const)(
    'looks by itself while the engine is %s',
    async (condition) => {
      const { shop, test, work, pass, heard } = await staged()
      await bought(shop)
      test.condition = condition
      const end = work()
      shop.clock.set(RENEWAL)
      await pass(5_000)
      expect(shop.emulator.book().charges).toHaveLength(2)
      await shop.bill.register('ann')
      await pass(60_000)
      await pass(5_000)
      expect([heard, test.counts.done]).toEqual([['ann'], 0])
      const ended = end()
      await pass(5_000)
      await ended
    },
  )

  it('goes on with jobs when the engine is back', async () => {
    const { shop, test, work, pass, heard } = await staged()
    test.condition = 'down'
    work()
    await shop.bill.register('joe')
    test.condition = 'up'
    await pass(60_000)
    expect([heard, test.counts.done]).toEqual([['joe'], 1])
  })

  it('passes on what its deadline cut short', async () => {
    const late = async () => void shop.clock.set(shop.clock.now() + 2_000)
    const { shop, test, work, heard, pass } = await staged({ hear: late })
    for (const who of ['ann', 'ben', 'cid', 'dot', 'eve', 'fay']) await shop.bill.register(who)
    await pass(100)
    work({ deadlineMs: 1_000 })
    await quiet()
    expect(heard.length).toBe(6)
    expect(test.counts.done).toBeGreaterThan(1)
  })

  it('that is stopped finishes the job that runs, and leaves the rest to another', async () => {
    const [begun, held] = [gate(), gate()]
    const hear = async () => {
      begun.open()
      await held.opened
    }
    const { shop, test, work, heard } = await staged({ hear })
    for (let n = 0; n < 9; n += 1) await shop.bill.register(`customer-${n}`)
    const end = work()
    await begun.opened
    let stopped = false
    const stopping = end().then(() => {
      stopped = true
    })
    await quiet()
    expect(stopped).toBe(false)
    held.open()
    await stopping
    expect(heard.length).toBeLessThan(9)
    expect(test.counts).toMatchObject({ waiting: 1, done: 1 })
    work()
    await quiet()
    expect(heard).toHaveLength(9)
  })

  it('has its job fail when the storage could not be asked', async () => {
    const down = async () => {
      throw new BillingError('unavailable', 'storage_unavailable', 'The database is down.')
    }
    const wrap: ShopOptions['wrap'] = (options) => ({
      ...options,
      storage: { ...options.storage, claimEffects: down } satisfies Storage,
    })
    const { test, work } = await staged({ wrap })
    work()
    await quiet()
    expect(test.counts).toEqual({ waiting: 0, done: 0, failed: 1 })
  })
})

it('closing the billing closes what the engine opened', async () => {
  const { shop, test } = await staged()
  await shop.bill.close()
  expect(test.closed).toBe(true)
})

async function bought(shop: Shop): Promise<void> {
  const { body } = await shop.as('joe').post('/checkout', { plan: 'basic' })
  await shop.pay(body.url)
  await shop.quiet()
}
