/**
 * A life at a vendor, told by webhooks in any order, some of them lost: the end is always the same. The
 * life, and how an app hears of it, are the gateway's own; what must hold of it is said here for all.
 */
import type { Gateway, WebhookRequest } from 'billwright'
import { type Bill, type BillingOptions, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { expect, it } from 'vitest'
import { everyOrder, tenthOfOrders } from './orders.ts'
import { sized } from './sized.ts'

const ADA = 'ada'

export interface ToldLife {
  readonly webhooks: () => readonly WebhookRequest[]
  readonly typeOf: (webhook: WebhookRequest) => string
  /** The types of the six, in the order in which they were made. */
  readonly types: readonly string[]
  /** What an app of its own comes to that hears these, and reconciles if it is told to. */
  readonly endOf: (order: readonly WebhookRequest[], reconcile?: boolean) => Promise<unknown>
  /** What the end shows, at least. */
  readonly end: object
  /** By the vendor's book at the end of everything, however often it was told. */
  readonly book: () => { readonly charges: Amounts; readonly refunds: Amounts }
  readonly charged: readonly number[]
  readonly refunded: readonly number[]
}

type Amounts = readonly { readonly amount: number }[]

/** Tests of a life that six webhooks tell. */
export function endsTheSame(life: ToldLife): void {
  const { webhooks, typeOf, types, endOf, end } = life

  it('is told by six webhooks', () => {
    expect(webhooks().map(typeOf)).toEqual(types)
    expect(types).toHaveLength(6)
  })

  it('ends the same in every order', async () => {
    const expected = await endOf(webhooks())
    expect(expected).toMatchObject(end)
    const all = sized({ prove: everyOrder, ci: tenthOfOrders })(webhooks())
    expect(all).toHaveLength(sized({ prove: 720, ci: 72 }))
    for (const order of all) expect(await endOf(order), order.map(typeOf).join()).toEqual(expected)
  }, 300_000)

  it.each([0, 1, 2, 3, 4, 5])('ends the same when webhook %i is lost', async (lost) => {
    const others = webhooks().filter((_, i) => i !== lost)
    expect(await endOf(others, true)).toEqual(await endOf(webhooks()))
  })

  it('ends the same when all of them are lost and reconciled', async () => {
    expect(await endOf([], true)).toEqual(await endOf(webhooks()))
  })

  it('takes and gives back the money once however often it is told', async () => {
    await endOf([...webhooks(), ...webhooks()])
    const { charges, refunds } = life.book()
    expect(charges.map(({ amount }) => amount)).toEqual(life.charged)
    expect(refunds.map(({ amount }) => amount)).toEqual(life.refunded)
  })
}

export interface Buying extends Pick<BillingOptions, 'clock'> {
  readonly gateway: Gateway
  readonly product: object
}

/** An app of its own that sells through the gateway, with nothing in it but its customer. */
export async function appOf({ gateway, product, clock }: Buying): Promise<Bill> {
  const storage = memory()
  await storage.migrate()
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const options = { ...product, gateways: [gateway], storage, clock, customer }
  const bill = billing(options as never) as Bill
  await bill.register(ADA)
  return bill
}

/** Its customer opens a checkout: the address of the page. */
export async function opensCheckout(bill: Bill): Promise<string> {
  const opened = await bill.subscribe(ADA, 'basic')
  if (opened.status !== 'redirect') throw new Error('A page was opened')
  return opened.url
}

/** Takes them one after the other, and does what follows from each. */
export async function hear(
  bill: Bill,
  gateway: string,
  told: readonly WebhookRequest[],
): Promise<void> {
  for (const { headers, body } of told) {
    await bill.receive(gateway, { headers, body })
    await bill.work({ once: true })
  }
}

/** Where the customer stands, with the payments as the gateway's test compares them. */
export async function standingOf<Shown>(
  bill: Bill,
  show: (payment: Payment) => Shown,
): Promise<{ readonly payments: readonly Shown[]; readonly credit: Status['credit'] }> {
  const { items } = await bill.transactions(ADA)
  const { subscription, plan, access, incidents, credit } = await bill.status(ADA)
  return { payments: items.map(show), ...{ subscription, plan, access, incidents }, credit }
}

type Status = Awaited<ReturnType<Bill['status']>>
type Payment = Awaited<ReturnType<Bill['transactions']>>['items'][number]
