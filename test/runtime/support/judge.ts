/** Judges an end by the gateway's own book, and shows an account without what time of day it was. */
import type { Bill } from 'billwright'
import type { Plant } from './plant.ts'
import { expect } from 'vitest'

export const ADA = 'ada'

/** Dates by the day, and no address of a page: they hold ids of the gateway's own counting. */
function plainly(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, field: unknown) => {
    if (name === 'url' || name === 'link' || name === 'actionUrl') return undefined
    const dated = typeof field === 'string' && /^\d{4}-\d\d-\d\dT/.test(field)
    return dated ? field.slice(0, 10) : field
  })
}

/** Everything a customer and an operator see of an account in the end. */
export async function viewOf(bill: Bill, customer: string = ADA): Promise<unknown> {
  const status = await bill.status(customer)
  const { items: payments } = await bill.transactions(customer, { limit: 200 })
  const { items: invoices } = await bill.invoices(customer, { limit: 200 })
  return plainly({
    status,
    payments: payments
      .map(({ id, amount, currency, refunded, refunding, dispute }) => {
        return { id, amount, currency, refunded, refunding, dispute }
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    invoices: invoices
      .map(({ id, state, invoice: { total, due, reason } }) => ({ id, state, total, due, reason }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  })
}

/** The same without what was tried in vain on the way: voided invoices, and how invoices are numbered. */
export function inTheEnd(view: unknown): unknown {
  const { invoices, ...rest } = view as {
    readonly invoices: readonly { id: string; state: string }[]
  }
  const kept = invoices.filter(({ state }) => state !== 'void').map(({ id: _, ...each }) => each)
  return { ...rest, invoices: kept }
}

/** Nothing lost, nothing doubled, nothing left, and the gateway shows what we show. */
export async function judge(
  plant: Plant,
  bill: Bill,
  customers: readonly string[] = [ADA],
): Promise<void> {
  await judgeMoney(plant, bill, customers)
  await judgeQueues(plant)
  await judgeNumbers(bill, customers)
}

/** Every invoice that was paid or given up has a number of its own, and none is left out. */
async function judgeNumbers(bill: Bill, customers: readonly string[]): Promise<void> {
  const numbers: (string | null)[] = []
  for (const customer of customers) {
    const { items } = await bill.invoices(customer, { limit: 200 })
    const voided = items.filter(({ state }) => state === 'void')
    expect(
      voided.map(({ number }) => number),
      'voided invoices',
    ).toEqual(voided.map(() => null))
    for (const { state, number } of items) if (state !== 'void') numbers.push(number)
  }
  const wanted = numbers.map((_, n) => `INV-${String(n + 1).padStart(6, '0')}`)
  expect(numbers.sort(), 'invoice numbers').toEqual(wanted)
}

/** Every payment of the book is known here once, and no reference was charged twice. */
export async function judgeMoney(
  plant: Plant,
  bill: Bill,
  customers: readonly string[] = [ADA],
): Promise<void> {
  const { emulator, renewals } = plant
  const book = emulator.book()
  const known = []
  for (const customer of customers) {
    const { items } = await bill.transactions(customer, { limit: 200 })
    known.push(...items.map(({ id, amount, refunded }) => ({ id, amount, refunded })))
  }
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  const taken = book.charges.filter(({ amount }) => amount > 0)
  expect(known.sort(byId), 'payments here and in the book').toEqual(
    taken.map(({ id, amount, refunded }) => ({ id, amount, refunded })).sort(byId),
  )
  const references = taken.flatMap(({ reference }) => (reference === null ? [] : [reference]))
  expect(new Set(references).size, 'one charge a reference').toBe(references.length)
  if (renewals === 'gateway')
    for (const customer of customers) await sameThere(plant, bill, customer)
}

/** No effect and no webhook waits for anything. */
async function judgeQueues({ storage }: Plant): Promise<void> {
  for (const state of ['waiting', 'unknown', 'parked'] as const) {
    const { items } = await storage.effects({ state }, { limit: 200 })
    // A page that was not opened is opened when somebody asks for it again.
    const left = items.filter(({ effect, nextAt }) => !(effect.kind === 'checkout.open' && !nextAt))
    expect(left, `effects left ${state}`).toEqual([])
  }
  for (const state of ['parked', 'dead'] as const) {
    const { items } = await storage.deliveries({ state }, { limit: 200 })
    expect(items, `deliveries left ${state}`).toEqual([])
  }
}

/** The gateway's subscription and ours say the same. */
async function sameThere({ emulator }: Plant, bill: Bill, customer: string): Promise<void> {
  const { subscription } = await bill.status(customer)
  const there = emulator.book().subscriptions.find(({ id }) => id === subscription?.gatewayRef)
  if (!subscription || !there) return
  expect(
    {
      state: subscription.status === 'suspended' ? 'past_due' : subscription.status,
      cancelAt: subscription.ending?.at.getTime() ?? null,
      ...(subscription.status === 'canceled'
        ? {}
        : { periodEnd: subscription.period.end.getTime() }),
    },
    'the subscription here and there',
  ).toEqual({
    state: there.state,
    cancelAt:
      there.state === 'canceled' ? (subscription.ending?.at.getTime() ?? null) : there.cancelAt,
    ...(subscription.status === 'canceled' ? {} : { periodEnd: there.periodEnd }),
  })
}
