/**
 * Work on the engines that teams run already, with their real servers: whatever becomes of a job or of
 * the engine, each thing is done, and done once.
 */

import type { Shop } from '../support/shop.ts'
import { BillingError } from 'billwright'
import { describe, expect, it } from 'vitest'
import { gate } from '../runtime/support/gate.ts'
import { openAt } from '../storage/processes/open-at.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { ENGINES } from './engines.ts'
import { eventually, forkWorker, openWorks, RENEWAL, subscribed } from './support.ts'

const MINUTE = 60_000

describe.each(ENGINES.map((engine) => [engine.name, engine] as const))(
  'work on %s',
  (_, engine) => {
    const installed = isInstalled(engine.server)
    const rule = it.skipIf(!installed)
    const processesRule = it.skipIf(!installed || !isInstalled('postgres'))

    rule('is done as a job as soon as a commit of another process left it', async () => {
      const { shop, site, heard, work, beside } = await openWorks(engine)
      // After its first look it looks no more by itself.
      work({ bill: await beside((options) => options), pollMs: 60 * MINUTE })
      await eventually(async () => expect((await site.counts()).done).toBe(1))
      await shop.bill.register('joe')
      await eventually(async () => {
        expect([heard, await site.counts()]).toMatchObject([['joe'], { waiting: 0, active: 0 }])
      })
      expect((await site.counts()).done).toBeGreaterThan(1)
    })

    rule('takes few jobs when many commits come at once', async () => {
      const { shop, site, heard, work } = await openWorks(engine)
      const people = Array.from({ length: 100 }, (_, n) => `customer-${n}`)
      await Promise.all(people.map((who) => shop.bill.register(who)))
      work()
      await eventually(() => expect(heard).toHaveLength(100))
      const { done, failed } = await site.counts()
      expect(failed).toBe(0)
      expect(done).toBeLessThan(20)
    })

    rule('waits as one job, however often it is asked for', async () => {
      const { site } = await openWorks(engine)
      for (let n = 0; n < 5; n += 1) await site.jobs.send()
      expect(await site.counts()).toEqual({ waiting: 1, active: 0, done: 0, failed: 0 })
    })

    rule('is done once by jobs that come twice', async () => {
      const { shop, site, work, beside } = await openWorks(engine)
      const customers = await subscribed(shop, 5)
      shop.clock.set(RENEWAL)
      for (let n = 0; n < 6; n += 1) await site.sendAnother()
      work()
      work({ bill: await beside((options) => options) })
      await eventually(async () => {
        expect((await site.counts()).done).toBeGreaterThanOrEqual(6)
        await expectRenewedOnce(shop, customers)
      })
    })

    rule('is found by the next job when a job is lost', async () => {
      const { shop, site, heard, work } = await openWorks(engine)
      await shop.bill.register('joe')
      await eventually(async () => expect((await site.counts()).waiting).toBe(1))
      await site.lose()
      expect((await site.counts()).waiting).toBe(0)
      await shop.bill.register('ann')
      await eventually(async () => expect((await site.counts()).waiting).toBe(1))
      work()
      await eventually(() => expect(heard).toEqual(['joe', 'ann']))
    })

    rule('goes on while the engine is down, and as jobs again when it is back', async () => {
      const { shop, site, wire, heard, work } = await openWorks(engine)
      work()
      await eventually(async () => expect((await site.counts()).done).toBeGreaterThan(0))
      const { done } = await site.counts()
      wire.cut()
      await shop.bill.register('joe')
      await eventually(() => expect(heard).toEqual(['joe']))
      wire.mend()
      await shop.bill.register('ann')
      await eventually(async () => {
        expect(heard).toEqual(['joe', 'ann'])
        // One may have been under way when the wire was cut.
        expect((await site.counts()).done).toBeGreaterThan(done + 1)
      })
    })

    rule('that came up while the engine was down is done when it is back', async () => {
      const { shop, wire, site, heard, work } = await openWorks(engine)
      wire.cut()
      await shop.bill.register('joe')
      wire.mend()
      const end = work()
      await eventually(async () => {
        expect(heard).toEqual(['joe'])
        expect((await site.counts()).done).toBeGreaterThan(0)
      })
      await end()
    })

    rule('ends after the job that runs, and leaves the rest to another', async () => {
      const [begun, held] = [gate(), gate()]
      const hear = async () => {
        begun.open()
        await held.opened
      }
      const { shop, site, heard, work, beside } = await openWorks(engine, { hear })
      for (let n = 0; n < 9; n += 1) await shop.bill.register(`customer-${n}`)
      const end = work()
      await begun.opened
      let stopped = false
      const stopping = end().then(() => {
        stopped = true
      })
      for (let turn = 0; turn < 20; turn += 1) await site.counts()
      expect(stopped).toBe(false)
      held.open()
      await stopping
      expect(heard.length).toBeLessThan(9)
      expect(await site.counts()).toMatchObject({ waiting: 1, active: 0 })
      work({ bill: await beside((options) => options) })
      await eventually(() => expect(heard).toHaveLength(9))
    })

    rule('ends although the engine is down', async () => {
      const { site, wire, work } = await openWorks(engine)
      const end = work()
      await eventually(async () => expect((await site.counts()).done).toBeGreaterThan(0))
      wire.cut()
      await end()
    })

    rule('shows a job as failed when the storage could not be asked', async () => {
      const { site, work, beside } = await openWorks(engine)
      const claimEffects = async () => {
        throw new BillingError('unavailable', 'storage_unavailable', 'The database is down.')
      }
      const bill = await beside((options) => {
        return { ...options, storage: { ...options.storage, claimEffects } }
      })
      work({ bill })
      await eventually(async () => expect((await site.counts()).failed).toBeGreaterThan(0))
      expect((await site.counts()).done).toBe(0)
    })

    processesRule('renews each subscription once in two processes that share it', async () => {
      const place = await freshDatabase('postgres')
      const works = await openWorks(engine, { storage: await migrated(place) })
      const { shop } = works
      const [customers, ...both] = await Promise.all([
        subscribed(shop, 12),
        forkWorker(engine, works),
        forkWorker(engine, works),
      ])
      shop.clock.set(RENEWAL)
      for (const each of both) await each.start({ place })
      // Each has begun a charge, so neither does all of them.
      await eventually(() => expect(both.map(({ performed }) => performed.length)).toEqual([1, 1]))
      for (const each of both) each.go()
      await eventually(() => expectRenewedOnce(shop, customers))
      const performed = both.flatMap((each) => each.performed)
      expect(new Set(performed).size).toBe(performed.length)
      expect(await Promise.all(both.map((each) => each.stop()))).toEqual([null, null])
    })

    processesRule('is taken over from a process that was killed after it charged', async () => {
      const place = await freshDatabase('postgres')
      const works = await openWorks(engine, { storage: await migrated(place) })
      const { shop } = works
      const [customers, victim] = await Promise.all([
        subscribed(shop, 3),
        forkWorker(engine, works),
      ])
      shop.clock.set(RENEWAL)
      await victim.start({ place, killAt: 1 })
      await eventually(() => expect(victim.performed).toHaveLength(1))
      victim.go()
      expect(await victim.ended).toBe('SIGKILL')
      expect(shop.emulator.book().charges).toHaveLength(customers.length + 1)
      // Its leases have run out.
      shop.clock.set(shop.clock.now() + 11 * MINUTE)
      works.work()
      await eventually(() => expectRenewedOnce(shop, customers))
    })
  },
)

async function migrated(place: string) {
  const storage = openAt(place)
  await storage.migrate()
  return storage
}

/** Nothing waits, nothing is stuck, and each renewal was charged once. */
async function expectRenewedOnce(shop: Shop, customers: readonly string[]): Promise<void> {
  for (const state of ['waiting', 'unknown', 'parked'] as const)
    expect((await shop.bill.operations.effects(state)).items).toEqual([])
  expect(shop.emulator.book().charges).toHaveLength(2 * customers.length)
  for (const customer of customers) {
    const { subscription } = await shop.bill.status(customer)
    expect(subscription?.period.start).toEqual(new Date(RENEWAL))
  }
}
