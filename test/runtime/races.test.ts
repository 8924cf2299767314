/** Many at once, in two processes on one storage: the end is one of those that come one after the other. */
import type { Bill, Storage } from 'billwright'
import type { Renewals } from 'billwright/core'
import { describe, expect, it } from 'vitest'
import { freshStorage, STORAGES, type StorageName } from '../support/shop.ts'
import { ADA, inTheEnd, judge, viewOf } from './support/judge.ts'
import { openPlant, type Plant } from './support/plant.ts'
import {
  type Act,
  ask,
  at,
  bought,
  cancel,
  change,
  mail,
  play,
  resume,
  type Scene,
} from './support/story.ts'

/** Calls by turns from two processes, all at once; what each came to. */
async function flood<T>(
  bills: readonly Bill[],
  times: number,
  call: (bill: Bill, i: number) => Promise<T>,
): Promise<{ readonly done: readonly T[]; readonly codes: readonly string[] }> {
  const settled = await Promise.allSettled(
    Array.from({ length: times }, (_, i) => call(bills[i % bills.length] as Bill, i)),
  )
  const done = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const codes = settled.flatMap((each) =>
    each.status === 'rejected' ? [String(each.reason.code ?? each.reason)] : [],
  )
  return { done, codes }
}

async function two(storage: StorageName | Storage, renewals: Renewals = 'billwright') {
  const plant = await openPlant({ storage, renewals })
  return { plant, bills: [plant.start(), plant.start()] as const }
}

async function finish(plant: Plant, bill: Bill, customers?: readonly string[]): Promise<void> {
  await plant.quiet(bill)
  await bill.reconcile()
  await judge(plant, bill, customers)
}

function pagesOf(outcomes: readonly Awaited<ReturnType<Bill['subscribe']>>[]): readonly string[] {
  return outcomes.flatMap((outcome) => ('url' in outcome ? [outcome.url] : []))
}

const created = (plant: Plant, operation: string) =>
  plant.emulator.book().writes.filter((write) => write.operation.includes(operation)).length

describe.each(STORAGES)('on %s', (storage) => {
  it('D1 64 subscribes at once, with keys of their own: one checkout, one subscription, one charge', async () => {
    const { plant, bills } = await two(storage)
    const { done, codes } = await flood(bills, 64, (bill, i) =>
      bill.subscribe(ADA, 'basic', { idempotencyKey: `tab-${i}` }),
    )
    expect(codes).toEqual([])
    const pages = new Set(pagesOf(done))
    expect(pages.size).toBe(1)
    for (const page of pages) {
      await plant.pay(page)
      await plant.pay(page)
    }
    await finish(plant, bills[0])
    expect(created(plant, 'checkouts')).toBe(1)
    expect(plant.emulator.book().charges).toHaveLength(1)
    expect((await bills[1].status(ADA)).subscriptions).toHaveLength(1)
  })

  it('D1 a double click under one key is one request to the gateway and one answer', async () => {
    const { plant, bills } = await two(storage)
    const { done, codes } = await flood(bills, 64, (bill) =>
      bill.subscribe(ADA, 'basic', { idempotencyKey: 'click' }),
    )
    expect(codes).toEqual([])
    expect(done).toHaveLength(64)
    expect(new Set(done.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(created(plant, 'checkouts')).toBe(1)
  })

  it('D2 two tabs with two plans: both may pay, one subscription, nothing lost', async () => {
    const { plant, bills } = await two(storage)
    const { done, codes } = await flood(bills, 2, (bill, i) =>
      bill.subscribe(ADA, i === 0 ? 'basic' : 'pro'),
    )
    expect(codes).toEqual([])
    for (const page of new Set(pagesOf(done))) await plant.pay(page)
    await finish(plant, bills[0])
    const { subscriptions, credit, plan } = await bills[0].status(ADA)
    expect(subscriptions).toHaveLength(1)
    const paid = plant.emulator.book().charges.reduce((sum, { amount }) => sum + amount, 0)
    const price = plan === 'basic' ? 2000 : 5000
    expect(price + (credit.USD ?? 0)).toBe(paid)
  })

  it('D4 200 uses at once at a limit of 50: exactly 50', async () => {
    const { plant, bills } = await two(storage)
    await play(scene(plant, bills[0]), bought('basic'))
    const { done, codes } = await flood(bills, 200, (bill) => bill.use(ADA, 'calls'))
    expect(done).toHaveLength(50)
    expect(new Set(codes)).toEqual(new Set(['limit_reached']))
    expect(new Set(done.map(({ used }) => used)).size).toBe(50)
    expect((await bills[1].check(ADA, 'calls')).used).toBe(50)
  })

  it('D6 one usage key at once counts once; with another amount it is refused', async () => {
    const { plant, bills } = await two(storage)
    await play(scene(plant, bills[0]), bought('basic'))
    const { done } = await flood(bills, 10, (bill) =>
      bill.use(ADA, 'calls', 3, { idempotencyKey: 'job' }),
    )
    expect(done.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect((await bills[0].check(ADA, 'calls')).used).toBe(3)
    const other = bills[1].use(ADA, 'calls', 4, { idempotencyKey: 'job' })
    await expect(other).rejects.toMatchObject({ code: 'idempotency_mismatch' })
  })

  it('D9 a coupon of which there is one goes to one of 64 customers', async () => {
    const { plant, bills } = await two(storage)
    const names = Array.from({ length: 64 }, (_, i) => `customer-${i}`)
    const { done, codes } = await flood(bills, 64, (bill, i) =>
      bill.subscribe(names[i] ?? '', 'basic', { coupon: 'ONLY' }),
    )
    expect(done).toHaveLength(1)
    expect(new Set(codes)).toEqual(new Set(['coupon_used']))
    for (const page of pagesOf(done)) await plant.pay(page)
    await finish(plant, bills[0], names)
    expect(plant.emulator.book().charges.map(({ amount }) => amount)).toEqual([1000])
  })

  it('D10 one trial key gives one of 16 accounts its trial', async () => {
    const { bills } = await two(storage)
    const { done, codes } = await flood(bills, 16, (bill, i) =>
      bill.startTrial(`customer-${i}`, 'tried', { trialKeys: ['fingerprint'] }),
    )
    expect(done.filter(({ status }) => status === 'trialing')).toHaveLength(1)
    expect(new Set(codes)).toEqual(new Set(['trial_used']))
  })

  it('D14 many refunds at once never give back more than was paid', async () => {
    const { plant, bills } = await two(storage)
    await play(scene(plant, bills[0]), bought('basic'))
    const { items } = await bills[0].transactions(ADA)
    const payment = items[0]?.id ?? ''
    await flood(bills, 8, (bill) => bill.refund(ADA, payment, { amount: 700 }))
    await finish(plant, bills[0])
    expect(plant.emulator.book().charges.map(({ refunded }) => refunded)).toEqual([1400])
  })
})

function scene(plant: Plant, bill: Bill): Scene {
  return { plant, bill, page: '', reference: '' }
}

interface Pair {
  readonly name: string
  readonly clocks: readonly Renewals[]
  readonly before: readonly Act[]
  readonly both: readonly [Act, Act]
}

const toPro = change('pro')
const toBasic = change('basic')
const quantity = (n: number) =>
  ask(`quantity ${n}`, (bill, options) => bill.setQuantity(ADA, n, options))
const BOTH: readonly Renewals[] = ['billwright', 'gateway']

const PAIRS: readonly Pair[] = [
  {
    name: 'a change and the renewal webhook',
    clocks: ['gateway'],
    before: [...bought('basic'), at('2026-04-10T12:00:00Z')],
    both: [toPro, mail],
  },
  {
    name: 'a change and the renewal by the worker',
    clocks: ['billwright'],
    before: [...bought('basic'), at('2026-04-10T12:00:00Z')],
    both: [toPro, { name: 'work', run: ({ bill }) => bill.work({ once: true }) }],
  },
  {
    name: 'cancel and resume',
    clocks: BOTH,
    before: [...bought('basic'), cancel, mail],
    both: [cancel, resume],
  },
  {
    name: 'upgrade and downgrade',
    clocks: BOTH,
    before: [...bought('pro')],
    both: [quantity(3), toBasic],
  },
  { name: 'cancel and upgrade', clocks: BOTH, before: [...bought('basic')], both: [cancel, toPro] },
  {
    name: 'two quantities',
    clocks: BOTH,
    before: [...bought('pro')],
    both: [quantity(2), quantity(4)],
  },
  {
    name: 'two workers at a renewal',
    clocks: BOTH,
    before: [...bought('basic'), at('2026-04-10T12:00:00Z')],
    both: [
      { name: 'work', run: ({ bill }) => bill.work({ once: true }) },
      { name: 'work', run: ({ bill }) => bill.work({ once: true }) },
    ],
  },
  {
    name: 'the webhook and verify',
    clocks: BOTH,
    before: bought('basic').slice(0, 3),
    both: [mail, { name: 'verify', run: ({ bill, reference }) => bill.verify(reference) }],
  },
]

describe.each(STORAGES)('D3 pairs on %s', (storage) => {
  const cases = PAIRS.flatMap(({ clocks, ...pair }) =>
    clocks.map((renewals) => ({ ...pair, renewals })),
  )

  it.each(cases)('$name, renewals by $renewals', async ({ before, both, renewals }) => {
    /** What everybody sees in the end, and which calls were told to wait for another one. */
    const told = async (run: (first: Scene, second: Scene) => Promise<unknown>) => {
      const { plant, bills } = await two(storage, renewals)
      const [first, second] = [scene(plant, bills[0]), scene(plant, bills[1])]
      await play(first, before)
      second.reference = first.reference
      await run(first, second)
      await finish(plant, bills[0])
      return JSON.stringify(inTheEnd(await viewOf(bills[1])))
    }
    const [a, b] = both
    const alone = (act: Act) => told((first) => codeOf(act, first))
    const oneAfterTheOther = (acts: readonly Act[]) =>
      told(async (first, second) => {
        for (const [n, act] of acts.entries()) await codeOf(act, n === 0 ? first : second)
      })
    const serial = [await oneAfterTheOther([a, b]), await oneAfterTheOther([b, a])]
    for (const acts of [both, [b, a]] as const) {
      let codes: readonly (string | null)[] = []
      const raced = await told(async (...scenes) => {
        codes = await Promise.all(acts.map((act, n) => codeOf(act, scenes[n] as Scene)))
      })
      // Whoever came while the other's payment was under way was told so, and nothing was done.
      const [done] = acts.filter((_, n) => codes[n] !== 'in_progress')
      const waited = done !== undefined && codes.includes('in_progress')
      expect(waited ? [await alone(done)] : serial).toContain(raced)
    }
  })
})

/** Runs an act; the code of the refusal that it met, or `null`. */
function codeOf(act: Act, on: Scene): Promise<string | null> {
  return act.run(on, act.name).then(
    () => null,
    (error: { readonly code?: string }) => error.code ?? String(error),
  )
}

/** A storage that reads, decides and writes: what the contract forbids. */
async function naive(): Promise<Storage> {
  const storage = await freshStorage('memory')
  return {
    ...storage,
    async commit(change) {
      for (;;) {
        const { account } = await storage.load({ by: { account: change.account.id } })
        const done = await storage.commit({ ...change, version: account?.version ?? 0 })
        if (done.outcome !== 'conflict') return done
      }
    },
    async use(request) {
      const { usage } = await storage.load({ by: { account: request.account } })
      const used = usage.find(({ feature }) => feature === request.feature)?.used ?? 0
      if (request.limit !== null && used + request.amount > request.limit)
        return { outcome: 'limit', used }
      const { account, feature, window } = request
      await storage.setUsage({ account, feature, window, used: used + request.amount })
      return { outcome: 'used', used: used + request.amount }
    },
  }
}

describe('a storage without compare and set is found out', () => {
  it('by 200 uses, of which more than the limit are granted', async () => {
    const { plant, bills } = await two(await naive())
    await play(scene(plant, bills[0]), bought('basic'))
    const { done } = await flood(bills, 200, (bill) => bill.use(ADA, 'calls'))
    expect(done.length).toBeGreaterThan(50)
  })

  it('by two tabs with two plans, which overwrite each other', async () => {
    const { bills } = await two(await naive())
    const { codes } = await flood(bills, 2, (bill, i) =>
      bill.subscribe(ADA, i === 0 ? 'basic' : 'pro'),
    )
    expect(codes).not.toEqual([])
  })
})
