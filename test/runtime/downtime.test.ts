/** What was down comes back: nobody lost access unheard, nobody paid twice, nothing was forgotten. */

import type { Renewals } from 'billwright/core'
import { setImmediate } from 'node:timers/promises'
import { type Bill, BillingError, type Gateway, type Storage } from 'billwright'
import { describe, expect, it } from 'vitest'
import { outcomeUnknown } from '../../src/gateway.ts'
import { ADA, judge, judgeMoney } from './support/judge.ts'
import { openPlant, type StartOptions } from './support/plant.ts'
import { type Act, bought, pay, play, register, type Scene, subscribe } from './support/story.ts'

const CLOCKS: readonly Renewals[] = ['billwright', 'gateway']

async function stage(
  acts: readonly Act[],
  renewals: Renewals = 'billwright',
  start?: StartOptions,
) {
  const plant = await openPlant({ renewals })
  const scene: Scene = { plant, bill: plant.start(start), page: '', reference: '' }
  await play(scene, acts)
  return { plant, scene, bill: scene.bill }
}

const unreachable = new BillingError('unavailable', 'storage_unavailable', 'The database is down.')

/** A part of the world that can be switched off. */
function broken<Target extends object>(target: Target, names: readonly string[], error: Error) {
  const state = { down: false }
  const wrapped = new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name)
      if (!state.down || !names.includes(String(name))) return value
      return async () => {
        throw error
      }
    },
  })
  return { state, wrapped }
}

async function journalTypes(bill: Bill): Promise<readonly string[]> {
  const { items } = await bill.journal(ADA, { limit: 200 })
  return items.map(({ event }) => event.type)
}

describe.each(CLOCKS)('a server that was down, with renewals by %s', (renewals) => {
  it('for three weeks over a renewal charges once a period and suspends nobody', async () => {
    const { plant } = await stage(bought('basic'), renewals)
    await plant.at('2026-04-10T12:00:00Z')
    await plant.at('2026-05-01T12:00:00Z')
    const bill = plant.start()
    // Where the gateway owns the clock, the first look at it comes before any webhook.
    await bill.work({ once: true })
    expect((await bill.status(ADA)).access).toBe(true)
    await plant.quiet(bill)
    await judge(plant, bill)
    const { access, status } = await bill.status(ADA)
    expect({ access, status }).toEqual({ access: true, status: 'active' })
    expect(plant.emulator.book().charges).toHaveLength(2)
    expect(await journalTypes(bill)).not.toContain('subscription.suspended')
  })

  it('over two renewals charges each period once', async () => {
    const { plant } = await stage(bought('basic'), renewals)
    for (const date of ['2026-04-10', '2026-05-10', '2026-05-12'])
      await plant.at(`${date}T12:00:00Z`)
    const bill = plant.start()
    await plant.deliver(bill)
    await bill.work({ once: true })
    await plant.quiet(bill)
    await judge(plant, bill)
    expect(plant.emulator.book().charges.map(({ amount }) => amount)).toEqual([2000, 2000, 2000])
    expect(await bill.status(ADA)).toMatchObject({ status: 'active', access: true })
    expect(await journalTypes(bill)).not.toContain('subscription.suspended')
  })
})

describe('a gateway that cannot be reached', () => {
  it('at the renewal leaves access, and is asked again until it answers', async () => {
    const { plant, bill } = await stage(bought('basic'))
    plant.emulator.fault('refused_connection', 4)
    await plant.at('2026-04-10T12:00:00Z')
    await bill.work({ once: true })
    expect(plant.emulator.book().charges).toHaveLength(1)
    expect((await bill.status(ADA)).access).toBe(true)
    await plant.quiet(bill)
    await judge(plant, bill)
    expect(plant.emulator.book().charges).toHaveLength(2)
    expect(await bill.status(ADA)).toMatchObject({ status: 'active', access: true })
  })

  it('at an upgrade is an error, changes nothing and charges nothing later', async () => {
    const { plant, bill } = await stage(bought('basic'))
    plant.emulator.fault('refused_connection')
    await expect(bill.changePlan(ADA, 'pro')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'gateway_unavailable',
    })
    await plant.quiet(bill)
    expect(plant.emulator.book().charges).toHaveLength(1)
    expect((await bill.status(ADA)).plan).toBe('basic')
  })

  it('at a refund is asked again by itself, so whoever asked is not told to ask anew', async () => {
    const { plant, bill } = await stage(bought('basic'))
    plant.emulator.fault('429')
    const { items } = await bill.transactions(ADA)
    await bill.refund(ADA, items[0]?.id ?? '', { amount: 500 })
    await plant.quiet(bill)
    await judge(plant, bill)
    expect(plant.emulator.book().refunds.map(({ amount }) => amount)).toEqual([500])
  })
})

describe('a storage that cannot be reached', () => {
  it('B16 during a webhook is an error of kind unavailable, and redelivery applies it', async () => {
    let down = { down: false }
    const wrap = (storage: Storage) => {
      const { state, wrapped } = broken(storage, ['load', 'commit', 'park'], unreachable)
      down = state
      return wrapped
    }
    const { plant, bill } = await stage([register, subscribe('basic'), pay()], 'billwright', {
      storage: wrap,
    })
    const [request] = plant.pending()
    if (!request) throw new Error('There is a webhook')
    down.down = true
    await expect(bill.receive('sandbox', request)).rejects.toMatchObject({ kind: 'unavailable' })
    down.down = false
    expect((await bill.status(ADA)).status).toBe('none')
    await plant.deliver(bill)
    expect((await bill.status(ADA)).status).toBe('active')
    // The worker gives the invoice its number.
    await plant.quiet(bill)
    await judge(plant, bill)
  })

  async function dueWithoutQueues() {
    let down = { down: false }
    const wrap = (storage: Storage) => {
      const { state, wrapped } = broken(storage, ['claimEffects', 'due'], unreachable)
      down = state
      return wrapped
    }
    const { plant, bill } = await stage(bought('basic'), 'billwright', { storage: wrap })
    await plant.at('2026-04-10T12:00:00Z')
    down.down = true
    return { plant, bill, down }
  }

  it('does not end a worker, which goes on with the next look', async () => {
    const { plant, bill, down } = await dueWithoutQueues()
    const stop = new AbortController()
    const working = bill.work({ signal: stop.signal, pollMs: 1 })
    for (let turn = 0; turn < 5; turn += 1) await setImmediate()
    expect(plant.emulator.book().charges).toHaveLength(1)
    down.down = false
    while (plant.emulator.book().charges.length < 2) await setImmediate()
    stop.abort()
    await working
    await plant.quiet(bill)
    expect(plant.emulator.book().charges).toHaveLength(2)
  })

  it('is told to whoever had a worker work once, so that they try again', async () => {
    const { plant, bill, down } = await dueWithoutQueues()
    await expect(bill.work({ once: true })).rejects.toMatchObject({ code: 'storage_unavailable' })
    down.down = false
    await bill.work({ once: true })
    expect(plant.emulator.book().charges).toHaveLength(2)
  })
})

describe('webhooks at the wrong time', () => {
  it('B14 one about nobody we know waits, is applied once somebody is, and is done then', async () => {
    const { plant, bill, scene } = await stage([register, subscribe('basic')], 'gateway')
    await plant.pay(scene.page)
    const [first, ...later] = plant.pending()
    const early = later.find((request) => text(request).includes('subscription.')) ?? first
    if (!early) throw new Error('There is a webhook about the subscription')
    expect((await bill.receive('sandbox', plant.anew(early))).outcome).toBe('parked')
    await plant.deliver(bill)
    await plant.quiet(bill)
    await judge(plant, bill)
    expect((await bill.status(ADA)).status).toBe('active')
  })

  it('B14 one that stays about nobody is for a person after its last try', async () => {
    const { plant, bill, scene } = await stage([register, subscribe('basic')], 'gateway')
    const other = await openPlant({ renewals: 'gateway' })
    await plant.pay(scene.page)
    const early = plant.pending().find((request) => text(request).includes('subscription.'))
    if (!early) throw new Error('There is a webhook about the subscription')
    const stranger = other.start()
    await stranger.receive('sandbox', early)
    let tries = 0
    for (const hours of [0.02, 0.2, 1, 3, 7, 25, 49, 49]) {
      await other.later(hours * 3_600_000)
      tries += (await stranger.work({ once: true })).deliveries
    }
    expect(tries).toBe(7)
    const dead = await stranger.operations.deliveries('dead')
    expect(dead.items).toHaveLength(1)
    expect((await stranger.health()).problems.join()).toContain('webhooks could not be applied')
    expect(bill).toBeDefined()
  })

  it('B19 a subscription that was ended in the dashboard ends here without a command', async () => {
    const { plant, bill } = await stage(bought('basic'), 'gateway')
    const [subscription] = plant.emulator.book().subscriptions
    plant.emulator.cancelInDashboard(subscription?.id ?? '')
    await plant.deliver(bill)
    expect(await bill.status(ADA)).toMatchObject({ status: 'canceled', access: false })
    await judge(plant, bill)
  })

  it('a late one about a payment that was made in time finds the account as it was then', async () => {
    const { plant, bill, scene } = await stage([register, subscribe('basic')])
    await plant.at('2026-03-11T11:00:00Z')
    await plant.pay(scene.page)
    // The checkout runs out here before anybody hears of the money.
    await plant.at('2026-03-11T13:00:00Z')
    await bill.work({ once: true })
    await plant.deliver(bill)
    await judge(plant, bill)
    expect(await bill.status(ADA)).toMatchObject({ status: 'active', incidents: [] })
  })
})

function text({ body }: { readonly body: Uint8Array }): string {
  return new TextDecoder().decode(body)
}

describe('an outcome that nobody knows', () => {
  /** A gateway that neither takes keys nor keeps references, and whose replies are lost. */
  const blind =
    (asked: string[], lost: { lost: boolean }) =>
    (gateway: Gateway): Gateway => {
      const none = Object.keys(gateway.capabilities.dedupe).map((kind) => [kind, 'none'])
      return {
        ...gateway,
        capabilities: { ...gateway.capabilities, dedupe: Object.fromEntries(none) },
        find: async () => null,
        async perform(effect, context) {
          asked.push(effect.kind)
          const performed = await gateway.perform(effect, context)
          if (lost.lost) throw outcomeUnknown(gateway.name)
          return performed
        },
      }
    }

  it('is never sent twice without a key or reference, and is for a person in the end', async () => {
    const [asked, lost] = [[] as string[], { lost: false }]
    const { plant, bill } = await stage(bought('basic'), 'billwright', {
      gateway: blind(asked, lost),
    })
    lost.lost = true
    await plant.at('2026-04-10T12:00:00Z')
    await bill.work({ once: true })
    const sent = asked.filter((kind) => kind === 'payment.collect').length
    for (let hour = 0; hour < 6; hour += 1) {
      await plant.later(3_600_000)
      await bill.work({ once: true })
    }
    expect(sent).toBe(1)
    expect(asked.filter((kind) => kind === 'payment.collect')).toHaveLength(1)
    expect((await bill.operations.effects('parked')).items).toHaveLength(1)
    expect((await bill.status(ADA)).access).toBe(true)
    expect(plant.emulator.book().charges).toHaveLength(2)
    // The webhook says what the reply would have said.
    await plant.deliver(bill)
    await judgeMoney(plant, bill)
    expect((await bill.status(ADA)).status).toBe('active')
  })

  it('is sent again where the gateway takes a key, and is one charge', async () => {
    const { plant, bill } = await stage(bought('basic'))
    plant.emulator.fault('lost_reply', 2)
    await plant.at('2026-04-10T12:00:00Z')
    await bill.work({ once: true })
    plant.drop()
    await plant.quiet(bill)
    await judge(plant, bill)
    expect(plant.emulator.book().charges).toHaveLength(2)
  })
})

describe('B15 a webhook whose handling breaks', () => {
  it('at any of its calls is not accepted, and redelivery applies it once', async () => {
    for (const verb of ['load', 'commit'] as const) {
      let down = { down: false }
      const wrap = (storage: Storage) => {
        const { state, wrapped } = broken(storage, [verb], new Error('a bug'))
        down = state
        return wrapped
      }
      const { plant, bill } = await stage([register, subscribe('basic'), pay()], 'billwright', {
        storage: wrap,
      })
      down.down = true
      expect(await plant.deliver(bill)).toBe(0)
      down.down = false
      await plant.quiet(bill)
      await judge(plant, bill)
      expect((await bill.status(ADA)).status).toBe('active')
    }
  })
})

describe('hooks', () => {
  interface Heard {
    readonly what: string
    readonly key: string
    readonly attempt: number
  }

  function listening(failing: (what: string, attempt: number) => boolean) {
    const heard: Heard[] = []
    const hear =
      (what: string) =>
      (_: unknown, { key, attempt }: Omit<Heard, 'what'>) => {
        heard.push({ what, key, attempt })
        if (failing(what, attempt)) throw new Error('The mail server is down')
      }
    const hooks = {
      notice: hear('notice'),
      on: { 'subscription.started': hear('started'), 'payment.recorded': hear('paid') },
    }
    return { heard, more: { hooks } }
  }

  it('one that throws is called again under its key and holds up no other', async () => {
    const { heard, more } = listening((what, attempt) => what === 'started' && attempt === 1)
    const { plant, bill } = await stage(bought('basic'), 'billwright', { more })
    await bill.work({ once: true })
    expect(heard.filter(({ what }) => what === 'paid')).toHaveLength(1)
    await plant.quiet(bill)
    const started = heard.filter(({ what }) => what === 'started')
    expect(started.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(new Set(started.map(({ key }) => key)).size).toBe(1)
    await judge(plant, bill)
  })

  it('each event has a key of its own', async () => {
    const { heard, more } = listening(() => false)
    const { plant, bill } = await stage(bought('basic'), 'billwright', { more })
    await plant.at('2026-04-10T12:00:00Z')
    await plant.quiet(bill)
    const paid = heard.filter(({ what }) => what === 'paid')
    expect(paid).toHaveLength(2)
    expect(new Set(heard.map(({ key }) => key)).size).toBe(heard.length)
  })

  it('a reminder that is stale is not sent, and what was not stale is', async () => {
    const sent: string[] = []
    const more = {
      hooks: { notice: ({ name }: { readonly name: string }) => void sent.push(name) },
    }
    const { plant, bill } = await stage(bought('basic'), 'billwright', { more })
    await plant.at('2026-04-20T12:00:00Z')
    await plant.quiet(bill)
    expect(sent).not.toContain('renewal_reminder')
    expect(sent.length).toBeGreaterThan(0)
    const alive: string[] = []
    const other = {
      hooks: { notice: ({ name }: { readonly name: string }) => void alive.push(name) },
    }
    const second = await stage(bought('basic'), 'billwright', { more: other })
    await second.plant.at('2026-04-08T12:00:00Z')
    await second.plant.quiet(second.bill)
    expect(alive).toContain('renewal_reminder')
  })
})
