/** The sweep: every due account once, by whichever worker, and no account at the cost of the others. */
import type { Storage } from 'billwright'
import { describe, expect, it } from 'vitest'
import { crowd, watched } from './support/crowd.ts'
import { fuse } from './support/fuse.ts'
import { judge } from './support/judge.ts'

const SOON = '2026-04-08T12:00:00Z'

describe('two workers', () => {
  it.each(['memory', 'sqlite'] as const)(
    'settle each account once together, on %s',
    async (storage) => {
      const { plant, bill, people } = await crowd(40, undefined, { storage })
      const workers = [watched(plant.storage), watched(plant.storage)]
      const [one, two] = workers.map(({ wrapped }) => plant.start({ storage: () => wrapped }))
      await Promise.all([one, two].map((each) => each?.work({ once: true, sweep: 4 })))
      const [first, second] = workers.map(({ seen }) => seen)
      expect([...(first?.due ?? []), ...(second?.due ?? [])].sort()).toEqual([...people].sort())
      expect([first?.conflicts, second?.conflicts]).toEqual([[], []])
      expect(first?.due.length).toBeGreaterThan(0)
      expect(second?.due.length).toBeGreaterThan(0)
      await plant.quiet(bill)
      await judge(plant, bill, people)
      expect(plant.emulator.book().charges).toHaveLength(2 * people.length)
    },
  )

  it('send each reminder once', async () => {
    const { plant, people } = await crowd(12, SOON)
    const told: string[] = []
    const hooks = {
      notice: (notice: { readonly name: string }, { customer }: { readonly customer: string }) =>
        void told.push(`${customer} ${notice.name}`),
    }
    const bills = [1, 2].map(() => plant.start({ more: { hooks } }))
    await Promise.all(bills.map((bill) => bill.work({ once: true, sweep: 2, concurrency: 2 })))
    await Promise.all(bills.map((bill) => bill.work({ once: true })))
    expect(told.sort()).toEqual(people.map((who) => `${who} renewal_reminder`).sort())
  })
})

describe('a worker', () => {
  it('holds no more accounts at one time than `sweep`, however many are due', async () => {
    const { plant, people } = await crowd(40)
    const { seen, wrapped } = watched(plant.storage)
    await plant.start({ storage: () => wrapped }).work({ once: true, sweep: 8, concurrency: 1 })
    expect(seen.due).toHaveLength(people.length)
    // Eight by the sweep and one whose charge is written.
    expect(seen.most).toBeLessThanOrEqual(9)
    expect(seen.most).toBeGreaterThanOrEqual(8)
    expect(seen.mostHeld).toBe(8)
  })

  it('that is killed leaves its accounts to others when its lease ends', async () => {
    const { plant, bill, people } = await crowd(3)
    const killed = fuse({ at: 1, when: 'after' })
    const ended = plant.start({ fuse: killed }).work({ once: true })
    expect(await Promise.race([killed.blown, ended])).toBe('died')
    expect(killed.calls[1]).toBe('due')
    await plant.later(59_000)
    expect(await bill.work({ once: true })).toMatchObject({ accounts: 0 })
    await plant.later(1_000)
    expect(await bill.work({ once: true })).toMatchObject({ accounts: 3 })
    await plant.quiet(bill)
    await judge(plant, bill, people)
  })

  it('takes nothing new after the signal, and finishes what it took', async () => {
    const { plant, people } = await crowd(30)
    const { seen, wrapped } = watched(plant.storage)
    const stop = new AbortController()
    const storage: Storage = {
      ...wrapped,
      async commit(change) {
        if (seen.commits.length === 2) stop.abort()
        return wrapped.commit(change)
      },
    }
    const worked = await plant
      .start({ storage: () => storage })
      .work({ signal: stop.signal, sweep: 4 })
    expect(worked.accounts).toBe(seen.due.length)
    expect(seen.due.length).toBeLessThan(people.length)
    expect(new Set(seen.commits)).toEqual(new Set(seen.due))
  })

  it('with `once` takes nothing new after its deadline, and finishes what it took', async () => {
    const { plant, people } = await crowd(30)
    const { seen, wrapped } = watched(plant.storage)
    const storage: Storage = {
      ...wrapped,
      async commit(change) {
        if (seen.commits.length === 2) plant.clock.set(plant.clock.now() + 10_001)
        return wrapped.commit(change)
      },
    }
    const bill = plant.start({ storage: () => storage })
    const { accounts } = await bill.work({ once: true, deadlineMs: 10_000, sweep: 4 })
    expect(accounts).toBe(seen.due.length)
    expect(seen.due.length).toBeLessThan(people.length)
  })
})

describe('an account', () => {
  it('that fails is tried again when its lease ends and not before', async () => {
    const { plant, people } = await crowd(3)
    const [ada = ''] = people
    let tried = 0
    const poisoned = (storage: Storage): Storage => ({
      ...storage,
      async load(query) {
        if ('account' in query.by && query.by.account === ada) {
          tried += 1
          throw new Error('unreadable')
        }
        return storage.load(query)
      },
    })
    const bill = plant.start({ storage: poisoned })
    for (let look = 0; look < 3; look += 1) await bill.work({ once: true })
    expect(tried).toBe(1)
    expect(plant.emulator.book().charges).toHaveLength(5)
    await plant.later(60_000)
    await bill.work({ once: true })
    expect(tried).toBe(2)
  })

  it('that is always due and never changes does not keep the worker busy', async () => {
    const { plant, people } = await crowd(3)
    const [ada = ''] = people
    const { seen, wrapped } = watched(plant.storage)
    const stuck: Storage = {
      ...wrapped,
      commit: (change) =>
        wrapped.commit(change.account.id === ada ? { ...change, nextActionAt: change.at } : change),
    }
    const bill = plant.start({ storage: () => stuck })
    await bill.work({ once: true })
    const before = seen.commits.filter((id) => id === ada).length
    for (let look = 0; look < 3; look += 1) await bill.work({ once: true })
    expect(seen.commits.filter((id) => id === ada)).toHaveLength(before)
    expect(plant.emulator.book().charges).toHaveLength(6)
  })

  it('whose step hangs does not hold up the rest', async () => {
    const { plant, people } = await crowd(6)
    const [ada = ''] = people
    const hanging = (storage: Storage): Storage => ({
      ...storage,
      load: (query) =>
        'account' in query.by && query.by.account === ada
          ? new Promise(() => {})
          : storage.load(query),
    })
    const stop = new AbortController()
    void plant.start({ storage: hanging }).work({ signal: stop.signal, sweep: 2 })
    const charged = () => plant.emulator.book().charges.length
    while (charged() < 11) await new Promise<void>((resolve) => setImmediate(resolve))
    expect(charged()).toBe(11)
    stop.abort()
  })
})
