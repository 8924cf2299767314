/** Dunning: it starts from a fact, follows its days, and ends the moment nothing is owed. */
import { describe, expect, it } from 'vitest'
import { entitlements, instant } from '../../../src/core/index.ts'
import { given } from '../../../src/testing/index.ts'
import {
  asked,
  basicSince14October,
  date,
  day,
  declined,
  demands,
  listingsCatalog,
  noticesOf,
  openInvoice,
  outcomes,
  paid,
  periodOf,
  typesOf,
} from './customers.ts'

/** The renewal of November 14 was declined. */
function declinedOn14November(sold = listingsCatalog()) {
  const customer = basicSince14October(sold).at('2025-11-14')
  customer.decline()
  return customer
}

const pays = (customer: ReturnType<typeof basicSince14October>, invoice = openInvoice(customer)) =>
  customer.do(paid({ invoice }, { id: `late_${invoice}`, at: '2025-11-14', amount: 4900 }))

const access = (customer: ReturnType<typeof basicSince14October>, sold = listingsCatalog()) =>
  entitlements(customer.account, customer.usage, customer.now, sold)

describe('no access is lost by silence', () => {
  it('stays active for half a year when nobody answers the collections', () => {
    const customer = basicSince14October().at('2026-05-20')
    expect(customer.subscription().status).toBe('active')
    expect(customer.account.invoices).toHaveLength(7)
    expect(access(customer).check('listings')).toBe(true)
  })

  it('gives the whole grace from a first attempt that was made 17 days late', () => {
    const customer = basicSince14October().at('2025-12-01')
    customer.decline()
    expect(customer.subscription().status).toBe('past_due')
    expect(customer.at(date('2025-12-08') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-12-08').subscription().status).toBe('suspended')
    expect(customer.at('2025-12-15').subscription().status).toBe('canceled')
  })

  it('counts from the failure, not from the day we were told of it', () => {
    const customer = basicSince14October().at('2025-11-16')
    const invoice = openInvoice(customer)
    customer.do(declined({ invoice }, { id: 'pay_x', at: '2025-11-14', amount: 4900 }))
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
  })

  it('does not believe a failure that is dated after the day it is told', () => {
    const customer = basicSince14October().at('2025-11-14')
    const invoice = openInvoice(customer)
    customer.do(declined({ invoice }, { id: 'pay_x', at: '2025-12-24', amount: 4900 }))
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
  })
})

describe('automatic attempts', () => {
  const attempts = (customer: ReturnType<typeof basicSince14October>) =>
    customer.journal.filter(({ type }) => type === 'invoice.collecting').map(({ at }) => day(at))

  it('follow 1, 3 and 5 days after the first failure, and then none', () => {
    const customer = declinedOn14November()
    for (const at of ['2025-11-15', '2025-11-17', '2025-11-19']) {
      customer.at(at)
      customer.decline()
    }
    customer.at('2025-11-27')
    expect(attempts(customer)).toEqual(['2025-11-14', '2025-11-15', '2025-11-17', '2025-11-19'])
  })

  it('are made at the instant and not 1 ms before', () => {
    const customer = declinedOn14November()
    expect(attempts(customer.at(instant('2025-11-15') - 1))).toEqual(['2025-11-14'])
    expect(attempts(customer.at('2025-11-15'))).toEqual(['2025-11-14', '2025-11-15'])
  })

  it('wait for the answer to the one before', () => {
    const customer = declinedOn14November().at('2025-11-19')
    expect(attempts(customer)).toEqual(['2025-11-14', '2025-11-15'])
    customer.decline()
    customer.at('2025-11-27')
    expect(attempts(customer)).toEqual(['2025-11-14', '2025-11-15'])
  })

  it('are numbered, so that each is asked under a key of its own', () => {
    const customer = declinedOn14November().at('2025-11-15')
    const collects = asked(customer, 'payment.collect')
    expect(collects.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(new Set(collects.map(({ key }) => key)).size).toBe(2)
  })

  it('are never made after a hard decline, though the grace is the same', () => {
    const customer = basicSince14October().at('2025-11-14')
    customer.decline('lost_or_stolen', 'never')
    expect(attempts(customer.at('2025-11-27'))).toEqual(['2025-11-14'])
    expect(customer.subscription().status).toBe('suspended')
  })

  it('stop when a later attempt is declined for good', () => {
    const customer = declinedOn14November().at('2025-11-15')
    customer.decline('fraud', 'never')
    expect(attempts(customer.at('2025-11-27'))).toEqual(['2025-11-14', '2025-11-15'])
  })

  it('leave it to the customer when the bank asks for the customer', () => {
    const customer = basicSince14October().at('2025-11-14')
    customer.decline('authentication_required', 'with_customer')
    expect(noticesOf(customer, 'payment_action_required')).toHaveLength(1)
    expect(noticesOf(customer, 'payment_failed')).toHaveLength(0)
    expect(attempts(customer.at('2025-11-20'))).toEqual(['2025-11-14'])
  })

  it('stop once the invoice is paid', () => {
    const customer = declinedOn14November().at('2025-11-15')
    customer.pay()
    expect(attempts(customer.at('2025-12-13'))).toEqual(['2025-11-14', '2025-11-15'])
  })

  it('stop when the subscription is canceled', () => {
    const customer = declinedOn14November()
    customer.do({ type: 'cancel', at: 'now' })
    expect(attempts(customer.at('2025-12-13'))).toEqual(['2025-11-14'])
  })

  it('follow the days that the app chose', () => {
    const customer = declinedOn14November(listingsCatalog({ dunning: { retryAfterDays: [2] } }))
    expect(attempts(customer.at('2025-11-20'))).toEqual(['2025-11-14', '2025-11-16'])
  })
})

describe('B5, the failed renewal of November 14', () => {
  it.each([
    ['2025-11-14', 'past_due'],
    ['2025-11-19', 'past_due'],
    ['2025-11-21', 'suspended'],
    ['2025-11-27', 'suspended'],
    ['2025-11-28', 'canceled'],
  ])('B-08 on %s it is %s', (at, status) => {
    expect(declinedOn14November().at(at).subscription().status).toBe(status)
  })

  it('B-08 changes at the very instants: 1 ms before, the stage before still holds', () => {
    const customer = declinedOn14November()
    expect(customer.at(date('2025-11-21') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
    expect(customer.at(date('2025-11-28') - 1).subscription().status).toBe('suspended')
    expect(customer.at('2025-11-28').subscription()).toMatchObject({
      status: 'canceled',
      reason: 'dunning',
    })
  })

  it('B-08 tells the customer at once, with the end of the grace', () => {
    const [notice] = noticesOf(declinedOn14November(), 'payment_failed')
    expect(notice?.data).toMatchObject({ plan: 'basic', graceEndsAt: date('2025-11-21') })
  })

  it('B-08 keeps what exists and refuses more in grace; suspended, everything is locked', () => {
    const customer = declinedOn14November()
    customer.usage = { listings: { used: 0 } }
    expect(access(customer).access).toBe(true)
    expect(access(customer).get('listings')).toMatchObject({ allowed: false, because: 'past_due' })
    customer.at('2025-11-21')
    expect(access(customer)).toMatchObject({ access: false, because: 'suspended' })
  })

  it('B-08 paid on November 18: active, next billing December 14', () => {
    const customer = declinedOn14November().at('2025-11-18')
    expect(typesOf(pays(customer).events)).toEqual([
      'payment.recorded',
      'invoice.paid',
      'subscription.recovered',
    ])
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(customer.at('2025-11-28').subscription().status).toBe('active')
    expect(demands(customer.at('2025-12-14')).at(-1)).toEqual(['2025-12-14', 4900])
  })

  it('B-08 paid on November 24, when it was suspended: active again, next billing December 14', () => {
    const customer = declinedOn14November().at('2025-11-24')
    pays(customer)
    expect(customer.subscription().status).toBe('active')
    expect(access(customer).access).toBe(true)
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(customer.account.invoices).toEqual([])
  })

  it('B-08 ignores the failure of an older attempt that is told after the payment', () => {
    const customer = declinedOn14November().at('2025-11-24')
    const invoice = openInvoice(customer)
    pays(customer)
    const late = declined({ invoice }, { id: 'pay_old', at: '2025-11-19', amount: 4900 })
    expect(customer.do(late).events).toEqual([])
    expect(customer.subscription().status).toBe('active')
  })

  it('B-08 after November 28 a new subscription is a new purchase', () => {
    const customer = declinedOn14November().at('2025-12-01')
    expect(customer.account.invoices).toEqual([])
    customer.do({ type: 'subscribe', plan: 'basic' })
    customer.pay()
    expect(customer.subscription().status).toBe('active')
    expect(periodOf(customer)).toEqual(['2025-12-01', '2026-01-01'])
  })

  it('writes the unpaid invoice off at the end: uncollectible, not void', () => {
    given(listingsCatalog(), {
      at: '2025-10-14',
      history: (customer) => {
        customer.do({ type: 'register' })
        customer.do({ type: 'subscribe', plan: 'basic' })
        customer.pay()
        customer.at('2025-11-14')
        customer.decline('fraud', 'never')
        customer.at('2025-11-27')
      },
    })
      .whenTimeIs('2025-11-28')
      .then('invoice.uncollectible', 'subscription.canceled')
  })

  it('does the same in one late step as day by day', () => {
    const late = declinedOn14November().at('2025-12-10')
    const daily = declinedOn14November()
    for (let at = date('2025-11-14'); at <= date('2025-12-10'); at = instant(at + 86_400_000))
      daily.at(at)
    expect(daily.journal).toEqual(late.journal)
    expect(daily.effects).toEqual(late.effects)
  })
})

describe('the end of dunning', () => {
  it('never comes where the policy is to keep: suspended for a year, and paying restores it', () => {
    const customer = declinedOn14November(listingsCatalog({ dunning: { end: 'keep' } }))
    customer.at('2026-11-20')
    expect(customer.subscription().status).toBe('suspended')
    pays(customer)
    expect(customer.subscription().status).toBe('active')
  })

  it('comes on the days that the app chose', () => {
    const dunning = { graceDays: 3, endAfterDays: 30, retryAfterDays: [] }
    const customer = declinedOn14November(listingsCatalog({ dunning }))
    expect(customer.at('2025-11-17').subscription().status).toBe('suspended')
    expect(customer.at(date('2025-12-14') - 1).subscription().status).toBe('suspended')
    expect(customer.at('2025-12-14').subscription().status).toBe('canceled')
  })
})

describe('what was told twice or in another order', () => {
  const failure = (invoice: string) =>
    declined({ invoice }, { id: 'pay_f', at: '2025-11-14', amount: 4900 })

  it('counts the same failure once', () => {
    const customer = basicSince14October().at('2025-11-14')
    const fact = failure(openInvoice(customer))
    expect(typesOf(customer.do(fact).events)).toEqual(['invoice.declined', 'subscription.past_due'])
    expect(customer.do(fact).events).toEqual([])
    expect(customer.account.invoices[0]?.failures).toEqual(['pay_f'])
  })

  it('ends equal whether the failure or the success is told first', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold).at('2025-11-16')
    const invoice = openInvoice(customer)
    const success = paid({ invoice }, { id: 'pay_s', at: '2025-11-15', amount: 4900 })
    const both = outcomes(customer, sold, [failure(invoice), success])
    expect(both.map(({ subscriptions }) => subscriptions.default?.status)).toEqual(['active'])
  })

  it('ends equal for the failures of two invoices and the payment of one, in any order', () => {
    const sold = listingsCatalog({ dunning: { graceDays: 40, endAfterDays: 90 } })
    const customer = basicSince14October(sold).at('2025-12-16')
    const [november, december] = customer.account.invoices.map(({ id }) => id)
    const ends = outcomes(customer, sold, [
      failure(`${november}`),
      declined({ invoice: `${december}` }, { id: 'pay_d', at: '2025-12-14', amount: 4900 }),
      paid({ invoice: `${november}` }, { id: 'pay_n', at: '2025-12-15', amount: 4900 }),
    ])
    expect(ends.map(({ subscriptions }) => subscriptions.default?.status)).toEqual(['past_due'])
    expect(ends[0]?.invoices.map(({ id }) => id)).toEqual([december])
  })
})
