/** Reminders: each goes out once, on its day, and carries the instant after which it is worthless. */
import { describe, expect, it } from 'vitest'
import { catalog, every, monthly, plan } from '../../../src/core/index.ts'
import {
  basicSince14October,
  date,
  day,
  listingsCatalog,
  noticesOf,
  openInvoice,
  paid,
  paying,
} from './customers.ts'

const daysOf = (customer: ReturnType<typeof basicSince14October>, name: string) =>
  noticesOf(customer, name).map(({ at }) => day(at))

describe('the renewal reminder', () => {
  it('B-07 goes out on November 11 for November 14, at the instant and once', () => {
    const customer = basicSince14October()
    expect(daysOf(customer.at(date('2025-11-11') - 1), 'renewal_reminder')).toEqual([])
    customer.at('2025-11-11').at('2025-11-12').at('2025-11-13')
    expect(daysOf(customer, 'renewal_reminder')).toEqual(['2025-11-11'])
  })

  it('B4 says plan, date and amount: Payment due Nov 14 – $49.00', () => {
    const [reminder] = noticesOf(basicSince14October().at('2025-11-11'), 'renewal_reminder')
    expect(reminder?.data).toEqual({
      plan: 'basic',
      at: date('2025-11-14'),
      amount: 4900,
      currency: 'USD',
    })
  })

  it('announces the lower price of a downgrade that is scheduled for that day', () => {
    const customer = paying(listingsCatalog(), '2025-10-14', { plan: 'pro' })
    customer.do({ type: 'change_plan', plan: 'basic' })
    const [reminder] = noticesOf(customer.at('2025-11-11'), 'renewal_reminder')
    expect(reminder?.data).toMatchObject({ amount: 4900 })
  })

  it('comes again for the next period', () => {
    const customer = basicSince14October().at('2025-11-14')
    customer.pay()
    expect(daysOf(customer.at('2025-12-13'), 'renewal_reminder')).toEqual([
      '2025-11-11',
      '2025-12-11',
    ])
  })

  it('is not sent to who is ending, and is sent to who takes it back in time', () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at('2025-11-12')
    expect(daysOf(customer, 'renewal_reminder')).toEqual([])
    customer.do({ type: 'resume' })
    expect(daysOf(customer.at('2025-11-12'), 'renewal_reminder')).toEqual(['2025-11-12'])
  })

  it('is not sent while an invoice is unpaid: the customer hears of that one', () => {
    const customer = basicSince14October(
      listingsCatalog({ dunning: { graceDays: 60, endAfterDays: 90 } }),
    )
    customer.at('2025-11-14')
    customer.decline('do_not_honor', 'never')
    expect(daysOf(customer.at('2025-12-13'), 'renewal_reminder')).toEqual(['2025-11-11'])
  })

  it('of a worker that comes after the renewal is worthless after November 14', () => {
    const [reminder] = noticesOf(basicSince14October().at('2025-11-20'), 'renewal_reminder')
    expect(reminder).toMatchObject({ at: date('2025-11-11'), staleAfter: date('2025-11-14') })
  })

  it('of a plan shorter than the notice goes out when its period begins', () => {
    const daily = catalog({
      plans: [plan('daily', { price: every({ unit: 'day', count: 1 }, 100, 'USD') })],
      gateways: [{ name: 'paystack' }],
    })
    const customer = paying(daily, '2025-10-14', { plan: 'daily' }).at('2025-10-14')
    expect(daysOf(customer, 'renewal_reminder')).toEqual(['2025-10-14'])
  })

  it('goes out as many days before as the app chose', () => {
    const customer = basicSince14October(listingsCatalog({ reminders: { renewalDays: 7 } }))
    expect(daysOf(customer.at('2025-11-13'), 'renewal_reminder')).toEqual(['2025-11-07'])
  })

  it('is sent once however often the reminded period is looked at, for each group its own', () => {
    const two = catalog({
      plans: [
        plan('basic', { price: monthly(4900, 'USD') }),
        plan('mail', { price: monthly(900, 'USD'), group: 'mail' }),
      ],
      gateways: [{ name: 'paystack' }],
    })
    const customer = paying(two, '2025-10-14', { plan: 'basic' })
    customer.at('2025-10-15').do({ type: 'subscribe', plan: 'mail' })
    customer.pay()
    customer.at('2025-11-13')
    const sent = noticesOf(customer, 'renewal_reminder').map(({ group, at }) => [group, day(at)])
    expect(sent).toEqual([
      ['default', '2025-11-11'],
      ['mail', '2025-11-12'],
    ])
  })
})

describe('the grace reminder', () => {
  const declined = (sold = listingsCatalog()) => {
    const customer = basicSince14October(sold).at('2025-11-14')
    customer.decline('do_not_honor', 'never')
    return customer
  }

  it('B-08 goes out on November 19, 2 days before the end, at the instant and once', () => {
    const customer = declined()
    expect(daysOf(customer.at(date('2025-11-19') - 1), 'grace_ending')).toEqual([])
    customer.at('2025-11-19').at('2025-11-20').at('2025-11-30')
    expect(daysOf(customer, 'grace_ending')).toEqual(['2025-11-19'])
  })

  it('B-08 names the end of the grace and is worthless after it', () => {
    const [reminder] = noticesOf(declined().at('2025-11-19'), 'grace_ending')
    expect(reminder?.data).toMatchObject({ plan: 'basic', at: date('2025-11-21') })
    expect(reminder?.staleAfter).toBe(date('2025-11-21'))
  })

  it('is not sent to who paid before', () => {
    const customer = declined().at('2025-11-18')
    const invoice = openInvoice(customer)
    customer.do(paid({ invoice }, { id: 'late', at: '2025-11-18', amount: 4900 }))
    expect(daysOf(customer.at('2025-11-30'), 'grace_ending')).toEqual([])
  })

  it('comes again for the end that was moved by hand', () => {
    const customer = declined().at('2025-11-20')
    customer.do({ type: 'extend_grace', days: 3 })
    expect(daysOf(customer.at('2025-11-30'), 'grace_ending')).toEqual(['2025-11-19', '2025-11-22'])
  })

  it('of a grace of one day goes out with the failure', () => {
    const customer = declined(listingsCatalog({ dunning: { graceDays: 1 } }))
    expect(daysOf(customer.at('2025-11-14'), 'grace_ending')).toEqual(['2025-11-14'])
  })
})
