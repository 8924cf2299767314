/** What never answers, always fails or comes too late: it costs its own, and wakes nobody at night. */
import type { BillingOptions, Gateway, HookContext, Log, LogLine, Storage } from 'billwright'
import type { Notice } from 'billwright/core'
import { limit, monthly, plan } from 'billwright'
import { describe, expect, it } from 'vitest'
import { delivery } from '../../src/testing/storage-cases/build.ts'
import { crowd } from './support/crowd.ts'
import { judge } from './support/judge.ts'
import { PRODUCT } from './support/product.ts'

const SOON = '2026-04-08T12:00:00Z'
const NEVER = new Promise<never>(() => {})
/** Waits of less than the plant's gateway timeout are over at once there. */
const IMPATIENT: Partial<BillingOptions> = { hookTimeoutMs: 19_000 }

function logging() {
  const lines: LogLine[] = []
  const keep = (line: LogLine) => void lines.push(line)
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep }
  return { lines, log, of: (event: string) => lines.filter((line) => line.event === event) }
}

describe('what never comes back', () => {
  it('at a gateway is given up, looked up, and charged once', async () => {
    const { plant, bill, people } = await crowd(3)
    const hanging = (gateway: Gateway): Gateway => ({ ...gateway, perform: () => NEVER })
    const more = { gatewayTimeoutMs: 19_000 }
    const worked = await plant.start({ gateway: hanging, more }).work({ once: true })
    expect(worked.effects).toBeGreaterThanOrEqual(people.length)
    const { items } = await plant.storage.effects({ state: 'unknown' }, { limit: 10 })
    expect(items.map(({ error }) => error)).toEqual(
      people.map(() => expect.objectContaining({ code: 'outcome_unknown' })),
    )
    await plant.quiet(bill)
    await judge(plant, bill, people)
    expect(plant.emulator.book().charges).toHaveLength(6)
  })

  it('from a hook is called again later, and the hooks of others are called meanwhile', async () => {
    const { plant, people } = await crowd(3, SOON)
    const calls: string[] = []
    const notice = (_: Notice, { customer, attempt }: HookContext) => {
      calls.push(`${customer} ${attempt}`)
      return customer === people[0] && attempt === 1 ? NEVER : undefined
    }
    const bill = plant.start({ more: { ...IMPATIENT, hooks: { notice } } })
    await bill.work({ once: true, concurrency: 1 })
    expect(calls).toEqual(people.map((who) => `${who} 1`))
    await plant.later(6_000)
    await bill.work({ once: true })
    expect(calls.slice(3)).toEqual([`${people[0]} 2`])
  })

  it('from `customer` sends nothing, and what was to be sent is tried again', async () => {
    const { plant, bill, people } = await crowd(2)
    const customer = (id: string) => (id === people[0] ? NEVER : { id })
    await plant.start({ more: { ...IMPATIENT, customer } }).work({ once: true })
    expect(plant.emulator.book().charges).toHaveLength(3)
    const { items } = await plant.storage.effects({ state: 'waiting' }, { limit: 10 })
    expect(items.map(({ account, error }) => [account, error])).toEqual([
      [people[0], { code: 'app_failed' }],
    ])
    await plant.quiet(bill)
    await judge(plant, bill, people)
  })

  it('from `list` leaves the account as it is, and the others are settled', async () => {
    const { plant, bill, people } = await crowd(3)
    const list = (id: string) => (id === people[0] ? NEVER : Promise.resolve([]))
    const listings = limit('listings', { list })
    const plans = [
      plan('basic', { rank: 1, price: monthly(2000, 'USD'), includes: [listings(1)] }),
      ...PRODUCT.plans.slice(1),
    ]
    const { log, of } = logging()
    const more = { ...IMPATIENT, plans, log } as Partial<BillingOptions>
    await plant.start({ more }).work({ once: true })
    expect(of('settle_failed')).toMatchObject([
      { account: people[0], error: { code: 'app_failed' } },
    ])
    expect(plant.emulator.book().charges).toHaveLength(5)
    await plant.quiet(bill)
    await judge(plant, bill, people)
  })
})

describe('what always fails', () => {
  it('to be written after the gateway did it is asked less and less often, then left to a person', async () => {
    const { plant, people } = await crowd(1)
    const [ada = ''] = people
    const unwritable = (storage: Storage): Storage => ({
      ...storage,
      async commit(change) {
        if (change.settled.length > 0) throw new Error('cannot be decided')
        return storage.commit(change)
      },
    })
    const { log, of } = logging()
    const broken = plant.start({ storage: unwritable, more: { log } })
    let asked = plant.asked.length
    for (let minute = 0; minute < 60; minute += 1) {
      await broken.work({ once: true })
      await plant.later(60_000)
    }
    asked = plant.asked.length - asked
    expect(asked).toBeLessThan(12)
    expect(of('effect_failed').length).toBeLessThan(12)
    for (let hours = 0; hours < 100; hours += 1) {
      await broken.work({ once: true })
      await plant.later(3_600_000)
    }
    const { items } = await plant.storage.effects({ state: 'parked' }, { limit: 10 })
    expect(items.map(({ account }) => account)).toContain(ada)
    expect(plant.emulator.book().charges).toHaveLength(2)
  })

  it('to be applied because its gateway is gone ends with a person, not every minute anew', async () => {
    const { plant, bill } = await crowd(1)
    await plant.storage.park(delivery('lost', { gateway: 'gone', nextAt: plant.clock.now() }))
    const { log, of } = logging()
    const worker = plant.start({ more: { log } })
    for (let hours = 0; hours < 24 * 5; hours += 1) {
      await worker.work({ once: true })
      await plant.later(3_600_000)
    }
    expect((await bill.operations.deliveries('dead')).items).toMatchObject([{ id: 'lost' }])
    expect(of('replay_failed')).toEqual([])
  })

  it('while something cannot be reached uses up no attempt', async () => {
    const { plant } = await crowd(1, SOON)
    await plant.storage.park(delivery('d', { gateway: 'sandbox', nextAt: plant.clock.now() }))
    const unreachable = (gateway: Gateway): Gateway => ({
      ...gateway,
      receive: async () => {
        const { notDone } = await import('billwright')
        throw notDone('sandbox')
      },
    })
    const worker = plant.start({ gateway: unreachable })
    for (let minutes = 0; minutes < 120; minutes += 1) {
      await worker.work({ once: true })
      await plant.later(60_000)
    }
    const { items } = await plant.storage.deliveries({ state: 'parked' }, { limit: 9 })
    expect(items).toMatchObject([{ id: 'd', attempts: 0 }])
  })
})

describe('what comes too late', () => {
  it('under a lease that is nearly over is left to others as if it had not been claimed', async () => {
    const { plant, people } = await crowd(3, SOON)
    const calls: string[] = []
    const slow = (_: Notice, { customer }: HookContext) => {
      calls.push(customer)
      plant.clock.set(plant.clock.now() + 45_000)
    }
    const signal = new AbortController()
    const stopping = (storage: Storage): Storage => ({
      ...storage,
      async claimEffects(query) {
        const rows = await storage.claimEffects(query)
        if (rows.length > 0) signal.abort()
        return rows
      },
    })
    const more = { hooks: { notice: slow } }
    await plant.start({ more, storage: stopping }).work({ signal: signal.signal, concurrency: 1 })
    expect(calls).toEqual(people.slice(0, 1))
    const { items } = await plant.storage.effects({ state: 'waiting' }, { limit: 9 })
    const left = items.map(({ account, sent, leaseUntil }) => ({ account, sent, leaseUntil }))
    expect(left).toEqual(
      people.slice(1).map((account) => ({ account, sent: false, leaseUntil: null })),
    )
  })

  it('is never a gateway call within its time: a lease outlasts the longest one', async () => {
    const { plant } = await crowd(1)
    let left = 0
    const noting = (storage: Storage): Storage => ({
      ...storage,
      async claimEffects(query) {
        left = query.leaseUntil - query.now
        return storage.claimEffects(query)
      },
    })
    const more = { gatewayTimeoutMs: 120_000, hookTimeoutMs: 600_000 }
    await plant.start({ more, storage: noting }).work({ once: true })
    expect(left).toBeGreaterThan(720_000)
  })
})
