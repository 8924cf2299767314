/** Payments: each counts once, settles exactly one invoice, and is never lost. */
import { describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/index.ts'
import {
  asked,
  basicSince14October,
  day,
  declined,
  demands,
  listingsCatalog,
  noticesOf,
  openInvoice,
  outcomes,
  paid,
  paying,
  periodOf,
  typesOf,
} from './customers.ts'

/** The renewal of November 14 was asked for: $49.00. */
function dueOn14November(sold = listingsCatalog()) {
  const customer = basicSince14October(sold).at('2025-11-14')
  return { customer, invoice: openInvoice(customer) }
}

const at = '2025-11-14'

describe('a payment of an invoice', () => {
  it('of the exact amount settles it and is kept with the invoice it paid', () => {
    const { customer, invoice } = dueOn14November()
    const told = customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 4900 }))
    expect(typesOf(told.events)).toEqual(['payment.recorded', 'invoice.paid'])
    expect(customer.account.payments.at(-1)).toMatchObject({
      id: 'ref_1',
      gateway: 'paystack',
      invoice,
      group: 'default',
      amount: 4900,
      currency: 'USD',
      at: instant(at),
    })
    expect(customer.account.credit).toEqual({})
  })

  it('of more settles it, and the rest pays for the next period', () => {
    const { customer, invoice } = dueOn14November()
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 6000 }))
    expect(customer.account.invoices).toEqual([])
    expect(customer.account.credit).toEqual({ USD: 1100 })
    customer.at('2025-12-14')
    expect(demands(customer).at(-1)).toEqual(['2025-12-14', 3800])
  })

  it('of 1 cent less grants nothing: the invoice stays open and a person decides', () => {
    const { customer, invoice } = dueOn14November()
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 4899 }))
    expect(customer.account.invoices.map(({ id }) => id)).toEqual([invoice])
    expect(customer.account.credit).toEqual({})
    expect(customer.account.incidents).toMatchObject([
      { kind: 'amount_mismatch', payment: 'ref_1', amount: 4899, currency: 'USD' },
    ])
    expect(customer.account.payments.at(-1)).toMatchObject({ id: 'ref_1', invoice: null })
  })

  it('of 1 cent less can be given back or kept as credit', () => {
    const { customer, invoice } = dueOn14November()
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 4899 }))
    const incident = `${customer.account.incidents[0]?.id}`
    customer.do({ type: 'resolve_incident', incident, choice: 'credit' })
    expect(customer.account.credit).toEqual({ USD: 4899 })
    expect(customer.account.incidents).toEqual([])
  })

  it('in another currency grants nothing, though the number is right', () => {
    const { customer, invoice } = dueOn14November()
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 4900, currency: 'NGN' }))
    expect(customer.account.invoices).toHaveLength(1)
    expect(customer.account.incidents).toMatchObject([
      { kind: 'currency_mismatch', amount: 4900, currency: 'NGN' },
    ])
  })

  it.each([0, -4900, 4900.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %s grants nothing',
    (amount) => {
      const { customer, invoice } = dueOn14November()
      customer.do(paid({ invoice }, { id: 'ref_1', at, amount }))
      expect(customer.account.invoices).toHaveLength(1)
      expect(customer.account.credit).toEqual({})
      expect(JSON.parse(JSON.stringify(customer.account))).toEqual(customer.account)
    },
  )

  it('told twice counts once', () => {
    const { customer, invoice } = dueOn14November()
    const fact = paid({ invoice }, { id: 'ref_1', at, amount: 4900 })
    customer.do(fact)
    expect(customer.do(fact).events).toEqual([])
    expect(customer.account.payments).toHaveLength(2)
    expect(customer.account.credit).toEqual({})
  })

  it('a second time, under another id, becomes credit', () => {
    const { customer, invoice } = dueOn14November()
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 4900 }))
    customer.do(paid({ invoice }, { id: 'ref_2', at, amount: 4900 }))
    expect(customer.account.credit).toEqual({ USD: 4900 })
  })

  it('has the bank’s date, though it is told two days later', () => {
    const { customer, invoice } = dueOn14November()
    customer.at('2025-11-16')
    customer.do(paid({ invoice }, { id: 'ref_1', at: '2025-11-14T09:30:00Z', amount: 4900 }))
    expect(customer.account.payments.at(-1)?.at).toBe(instant('2025-11-14T09:30:00Z'))
    expect(day(customer.subscription().paidThrough)).toBe('2025-12-14')
  })
})

describe('money that fits nothing', () => {
  it('becomes credit when its invoice is unknown', () => {
    const customer = basicSince14October()
    customer.do(paid({ invoice: 'nobody.inv1' }, { id: 'ref_1', at, amount: 500 }))
    expect(customer.account.credit).toEqual({ USD: 500 })
    expect(customer.account.payments.at(-1)).toMatchObject({ id: 'ref_1', invoice: null })
  })

  it('becomes credit when it only checked a card, and the next period costs so much less', () => {
    const customer = basicSince14October()
    customer.do(paid({ method: 'card_2' }, { id: 'ref_1', at, amount: 200 }))
    customer.do(paid({ method: 'card_2' }, { id: 'ref_1', at, amount: 200 }))
    expect(customer.account.credit).toEqual({ USD: 200 })
    expect(customer.account.incidents).toEqual([])
    customer.at('2025-11-14')
    expect(customer.asked()).toMatchObject({ kind: 'payment.collect', amount: 4700 })
  })

  it('waits for a person when nothing says what it is for, and becomes credit if they say so', () => {
    const customer = basicSince14October()
    customer.do(paid(null, { id: 'ref_1', at, amount: 500 }))
    expect(customer.account.credit).toEqual({})
    const [incident] = customer.account.incidents
    expect(incident).toMatchObject({ kind: 'stray_payment', payment: 'ref_1', amount: 500 })
    customer.do({ type: 'resolve_incident', incident: incident?.id ?? '', choice: 'credit' })
    expect(customer.account.credit).toEqual({ USD: 500 })
    expect(customer.account.incidents).toEqual([])
  })

  it('goes back where the policy is to refund, and stands as being refunded', () => {
    const customer = basicSince14October(listingsCatalog({ strayPayments: 'refund' }))
    customer.do(paid({ invoice: 'nobody.inv1' }, { id: 'ref_1', at, amount: 500 }))
    expect(customer.account.credit).toEqual({})
    expect(asked(customer, 'payment.refund')).toMatchObject([
      { gateway: 'paystack', payment: 'ref_1', amount: 500, currency: 'USD' },
    ])
    expect(customer.account.payments.at(-1)).toMatchObject({ refunding: 500, refunded: 0 })
  })

  it('for the invoice of a canceled subscription becomes credit and revives nothing', () => {
    const { customer, invoice } = dueOn14November()
    customer.decline('do_not_honor', 'never')
    customer.at('2025-11-28')
    expect(customer.subscription().status).toBe('canceled')
    customer.do(paid({ invoice }, { id: 'ref_1', at: '2025-11-28', amount: 4900 }))
    expect(customer.subscription().status).toBe('canceled')
    expect(customer.account.credit).toEqual({ USD: 4900 })
  })

  it('for an upgrade whose quote has died becomes credit and changes no plan', () => {
    const customer = basicSince14October()
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'pro' })
    const invoice = openInvoice(customer)
    const [asks] = asked(customer, 'payment.collect')
    customer.at('2025-10-31')
    expect(customer.account.invoices).toEqual([])
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: asks?.amount ?? 0 }))
    expect(customer.subscription().plan).toBe('basic')
    expect(customer.account.credit).toEqual({ USD: asks?.amount })
  })
})

describe('a decline', () => {
  it('C-01 of an upgrade leaves plan, period and status as they are, and starts no dunning', () => {
    const customer = basicSince14October()
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'pro' })
    const before = customer.subscription()
    expect(typesOf(customer.decline().events)).toEqual(['invoice.declined'])
    expect(customer.subscription()).toEqual(before)
    expect(customer.account.invoices[0]?.nextAttemptAt).toBeNull()
  })

  it('of a checkout changes nothing: its page stays open', () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'now' })
    customer.do({ type: 'subscribe', plan: 'pro' })
    const before = customer.account
    expect(customer.decline().events).toEqual([])
    expect(customer.account).toEqual(before)
    customer.do(
      paid(
        { checkout: `${before.checkouts.default?.reference}` },
        { id: 'ref_2', at: '2025-10-14', amount: 9900 },
      ),
    )
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'pro' })
  })

  it('of an invoice nobody knows changes nothing', () => {
    const customer = basicSince14October()
    const fact = declined({ invoice: 'nobody.inv1' }, { id: 'ref_1', at, amount: 4900 })
    expect(customer.do(fact).events).toEqual([])
  })
})

describe('a payment that the bank wants confirmed', () => {
  const actionUrl = 'https://bank.example/confirm'

  it('is sent to the customer as a page, once', () => {
    const { customer, invoice } = dueOn14November()
    const subject = { invoice }
    const pending = { type: 'payment.pending', gateway: 'paystack', subject, actionUrl } as const
    expect(typesOf(customer.do(pending).events)).toEqual(['invoice.action_required'])
    expect(customer.do(pending).events).toEqual([])
    expect(noticesOf(customer, 'payment_action_required')[0]?.data.url).toBe(actionUrl)
  })

  it('counts as a link that was delivered: not confirmed, it has the grace and no retries', () => {
    const { customer, invoice } = dueOn14November()
    const subject = { invoice }
    customer.do({ type: 'payment.pending', gateway: 'paystack', subject, actionUrl })
    expect(customer.at('2025-11-20').subscription().status).toBe('past_due')
    expect(demands(customer)).toHaveLength(1)
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
  })

  it('is tried again with another card once the bank has said no', () => {
    const { customer, invoice } = dueOn14November()
    const subject = { invoice }
    customer.do({ type: 'payment.pending', gateway: 'paystack', subject, actionUrl })
    expect(customer.do({ type: 'retry_payment' }).effects).toEqual([])
    customer.decline('do_not_honor', 'never')
    expect(customer.account.invoices[0]).toMatchObject({ actionUrl: null, nextAttemptAt: null })
    expect(customer.do({ type: 'retry_payment' }).refused).toBeNull()
    expect(demands(customer)).toHaveLength(2)
  })

  it('without a page is only waited for: access and attempts stay as they are', () => {
    const { customer, invoice } = dueOn14November()
    const before = customer.account
    const subject = { invoice }
    customer.do({ type: 'payment.pending', gateway: 'paystack', subject, actionUrl: null })
    expect(customer.account).toEqual(before)
    expect(customer.at('2026-01-01').subscription().status).toBe('active')
  })

  it('ends equal whether the page or the payment is told first', () => {
    const sold = listingsCatalog()
    const { customer, invoice } = dueOn14November(sold)
    const subject = { invoice }
    const ends = outcomes(customer, sold, [
      { type: 'payment.pending', gateway: 'paystack', subject, actionUrl },
      paid({ invoice }, { id: 'ref_1', at, amount: 4900 }),
    ])
    expect(ends.map(({ subscriptions }) => subscriptions.default?.status)).toEqual(['active'])
  })
})

describe('a gateway that adds tax on its own page', () => {
  it('is believed about the amount: neither a mismatch nor an overpayment', () => {
    const sold = listingsCatalog()
    const taxed = {
      ...sold,
      gateways: sold.gateways.map((g) => ({ ...g, amounts: 'session' as const })),
    }
    const { customer, invoice } = dueOn14November(taxed)
    customer.do(paid({ invoice }, { id: 'ref_1', at, amount: 5880 }))
    expect(customer.account).toMatchObject({ invoices: [], incidents: [], credit: {} })
  })
})

describe('several payments in any order', () => {
  it('of two groups end equal', () => {
    const sold = listingsCatalog()
    const customer = paying(sold, '2025-10-14', { plan: 'pro' }).at('2025-12-20')
    const [november, december] = customer.account.invoices.map(({ id }) => id)
    const ends = outcomes(customer, sold, [
      paid({ invoice: `${november}` }, { id: 'a', at: '2025-11-14', amount: 9900 }),
      paid({ invoice: `${november}` }, { id: 'b', at: '2025-11-15', amount: 9900 }),
      paid({ invoice: `${december}` }, { id: 'c', at: '2025-12-14', amount: 9800 }),
    ])
    const money = ends.map(({ credit, incidents, invoices }) => {
      return { credit, incidents: incidents.length, open: invoices.map(({ id }) => id) }
    })
    expect([...new Set(money.map((each) => JSON.stringify(each)))]).toEqual([
      JSON.stringify({ credit: { USD: 9900 }, incidents: 1, open: [december] }),
    ])
  })

  it('settle November before December, so that what is paid through is always the later one', () => {
    const { customer, invoice } = dueOn14November()
    customer.at('2025-12-14')
    const december = openInvoice(customer)
    customer.do(paid({ invoice: december }, { id: 'dec', at: '2025-12-14', amount: 4900 }))
    customer.do(paid({ invoice }, { id: 'nov', at: '2025-12-14', amount: 4900 }))
    expect(day(customer.subscription().paidThrough)).toBe('2026-01-14')
    expect(periodOf(customer)).toEqual(['2025-12-14', '2026-01-14'])
  })
})
