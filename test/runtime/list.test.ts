/** The list for an admin table: which rows, in which order, and what each shows. */
import type { Bill, ListFilter } from 'billwright'
import { billing } from 'billwright'
import { instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { nextPaymentAt } from '../../src/runtime/next-payment.ts'
import { committed, first, subscription } from '../../src/testing/storage-cases/build.ts'

const JAN = instant('2025-01-01')
const FEB = instant('2025-02-01')
const MAR = instant('2025-03-01')

type Row = NonNullable<Parameters<typeof subscription>[2]>

async function billWith(rows: Readonly<Record<string, Row>>): Promise<Bill> {
  const storage = memory()
  for (const [id, row] of Object.entries(rows))
    await committed(storage, first(id, { subscriptions: [subscription(id, 'default', row)] }))
  return billing({ plans: [], storage }) as unknown as Bill
}

const dates = { startedAt: JAN, periodStart: JAN, periodEnd: FEB }

describe('bill.list', () => {
  it('shows who has what since when, what it costs and when that is due, with dates', async () => {
    const bill = await billWith({ joe: { ...dates, interval: 'year', intervalCount: 2 } })
    expect((await bill.list()).items).toEqual([
      {
        ...{ customer: 'joe', group: 'default', id: 'joe/default', status: 'active' },
        ...{ plan: 'pro', planVersion: 1, amount: 4900, currency: 'USD', quantity: 1 },
        interval: { unit: 'year', count: 2 },
        since: new Date('2025-01-01'),
        period: { start: new Date('2025-01-01'), end: new Date('2025-02-01') },
        nextPaymentAt: new Date('2025-02-01'),
        ...{ ending: null, trialEndsAt: null, endedAt: null },
        ...{ gateway: 'bank', gatewayRef: null, renewals: 'billwright' },
      },
    ])
  })

  it('filters by dates as dates: from the first on, before the second', async () => {
    const at = (startedAt: typeof JAN) => ({ ...dates, startedAt })
    const bill = await billWith({ jan: at(JAN), feb: at(FEB), mar: at(MAR) })
    const who = async (filter: ListFilter) =>
      (await bill.list(filter)).items.map(({ customer }) => customer)
    const [from, to] = [new Date('2025-02-01'), new Date('2025-03-01')]
    expect(await who({ startedFrom: from })).toEqual(['feb', 'mar'])
    expect(await who({ startedBefore: to })).toEqual(['feb', 'jan'])
    expect(await who({ startedFrom: from, startedBefore: to })).toEqual(['feb'])
  })

  it('turns pages in one order, whoever joins meanwhile', async () => {
    const storage = memory()
    const join = (id: string) =>
      committed(storage, first(id, { subscriptions: [subscription(id, 'default')] }))
    for (const id of ['c', 'a', 'e']) await join(id)
    const bill = billing({ plans: [], storage }) as unknown as Bill
    const page = await bill.list({}, { limit: 2 })
    await join('b')
    await join('d')
    const rest = await bill.list({}, { limit: 9, after: page.next ?? '' })
    const names = [...page.items, ...rest.items].map(({ customer }) => customer)
    expect(names).toEqual(['a', 'c', 'd', 'e'])
  })
})

describe('the next payment', () => {
  const active = { status: 'active', trialEndsAt: null, periodEnd: MAR, cancelAt: null } as const

  it('comes at the end of the period, or of the trial', () => {
    expect(nextPaymentAt(4900, active)).toBe(MAR)
    expect(nextPaymentAt(4900, { ...active, status: 'past_due' })).toBe(MAR)
    expect(nextPaymentAt(4900, { ...active, status: 'trialing', trialEndsAt: FEB })).toBe(FEB)
  })

  it('does not come on a free plan, or where there is no access', () => {
    expect(nextPaymentAt(null, active)).toBeNull()
    for (const status of ['suspended', 'unpaid', 'paused', 'canceled', 'expired'] as const)
      expect(nextPaymentAt(4900, { ...active, status }), status).toBeNull()
  })

  it('does not come when it ends then or before; a later end changes nothing', () => {
    expect(nextPaymentAt(4900, { ...active, cancelAt: FEB })).toBeNull()
    expect(nextPaymentAt(4900, { ...active, cancelAt: MAR })).toBeNull()
    expect(nextPaymentAt(4900, { ...active, cancelAt: instant(MAR + 1) })).toBe(MAR)
  })
})
