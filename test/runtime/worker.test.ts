/** Workers: leases, zombies, and an end that leaves nothing half done. */
import type { Gateway, Storage } from 'billwright'
import { expect, it } from 'vitest'
import { gate } from './support/gate.ts'
import { judge } from './support/judge.ts'
import { openPlant } from './support/plant.ts'
import { bought, play, type Scene } from './support/story.ts'

async function dueForRenewal() {
  const plant = await openPlant()
  const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
  await play(scene, bought('basic'))
  await plant.at('2026-04-10T12:00:00Z')
  return { plant, bill: scene.bill }
}

it('a worker that outlives its lease and the one that took over charge once together', async () => {
  const { plant, bill } = await dueForRenewal()
  const { open, opened } = gate()
  const asked = gate()
  const slow = (gateway: Gateway): Gateway => ({
    ...gateway,
    async perform(effect, context) {
      asked.open()
      await opened
      return gateway.perform(effect, context)
    },
  })
  const zombie = plant.start({ gateway: slow }).work({ once: true })
  await asked.opened
  await bill.work({ once: true })
  expect(plant.emulator.book().charges).toHaveLength(1)
  await plant.later(61_000)
  await bill.work({ once: true })
  expect(plant.emulator.book().charges).toHaveLength(2)
  open()
  await zombie
  await plant.quiet(bill)
  await judge(plant, bill)
  expect(plant.emulator.book().charges).toHaveLength(2)
})

it('a lease that still runs is left to its owner', async () => {
  const { plant, bill } = await dueForRenewal()
  const asked = gate()
  const never = (gateway: Gateway): Gateway => ({
    ...gateway,
    perform() {
      asked.open()
      return new Promise(() => {})
    },
  })
  void plant.start({ gateway: never }).work({ once: true })
  await asked.opened
  await plant.later(59_000)
  await bill.work({ once: true })
  expect(plant.emulator.book().charges).toHaveLength(1)
})

it('a signal ends a worker after what is under way', async () => {
  const { plant } = await dueForRenewal()
  const stop = new AbortController()
  const asked = gate()
  const { open, opened } = gate()
  const slow = (gateway: Gateway): Gateway => ({
    ...gateway,
    async perform(effect, context) {
      asked.open()
      await opened
      return gateway.perform(effect, context)
    },
  })
  const working = plant.start({ gateway: slow }).work({ signal: stop.signal })
  await asked.opened
  stop.abort()
  open()
  const { effects } = await working
  expect(effects).toBeGreaterThan(0)
  expect(plant.emulator.book().charges).toHaveLength(2)
  const { items } = await plant.storage.effects({ state: 'done' }, { limit: 100 })
  expect(items.some(({ effect }) => effect.kind === 'payment.collect')).toBe(true)
})

it('a signal ends a reconciliation, which asks the gateway nothing more', async () => {
  const { plant, bill } = await dueForRenewal()
  const before = plant.asked.length
  const stopped = await bill.reconcile({ signal: AbortSignal.abort() })
  expect([stopped.looked, plant.asked.length]).toEqual([0, before])
  await bill.reconcile({ signal: new AbortController().signal })
  expect(plant.asked.length).toBeGreaterThan(before)
})

it('a worker that was stopped before it began does nothing', async () => {
  const { plant, bill } = await dueForRenewal()
  const worked = await bill.work({ signal: AbortSignal.abort() })
  const { more, ...counts } = worked
  expect(Object.values(counts).every((count) => count === 0)).toBe(true)
  expect(more).toBe(true)
  expect(plant.emulator.book().charges).toHaveLength(1)
})

it('a worker that works once says whether its deadline left something', async () => {
  const { plant, bill } = await dueForRenewal()
  const late = (gateway: Gateway): Gateway => ({
    ...gateway,
    async perform(effect, context) {
      await plant.later(2_000)
      return gateway.perform(effect, context)
    },
  })
  const cut = await plant.start({ gateway: late }).work({ once: true, deadlineMs: 1_000 })
  expect(cut.more).toBe(true)
  expect((await bill.work({ once: true })).more).toBe(false)
})

it('one account that always fails does not keep the others waiting', async () => {
  const plant = await openPlant()
  const people = ['ada', 'bob', 'cyd']
  const bill = plant.start()
  for (const who of people) {
    const outcome = await bill.subscribe(who, 'basic')
    if ('url' in outcome) await plant.pay(outcome.url)
  }
  await plant.deliver(bill)
  await plant.at('2026-04-10T12:00:00Z')
  const poisoned = (storage: Storage): Storage => ({
    ...storage,
    async load(query) {
      if ('account' in query.by && query.by.account === 'ada') throw new Error('unreadable')
      return storage.load(query)
    },
  })
  await plant.start({ storage: poisoned }).work({ once: true })
  expect(plant.emulator.book().charges).toHaveLength(people.length + 2)
})
