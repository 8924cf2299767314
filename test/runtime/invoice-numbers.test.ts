/** Invoice numbers as an app configures and sees them. */
import { type BillingOptions, billing, type InvoiceFacts, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { crowd } from './support/crowd.ts'

async function numbersOf(options: BillingOptions['invoiceNumbers'], size = 3) {
  const { plant, people } = await crowd(size)
  const bill = plant.start({ more: { ...(options && { invoiceNumbers: options }) } })
  await bill.work({ once: true })
  const found: (string | null)[] = []
  for (const who of people) {
    const { items } = await bill.invoices(who)
    found.push(...items.map(({ number }) => number))
  }
  return found.sort()
}

describe('an invoice', () => {
  it('that was paid gets the next number from the worker', async () => {
    const { plant, bill, people } = await crowd(1)
    const [ada = ''] = people
    const shown = async () => (await bill.invoices(ada)).items.map(({ number }) => number)
    expect(await shown()).toEqual(['INV-000001'])
    await plant.start().work({ once: true, deadlineMs: -1 })
    expect(await shown()).toEqual(['INV-000001'])
    expect(await bill.work({ once: true })).toMatchObject({ numbered: 1 })
    expect(await shown()).toEqual(['INV-000002', 'INV-000001'])
  })

  it('shows no number while it waits for one', async () => {
    const { plant, people } = await crowd(1, '2026-03-11T12:00:00Z')
    const bill = plant.start()
    const outcome = await bill.subscribe('bob', 'basic')
    if (outcome.status !== 'redirect' || !('url' in outcome)) throw new Error('No page')
    await plant.pay(outcome.url)
    await plant.deliver(bill)
    const { items } = await bill.invoices('bob')
    expect(items).toMatchObject([{ state: 'paid', number: null }])
    expect(items[0]).not.toHaveProperty('series')
    await bill.work({ once: true })
    expect((await bill.invoices('bob')).items).toMatchObject([{ number: 'INV-000002' }])
    expect(people).toHaveLength(1)
  })

  it('counts in the series that the app tells, each from one', async () => {
    const series = ({ at, customer }: InvoiceFacts) =>
      `${customer === 'customer-0' ? 'US' : 'EU'}-${at.getUTCFullYear()}`
    // Their first invoices were numbered before there were series.
    expect(await numbersOf({ series })).toEqual([
      'EU-2026-000001',
      'EU-2026-000002',
      'INV-000001',
      'INV-000002',
      'INV-000003',
      'US-2026-000001',
    ])
  })

  it('is shown in the format of the app, also when it was numbered before', async () => {
    const format = (series: string, number: number) => `${series}/${number}`
    expect(await numbersOf({ format }, 1)).toEqual(['INV/1', 'INV/2'])
  })

  it('of no series gets no number', async () => {
    expect(await numbersOf({ series: () => null }, 1)).toEqual(['INV-000001', null])
  })
})

describe('a series', () => {
  const open = (series: (invoice: InvoiceFacts) => string | null) => () =>
    billing({
      plans: [plan('basic', { price: monthly(4900, 'EUR') })],
      storage: memory(),
      invoiceNumbers: { series },
    })

  it.each([
    ['nothing', () => ''],
    ['what is no text', () => 7 as unknown as string],
    ['a space', () => 'INV 2026'],
    ['a letter outside ASCII', () => 'Rechnung-é'],
    ['more than 40 characters', () => 'x'.repeat(41)],
    [
      'an error',
      () => {
        throw new Error('unknown currency')
      },
    ],
  ])('that answers %s for a currency of a plan fails at start', (_, series) => {
    expect(open(series)).toThrow(/invoiceNumbers\.series: must answer null, or 1 to 40/)
  })

  it('is asked at start about every currency that is sold', () => {
    const asked: string[] = []
    open(({ currency }) => {
      asked.push(currency)
      return 'INV'
    })()
    expect(asked).toEqual(['EUR'])
  })

  it('that answers no name for a payment keeps it unwritten until it does', async () => {
    const { plant, bill, people } = await crowd(1)
    const [ada = ''] = people
    const series = ({ reason }: InvoiceFacts) => (reason === 'renewal' ? '' : 'INV')
    await plant.start({ more: { invoiceNumbers: { series } } }).work({ once: true })
    expect((await bill.invoices(ada)).items).toHaveLength(1)
    await plant.later(61_000)
    await bill.work({ once: true })
    expect((await bill.invoices(ada)).items).toMatchObject([{ number: 'INV-000002' }, {}])
    expect(plant.emulator.book().charges).toHaveLength(2)
  })
})
