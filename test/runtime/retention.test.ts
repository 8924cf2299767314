/** What webhooks said is forgotten one day; that they came is not. What was given up leaves the queue. */
import { billing, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { delivery } from '../../src/testing/storage-cases/build.ts'
import { crowd } from './support/crowd.ts'

const DAY_MS = 24 * 60 * 60_000
const BOUGHT = '2026-03-10T12:00:00Z'

/** Customers whose webhooks were applied on 10 March. */
async function applied() {
  const { plant } = await crowd(2, BOUGHT)
  const requests = async () => {
    const { items } = await plant.storage.deliveries({ state: 'done' }, { limit: 100 })
    return items.map(({ request }) => request)
  }
  expect((await requests()).length).toBeGreaterThan(0)
  return { plant, requests }
}

describe('the body of an applied webhook', () => {
  it('is kept for 30 days, then forgotten by the worker', async () => {
    const { plant, requests } = await applied()
    const count = (await requests()).length
    await plant.at(Date.parse(BOUGHT) + 30 * DAY_MS)
    expect(await plant.start().work({ once: true })).toMatchObject({ pruned: 0 })
    expect(await requests()).not.toContain(null)
    await plant.later(1)
    expect(await plant.start().work({ once: true })).toMatchObject({ pruned: count })
    expect((await requests()).slice(0, count)).toEqual(Array.from({ length: count }, () => null))
  })

  it('is forgotten when the app says, or never', async () => {
    const { plant, requests } = await applied()
    await plant.at(Date.parse(BOUGHT) + 3 * DAY_MS)
    const never = plant.start({ more: { webhookRetentionDays: null } })
    expect(await never.work({ once: true })).toMatchObject({ pruned: 0 })
    expect(await requests()).not.toContain(null)
    const soon = plant.start({ more: { webhookRetentionDays: 2 } })
    await soon.work({ once: true })
    expect((await requests()).every((request) => request === null)).toBe(true)
  })

  it('may be gone when the gateway sends it again: it is known all the same', async () => {
    const { plant } = await crowd(1, BOUGHT)
    const [webhook] = plant.emulator.webhooks()
    if (!webhook) throw new Error('There is a webhook')
    await plant.at(Date.parse(BOUGHT) + 31 * DAY_MS)
    const bill = plant.start()
    await bill.work({ once: true })
    const again = plant.emulator.sign(webhook.body, webhook.headers['webhook-id'] ?? '')
    expect(await bill.receive('sandbox', again)).toMatchObject({ outcome: 'repeated' })
  })

  it.each([0, -1, 1.5, 36_501])('is not kept for %s days: the option fails at start', (days) => {
    const open = () =>
      billing({
        plans: [plan('basic', { price: monthly(4900, 'EUR') })],
        storage: memory(),
        webhookRetentionDays: days,
      })
    expect(open).toThrow(/webhookRetentionDays/)
  })
})

describe('a webhook that a person gave up', () => {
  it('needs nobody any more, and is known when it comes again', async () => {
    const { plant, bill } = await crowd(1, BOUGHT)
    const dead = delivery('msg_1', { gateway: 'sandbox', state: 'dead', nextAt: null })
    await plant.storage.park(dead)
    expect((await bill.health()).problems).toEqual([
      '1 webhooks could not be applied and wait for a person.',
    ])
    await bill.operations.dropDelivery({ gateway: 'sandbox', id: 'msg_1' })
    expect((await bill.health()).problems).toEqual([])
    await plant.storage.park(dead)
    expect((await bill.operations.deliveries('dead')).items).toEqual([])
    const mark = { gateway: 'sandbox', id: 'msg_1' }
    const { delivery: known } = await plant.storage.load({ by: { claims: [] }, delivery: mark })
    expect(known?.state).toBe('done')
  })

  it('is not found when it was applied or never came', async () => {
    const { bill } = await crowd(1, BOUGHT)
    const drop = bill.operations.dropDelivery({ gateway: 'sandbox', id: 'unheard' })
    await expect(drop).rejects.toMatchObject({ code: 'not_found' })
  })
})
