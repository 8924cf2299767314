/** A process may be killed at every single call it makes: nothing is lost and nothing is done twice. */
import type { Renewals } from 'billwright/core'
import { afterAll, describe, expect, it } from 'vitest'
import { EVERY_FAULT } from '../support/faults.ts'
import { type Blow, fuse } from './support/fuse.ts'
import { ADA, inTheEnd, judge, viewOf } from './support/judge.ts'
import { openPlant, type StartOptions } from './support/plant.ts'
import {
  type Act,
  ask,
  at,
  bought,
  cancel,
  change,
  mail,
  newCard,
  pay,
  play,
  register,
  resume,
  retry,
  type Scene,
  subscribe,
  verify,
  work,
} from './support/story.ts'

interface Story {
  readonly name: string
  readonly clocks: readonly Renewals[]
  /** What happens before, without trouble. */
  readonly before: readonly Act[]
  readonly acts: readonly Act[]
}

const BOTH: readonly Renewals[] = ['billwright', 'gateway']
const OURS: readonly Renewals[] = ['billwright']

const STORIES: readonly Story[] = [
  { name: 'register', clocks: BOTH, before: [], acts: [register] },
  {
    name: 'subscribe, pay and verify',
    clocks: BOTH,
    before: [register],
    acts: [subscribe('basic'), pay(), verify],
  },
  {
    name: 'receive a webhook',
    clocks: BOTH,
    before: [register, subscribe('basic'), pay()],
    acts: [mail, work],
  },
  { name: 'start a trial', clocks: OURS, before: [register], acts: [subscribe('tried'), work] },
  {
    name: 'start a trial with a card',
    clocks: BOTH,
    before: [register],
    acts: [subscribe('carded'), pay(), verify],
  },
  { name: 'upgrade', clocks: BOTH, before: bought('basic'), acts: [change('pro'), mail] },
  {
    name: 'downgrade at the boundary',
    clocks: BOTH,
    before: bought('pro'),
    acts: [
      change('basic'),
      mail,
      at('2026-03-11T12:00:00Z'),
      work,
      mail,
      at('2026-04-10T12:00:00Z'),
      work,
      mail,
    ],
  },
  { name: 'cancel', clocks: BOTH, before: bought('basic'), acts: [cancel, mail] },
  {
    name: 'cancel at the end',
    clocks: BOTH,
    before: [...bought('basic'), cancel],
    acts: [at('2026-04-10T12:00:00Z'), work, mail],
  },
  {
    name: 'resume',
    clocks: BOTH,
    before: [...bought('basic'), cancel, mail],
    acts: [resume, mail],
  },
  {
    name: 'add-on',
    clocks: BOTH,
    before: bought('pro'),
    acts: [ask('add-on', (bill, options) => bill.addOn(ADA, 'seats', 2, options)), mail],
  },
  {
    name: 'quantity',
    clocks: BOTH,
    before: bought('pro'),
    acts: [ask('quantity', (bill, options) => bill.setQuantity(ADA, 3, options)), mail],
  },
  {
    name: 'coupon',
    clocks: BOTH,
    before: bought('basic'),
    acts: [ask('coupon', (bill, options) => bill.applyCoupon(ADA, 'TEN', options)), mail],
  },
  {
    name: 'refund',
    clocks: BOTH,
    before: bought('basic'),
    acts: [
      ask('refund', async (bill, options) => {
        const { items } = await bill.transactions(ADA)
        return bill.refund(ADA, items[0]?.id ?? '', { amount: 700, ...options })
      }),
      mail,
    ],
  },
  {
    name: 'renewal by the worker',
    clocks: BOTH,
    before: bought('basic'),
    acts: [at('2026-04-10T12:00:00Z'), work, mail, work],
  },
  {
    name: 'a declined renewal is tried again',
    clocks: OURS,
    before: [...bought('basic', 'fails_later'), at('2026-04-10T12:00:00Z'), work, mail],
    acts: [retry, work],
  },
  {
    name: 'a declined renewal is paid with another card',
    clocks: BOTH,
    before: [
      ...bought('basic', 'fails_later'),
      at('2026-04-10T12:00:00Z'),
      work,
      mail,
      newCard,
      pay(),
    ],
    acts: [mail, work, mail],
  },
  {
    name: 'another card',
    clocks: BOTH,
    before: bought('basic'),
    acts: [newCard, pay(), mail, work],
  },
]

const CASES = STORIES.flatMap(({ clocks, ...story }) =>
  clocks.map((renewals) => ({ ...story, renewals })),
)
type Case = (typeof CASES)[number]

/** Plays a story; a process that dies is followed by another, and whoever asked asks again. */
async function tell(story: Case, options: StartOptions = {}) {
  const { renewals, before, acts } = story
  const plant = await openPlant({ renewals })
  const scene: Scene = { plant, bill: plant.start(), page: '', reference: '' }
  await play(scene, before)
  const line = options.fuse ?? fuse()
  scene.bill = plant.start({ ...options, fuse: line })
  for (const [i, act] of acts.entries()) await endure(scene, { act, key: `act-${i}` }, line)
  const bill = plant.start()
  scene.bill = bill
  await plant.quiet(bill)
  await bill.reconcile()
  await bill.work({ once: true })
  return { scene, line, plant, bill }
}

async function endure(
  scene: Scene,
  { act, key }: { readonly act: Act; readonly key: string },
  { blown, dead }: ReturnType<typeof fuse>,
): Promise<void> {
  const { plant } = scene
  const doing = act.run(scene, key)
  const result = await (dead ? doing : Promise.race([doing, blown])).catch(
    (error: unknown) => error,
  )
  if (result instanceof Error) {
    // They were told that it did not work; a minute later they try once more, anew.
    await plant.later(61_000)
    await act.run(scene, `${key}-anew`)
  }
  if (result !== 'died') return
  scene.bill = plant.start()
  // At once, while the dead process still holds its lease, and again when that has run out.
  await act.run(scene, key).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'in_progress' })
  })
  await plant.later(61_000)
  await act.run(scene, key)
}

const counted = { points: 0, faults: 0 }
afterAll(() => console.info(`${counted.points} crash points, ${counted.faults} faults`))

describe.each(CASES)('$name with renewals by $renewals', (story) => {
  it('A kill before or after any one call loses and doubles nothing', async () => {
    const clean = await tell(story)
    await judge(clean.plant, clean.bill)
    const expected = await viewOf(clean.bill)
    const points = clean.line.calls.length
    expect(points).toBeGreaterThan(0)
    for (let index = 0; index < points; index += 1)
      for (const when of ['before', 'after'] as const) {
        const blow: Blow = { at: index, when }
        const where = `killed ${when} call ${index} of ${points}: ${clean.line.calls[index]}`
        await explain(where, async () => {
          const told = await tell(story, { fuse: fuse(blow) })
          expect(told.line.dead, 'the point was reached').toBe(true)
          await judge(told.plant, told.bill)
          expect(await viewOf(told.bill)).toEqual(expected)
        })
        counted.points += 1
      }
  })

  it('one fault at any call of the gateway loses and doubles nothing', async () => {
    const clean = await tell(story)
    const expected = inTheEnd(await viewOf(clean.bill))
    const calls = clean.line.calls.filter((name) => name.startsWith('fetch ')).length
    for (let index = 0; index < calls; index += 1)
      for (const kind of EVERY_FAULT) {
        await explain(`${kind} at call ${index} of ${calls} of the gateway`, async () => {
          const told = await tell(story, { fault: { at: index, kind } })
          expect(
            told.line.calls.filter((name) => name.startsWith('fetch ')).length,
            'reached',
          ).toBeGreaterThan(index)
          await judge(told.plant, told.bill)
          expect(inTheEnd(await viewOf(told.bill))).toEqual(expected)
        })
        counted.faults += 1
      }
  })
})

async function explain(where: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`
    throw error
  }
}
