/** However webhooks come, or whether they come, the end is the one that the gateway's book shows. */
import type { Bill, Gateway, WebhookRequest } from 'billwright'
import type { Renewals } from 'billwright/core'
import { afterAll, describe, expect, it } from 'vitest'
import { outcomeUnknown } from '../../src/gateway.ts'
import { seededRandom } from '../../src/testing/chaos/random.ts'
import { chaos } from '../../src/testing/chaos.ts'
import { everyOrder, tenthOfOrders } from '../support/orders.ts'
import { sized } from '../support/sized.ts'
import { ADA, inTheEnd, judge, judgeMoney, viewOf } from './support/judge.ts'
import { openPlant, type Plant } from './support/plant.ts'
import {
  type Act,
  ask,
  at,
  cancel,
  change,
  mail,
  newCard,
  pay,
  play,
  register,
  resume,
  type Scene,
  subscribe,
  verify,
  work,
} from './support/story.ts'

const CLOCKS: readonly Renewals[] = ['billwright', 'gateway']
const SEEDS = sized({ prove: 5_000, ci: 250, desk: 50 })

const refund = ask('refund', async (bill, options) => {
  const { items } = await bill.transactions(ADA)
  return bill.refund(ADA, items.at(-1)?.id ?? '', { amount: 300, ...options })
})

const longer = ask('a longer trial', (bill, options) => bill.extendTrial(ADA, 5, options))

const day = (date: string) => at(`${date}T12:00:00Z`)

/** Lives in which every kind of webhook comes. */
const LIVES: readonly (readonly Act[])[] = [
  [register, subscribe('basic'), pay(), day('2026-03-20'), change('pro'), day('2026-04-10'), work],
  [register, subscribe('pro'), pay(), day('2026-03-15'), cancel, day('2026-03-18'), resume],
  [register, subscribe('basic'), pay(), cancel, day('2026-04-10'), work],
  [register, subscribe('basic'), pay(), refund, day('2026-03-12'), newCard, pay()],
  [
    ...[register, subscribe('basic'), pay('fails_later'), day('2026-04-10'), work],
    ...[day('2026-04-11'), work, day('2026-04-13'), work, day('2026-04-15'), work],
    ...[day('2026-04-17'), work, day('2026-04-24'), work],
  ],
  [register, subscribe('carded'), pay(), day('2026-03-24'), work, day('2026-04-24'), work],
  [
    ...[register, subscribe('carded'), pay(), day('2026-03-15'), longer],
    ...[day('2026-03-26'), work, day('2026-03-29'), work, day('2026-04-28'), work],
  ],
]

/** A life with two different cards: which is the newest, webhooks in another order do not tell. */
const RECOVERS: readonly Act[] = [
  ...[register, subscribe('basic'), pay('fails_later'), day('2026-04-10'), work],
  ...[day('2026-04-12'), newCard, pay(), work, day('2026-04-13'), work],
]
const EACH = [...LIVES, RECOVERS].map((life, i) => [i, life] as const)

const totals = { runs: 0, delivered: 0, duplicated: 0, dropped: 0, overtaken: 0, ties: 0 }
afterAll(() => console.info(`convergence: ${JSON.stringify(totals)}`))

/** The ends of the lives, told in order with every webhook at once. */
async function inOrder(renewals: Renewals, life: readonly Act[]): Promise<unknown> {
  const plant = await openPlant({ renewals })
  const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
  await play(
    scene,
    life.flatMap((act) => [act, mail, work, mail]),
  )
  await calm(plant, scene.bill)
  await judge(plant, scene.bill)
  return inTheEnd(await viewOf(scene.bill))
}

/** Months pass; what is due is done. */
async function calm(plant: Plant, bill: Bill): Promise<void> {
  await plant.at('2026-05-01T12:00:00Z')
  await plant.quiet(bill)
  await bill.reconcile()
  await bill.work({ once: true })
}

/** The same life on two servers, with webhooks by a courier who has a bad day. */
async function inChaos(renewals: Renewals, life: readonly Act[], seed: number) {
  const plant = await openPlant({ renewals })
  const bills = [plant.start(), plant.start()]
  const random = seededRandom(seed)
  const courier = chaos({
    seed,
    receivers: bills.map((bill) => (request: WebhookRequest) => bill.receive('sandbox', request)),
    sign: plant.anew,
    drop: [0, 0.3, 0.7][seed % 3] ?? 0,
  })
  const scene: Scene = { plant, bill: bills[0] as Bill, page: '', reference: '' }
  for (const [i, act] of life.entries()) {
    scene.bill = bills[random.below(2)] as Bill
    // An app looks before it lets somebody act on what they see.
    await scene.bill.reconcile()
    await act.run(scene, `key-${i}`)
    courier.take(plant.emulator.webhooks())
    await courier.deliver(plant.clock.now())
    await scene.bill.work({ once: true })
  }
  await courier.finish()
  plant.drop()
  await calm(plant, scene.bill)
  return { plant, bill: scene.bill, figures: courier.figures }
}

describe.each(CLOCKS)('with renewals by %s', (renewals) => {
  const proof = { timeout: sized({ prove: 600_000, ci: 60_000 }) }
  it(
    'webhooks twice, late, in any order, on two servers or never end as they do in order',
    proof,
    async () => {
      const ends = await Promise.all(LIVES.map((life) => inOrder(renewals, life)))
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const index = seed % LIVES.length
        const { plant, bill, figures } = await inChaos(renewals, LIVES[index] ?? [], seed)
        await judge(plant, bill)
        expect(inTheEnd(await viewOf(bill)), `seed ${seed}, life ${index}`).toEqual(ends[index])
        totals.runs += 1
        for (const each of ['delivered', 'duplicated', 'dropped', 'overtaken', 'ties'] as const)
          totals[each] += figures[each]
      }
      for (const each of ['delivered', 'duplicated', 'dropped', 'overtaken', 'ties'] as const)
        expect(totals[each], each).toBeGreaterThan(0)
    },
  )

  it.each(EACH)('life %i: webhooks alone suffice when every reply is lost', async (_, life) => {
    const end = await inOrder(renewals, life)
    const plant = await openPlant({ renewals })
    const scene: Scene = { plant, bill: plant.start({ gateway: mute }), page: '', reference: '' }
    await play(
      scene,
      life.flatMap((act) => [act, mail, work, mail]),
    )
    await plant.at('2026-05-01T12:00:00Z')
    await plant.quiet(scene.bill)
    await judgeMoney(plant, scene.bill)
    expect(inTheEnd(await viewOf(scene.bill))).toEqual(end)
  })

  it.each(EACH)(
    'life %i: reconciliation alone suffices when every webhook is lost',
    async (_, life) => {
      const end = await inOrder(renewals, life)
      const plant = await openPlant({ renewals })
      const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
      const look = { name: 'look', run: ({ bill }: Scene) => bill.reconcile() }
      await play(
        scene,
        life.flatMap((act) => [act, look, work]),
      )
      plant.drop()
      await calm(plant, scene.bill)
      expect(plant.pending()).toHaveLength(0)
      await judge(plant, scene.bill)
      expect(inTheEnd(await viewOf(scene.bill))).toEqual(end)
    },
  )
})

/** A gateway that does what it is asked and whose replies are lost, pages apart: those are shown. */
function mute(gateway: Gateway): Gateway {
  return {
    ...gateway,
    async perform(effect, context) {
      const { page } = await gateway.perform(effect, context)
      if (page) return { page, events: [] }
      throw outcomeUnknown(gateway.name)
    },
    find: async () => null,
    fetch: async () => [],
    list: null,
  }
}

/** A life of which nobody hears anything before its end; how many webhooks it has. */
const UNHEARD: Readonly<Record<Renewals, (scene: Scene) => Promise<void>>> = {
  async billwright(scene) {
    const { plant } = scene
    await play(scene, [
      register,
      subscribe('basic'),
      pay(),
      verify,
      change('pro'),
      refund,
      newCard,
      pay(),
    ])
    const charge = plant.emulator.book().charges[0]?.id ?? ''
    plant.emulator.dispute(charge)
    await plant.later(60_000)
    plant.emulator.decideDispute(charge, 'won')
  },
  async gateway(scene) {
    const { plant } = scene
    await play(scene, [register, subscribe('basic'), pay(), day('2026-04-10')])
    await plant.later(60_000)
    await plant.at('2026-05-10T12:00:00Z')
  },
}

describe.each(CLOCKS)('B4 every order, with renewals by %s', (renewals) => {
  async function hear(order: readonly number[] | null) {
    const plant = await openPlant({ renewals })
    const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
    await UNHEARD[renewals](scene)
    const webhooks = plant.emulator.webhooks()
    for (const i of order ?? webhooks.keys()) {
      const request = webhooks[i]
      if (request) await scene.bill.receive('sandbox', plant.anew(request))
    }
    // What came too early is parked and found again.
    for (const minutes of [1, 7, 31]) {
      await plant.later(minutes * 60_000)
      await scene.bill.work({ once: true })
    }
    const view = await viewOf(scene.bill)
    return { plant, bill: scene.bill, view, count: webhooks.length }
  }

  it('ends the same', { timeout: 180_000 }, async () => {
    const straight = await hear(null)
    await judge(straight.plant, straight.bill)
    expect(straight.count).toBeGreaterThanOrEqual(4)
    const positions = Array.from({ length: straight.count }, (_, i) => i)
    const all = sized({ prove: everyOrder, ci: everyOrder, desk: tenthOfOrders })(positions)
    for (const order of all) {
      const { plant, bill, view } = await hear(order)
      expect(view, `order ${order.join(' ')}`).toEqual(straight.view)
      await judge(plant, bill)
    }
    console.info(`${renewals}: ${all.length} orders of ${straight.count} webhooks`)
  })

  it('replaying the whole inbox changes nothing', async () => {
    const { plant, bill } = await hear(null)
    const before = await viewOf(bill)
    const journal = await bill.journal(ADA, { limit: 200 })
    for (const request of plant.emulator.webhooks()) {
      const received = await bill.receive('sandbox', plant.anew(request))
      expect(received.outcome).toBe('repeated')
    }
    expect(await viewOf(bill)).toEqual(before)
    expect(await bill.journal(ADA, { limit: 200 })).toEqual(journal)
  })
})

describe('what is told in the wrong order', () => {
  it('a checkout that is told late does not bring an older card back', async () => {
    const plant = await openPlant()
    const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
    const late: WebhookRequest[] = []
    const keepBack: Act = {
      name: 'keep back',
      async run() {
        late.push(...plant.pending())
        plant.drop()
      },
    }
    const first = [register, subscribe('basic'), pay('fails_later'), verify, keepBack]
    await play(scene, [...first, newCard, pay(), mail])
    expect((await scene.bill.status(ADA)).paymentMethod?.last4).toBe('4242')
    for (const request of late) await scene.bill.receive('sandbox', plant.anew(request))
    expect((await scene.bill.status(ADA)).paymentMethod?.last4).toBe('4242')
  })

  it('a renewal that is told after the end waits for a person: it buys nothing any more', async () => {
    const plant = await openPlant({ renewals: 'gateway' })
    const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
    await play(scene, [...[register, subscribe('basic'), pay(), mail], day('2026-04-10')])
    const [first, ...others] = plant.pending()
    await plant.later(60_000)
    plant.emulator.cancelInDashboard(plant.emulator.book().subscriptions[0]?.id ?? '')
    const end = plant.pending().at(-1)
    for (const request of [end, first, ...others])
      if (request) await scene.bill.receive('sandbox', plant.anew(request))
    const { incidents } = await scene.bill.status(ADA)
    expect(incidents).toMatchObject([{ kind: 'stray_payment', amount: 20_00 }])
  })
})

describe.each(CLOCKS)('the reply and the webhook, with renewals by %s', (renewals) => {
  /** The webhook of a change comes while its reply is still on its way. */
  async function raced(first: 'reply' | 'webhook') {
    const plant = await openPlant({ renewals })
    const other = plant.start()
    const early = (gateway: Gateway): Gateway => ({
      ...gateway,
      async perform(effect, context) {
        const performed = await gateway.perform(effect, context)
        if (first === 'webhook' && effect.kind !== 'checkout.open') await plant.deliver(other)
        return performed
      },
    })
    const scene: Scene = { plant, bill: plant.start({ gateway: early }), page: '', reference: '' }
    await play(scene, [register, subscribe('basic'), pay(), mail, change('pro'), refund, mail])
    await plant.quiet(other)
    await judge(plant, other)
    return inTheEnd(await viewOf(other))
  }

  it('end the same whichever is first', async () => {
    expect(await raced('webhook')).toEqual(await raced('reply'))
  })
})
