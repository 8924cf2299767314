/** An attempt whose outcome nobody knows: nothing is tried again until somebody found out. */

import type { GatewayEvent } from '../../../src/core/index.ts'
import { describe, expect, it } from 'vitest'
import {
  basicSince14October,
  date,
  declined,
  demands,
  listingsCatalog,
  openInvoice,
  outcomes,
  paid,
  typesOf,
} from './customers.ts'

const lost = (invoice: string): GatewayEvent => {
  return { type: 'outcome.unknown', gateway: 'paystack', invoice }
}

/** Declined on November 14; the retry of November 15 went out and nobody answered. */
function lostOn15November(sold = listingsCatalog()) {
  const customer = basicSince14October(sold).at('2025-11-14')
  customer.decline()
  customer.at('2025-11-15')
  const invoice = openInvoice(customer)
  customer.do(lost(invoice))
  return { customer, invoice }
}

describe('an unknown outcome', () => {
  it('holds all further attempts', () => {
    const { customer } = lostOn15November()
    customer.at('2025-11-20')
    expect(demands(customer)).toHaveLength(2)
    expect(customer.do({ type: 'retry_payment' }).refused).toBe('in_progress')
  })

  it('of the first attempt takes no access, for months', () => {
    const customer = basicSince14October().at('2025-11-14')
    customer.do(lost(openInvoice(customer)))
    expect(customer.at('2026-02-01').subscription().status).toBe('active')
  })

  it('does not stop the grace that a decline before it had started', () => {
    const { customer } = lostOn15November()
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
  })

  it('told twice is one', () => {
    const { customer, invoice } = lostOn15November()
    expect(customer.do(lost(invoice)).events).toEqual([])
  })

  it('of an invoice that is paid already is nothing', () => {
    const customer = basicSince14October().at('2025-11-14')
    const invoice = openInvoice(customer)
    customer.pay()
    expect(customer.do(lost(invoice)).events).toEqual([])
  })

  it('ends with the payment, if that is what is told in the end', () => {
    const { customer, invoice } = lostOn15November()
    customer.do(paid({ invoice }, { id: 'found', at: '2025-11-15', amount: 4900 }))
    expect(customer.subscription().status).toBe('active')
    expect(customer.account.invoices).toEqual([])
  })

  it('ends with the decline, and the next attempt has its day again', () => {
    const { customer, invoice } = lostOn15November()
    customer.do(declined({ invoice }, { id: 'found', at: '2025-11-15', amount: 4900 }))
    expect(customer.account.invoices[0]).toMatchObject({
      unknown: false,
      nextAttemptAt: date('2025-11-17'),
    })
  })

  it.each([
    ['its decline', 'past_due'],
    ['its payment', 'active'],
  ])('ends equal whether it or %s is told first', (which, status) => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold).at('2025-11-14')
    const invoice = openInvoice(customer)
    const told = { id: 'found', at: '2025-11-14', amount: 4900 }
    const answer = which === 'its payment' ? paid({ invoice }, told) : declined({ invoice }, told)
    const ends = outcomes(customer, sold, [lost(invoice), answer])
    expect(ends.map(({ subscriptions }) => subscriptions.default?.status)).toEqual([status])
  })
})

describe('a person who found out', () => {
  it('that it was paid settles the invoice with the payment they name', () => {
    const { customer, invoice } = lostOn15November()
    const told = customer.do({
      type: 'resolve_unknown',
      invoice,
      outcome: 'paid',
      payment: 'ref_9',
    })
    expect(typesOf(told.events)).toEqual([
      'payment.recorded',
      'invoice.paid',
      'subscription.recovered',
    ])
    expect(customer.account.payments.at(-1)).toMatchObject({ id: 'ref_9', amount: 4900, invoice })
  })

  it('that it was paid is not contradicted by the same payment told later', () => {
    const { customer, invoice } = lostOn15November()
    customer.do({ type: 'resolve_unknown', invoice, outcome: 'paid', payment: 'ref_9' })
    const late = paid({ invoice }, { id: 'ref_9', at: '2025-11-15', amount: 4900 })
    expect(customer.do(late).events).toEqual([])
    expect(customer.account.credit).toEqual({})
  })

  it('that it failed lets the attempts go on', () => {
    const { customer, invoice } = lostOn15November()
    customer.do({ type: 'resolve_unknown', invoice, outcome: 'failed', payment: 'ref_9' })
    customer.at('2025-11-17')
    expect(demands(customer)).toHaveLength(3)
  })

  it('that the first attempt failed starts the grace on that day', () => {
    const customer = basicSince14October().at('2025-11-14')
    const invoice = openInvoice(customer)
    customer.do(lost(invoice))
    customer.at('2025-11-20')
    customer.do({ type: 'resolve_unknown', invoice, outcome: 'failed', payment: 'ref_9' })
    expect(customer.at(date('2025-11-27') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-11-27').subscription().status).toBe('suspended')
  })

  it('about an invoice that is not open is told so', () => {
    const customer = basicSince14October()
    expect(
      customer.do({
        type: 'resolve_unknown',
        invoice: 'nobody.inv1',
        outcome: 'paid',
        payment: 'ref_9',
      }).refused,
    ).toBe('invoice_unknown')
  })
})
