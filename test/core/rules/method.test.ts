/** Payment methods: what was declined is tried with a new card at once, what is under way is not. */

import type { GatewayEvent } from '../../../src/core/index.ts'
import { describe, expect, it } from 'vitest'
import { card } from '../../../src/testing/index.ts'
import {
  asked,
  basicSince14October,
  demands,
  gcash,
  hostedSince14October,
  listingsCatalog,
  openInvoice,
  outcomes,
  period,
  typesOf,
  walletSince14October,
} from './customers.ts'

const saved = (id: string, gateway = 'paystack'): GatewayEvent => {
  return { type: 'method.saved', gateway, method: card(gateway, id) }
}
const expiring = (method: string): GatewayEvent => {
  return { type: 'method.expiring', gateway: 'paystack', method }
}

function declinedOn14November(retry: 'later' | 'never' = 'never') {
  const customer = basicSince14October().at('2025-11-14')
  customer.decline('expired_card', retry)
  return customer
}

describe('a card that is saved', () => {
  it('B-16 pays at once what the old one did not, and ends the dunning', () => {
    const customer = declinedOn14November().at('2025-11-18')
    customer.do(saved('card_2'))
    expect(customer.asked()).toMatchObject({ amount: 4900, attempt: 2, method: { id: 'card_2' } })
    customer.pay()
    expect(customer.subscription().status).toBe('active')
  })

  it('does not try again what is under way', () => {
    const customer = basicSince14October().at('2025-11-14')
    expect(typesOf(customer.do(saved('card_2')).events)).toEqual(['method.saved'])
    expect(demands(customer)).toHaveLength(1)
  })

  it('does not try again an attempt whose outcome is unknown', () => {
    const customer = declinedOn14November('later').at('2025-11-15')
    const invoice = openInvoice(customer)
    customer.do({ type: 'outcome.unknown', gateway: 'paystack', invoice })
    customer.do(saved('card_2'))
    expect(demands(customer)).toHaveLength(2)
  })

  it('leaves the quote of an upgrade alone', () => {
    const customer = basicSince14October()
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'pro' })
    customer.decline()
    customer.do(saved('card_2'))
    expect(demands(customer)).toHaveLength(1)
  })

  it('told twice is tried once', () => {
    const customer = declinedOn14November().at('2025-11-18')
    customer.do(saved('card_2'))
    expect(customer.do(saved('card_2')).events).toEqual([])
    expect(demands(customer)).toHaveLength(2)
  })

  it('is what the next renewal is charged to', () => {
    const customer = basicSince14October()
    customer.do(saved('card_2'))
    customer.at('2025-11-14')
    expect(customer.asked()).toMatchObject({ method: { id: 'card_2' } })
  })

  it('is charged by the gateway that owns the clock, not by us', () => {
    const customer = hostedSince14October().at('2025-11-14')
    customer.do({
      type: 'payment.failed',
      gateway: 'stripe',
      payment: 'in_1',
      subject: { subscription: 'sub_1', period: period('2025-11-14', '2025-12-14') },
      decline: { code: 'expired_card', retry: 'later' },
      amount: 4900,
      currency: 'USD',
      at: customer.now,
    })
    expect(customer.subscription().status).toBe('past_due')
    customer.do(saved('card_2', 'stripe'))
    expect(asked(customer, 'payment.collect')).toEqual([])
  })
})

describe('a wallet that is saved', () => {
  it('is shown but not charged: what is unpaid is not tried with it', () => {
    const customer = declinedOn14November().at('2025-11-18')
    const method = { ...gcash, gateway: 'paystack' }
    expect(
      typesOf(customer.do({ type: 'method.saved', gateway: 'paystack', method }).events),
    ).toEqual(['method.saved'])
    expect(customer.account.paymentMethod?.brand).toBe('gcash')
  })
})

describe('a method that is removed', () => {
  it('leaves the next renewal to a payment link', () => {
    const customer = basicSince14October()
    customer.do({ type: 'method.removed', gateway: 'paystack', method: 'card_1' })
    expect(customer.account.paymentMethod).toBeNull()
    customer.at('2025-11-11')
    expect(customer.asked()).toMatchObject({ kind: 'payment.collect', method: null, amount: 4900 })
  })

  it('of another gateway with the same id is not the one that is saved', () => {
    const customer = basicSince14October()
    customer.do({ type: 'method.removed', gateway: 'paymongo', method: 'card_1' })
    expect(customer.account.paymentMethod?.id).toBe('card_1')
    customer.do({ type: 'method.saved', gateway: 'paymongo', method: card('paymongo', 'card_1') })
    expect(customer.account.paymentMethod?.gateway).toBe('paymongo')
  })

  it('that is not the one we hold changes nothing', () => {
    const customer = basicSince14October()
    const other = { type: 'method.removed', gateway: 'paystack', method: 'card_9' } as const
    expect(customer.do(other).events).toEqual([])
    expect(customer.account.paymentMethod?.id).toBe('card_1')
  })

  it('ends equal whether the old card’s removal or the new card is told first', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold)
    const ends = outcomes(customer, sold, [
      { type: 'method.removed', gateway: 'paystack', method: 'card_1' },
      saved('card_2'),
    ])
    expect(ends.map(({ paymentMethod }) => paymentMethod?.id)).toEqual(['card_2'])
  })
})

describe('a card that expires soon', () => {
  const notices = (customer: ReturnType<typeof basicSince14October>) =>
    asked(customer, 'notice.send').filter(({ notice }) => notice.name === 'payment_method_expiring')

  it('is announced under one key, however often the gateway says it', () => {
    const customer = basicSince14October()
    customer.do(expiring('card_1'))
    customer.at('2025-10-20').do(expiring('card_1'))
    expect(new Set(notices(customer).map(({ key }) => key)).size).toBe(1)
    expect(notices(customer)[0]?.notice.data).toEqual({
      brand: 'visa',
      last4: '4242',
      expires: '2030-12',
    })
  })

  it('is not announced when another one has taken its place', () => {
    const customer = basicSince14October()
    customer.do(saved('card_2'))
    customer.do(expiring('card_1'))
    expect(notices(customer)).toEqual([])
  })
})

describe('update payment method', () => {
  it('C-06 opens the page of the gateway where a card is saved', () => {
    const customer = basicSince14October()
    customer.do({ type: 'update_payment_method', returnUrl: 'https://app.example/billing' })
    expect(asked(customer, 'method.update')).toMatchObject([
      {
        gateway: 'paystack',
        customer: 'cus_paystack',
        returnUrl: 'https://app.example/billing',
      },
    ])
  })

  it('C-06 is refused where nothing can be saved and nothing is open', () => {
    expect(walletSince14October().do({ type: 'update_payment_method' }).refused).toBe(
      'no_saved_payment_method',
    )
  })

  it('C-06 gives the open renewal link where nothing can be saved', () => {
    const customer = walletSince14October().at('2025-11-11')
    const invoice = openInvoice(customer)
    const url = 'https://pay.example/1'
    customer.do({ type: 'link.delivered', gateway: 'paymongo', invoice, url })
    const told = customer.do({ type: 'update_payment_method' })
    expect(told).toMatchObject({ refused: null, events: [], effects: [] })
    expect(customer.account.invoices[0]?.link).toBe(url)
  })

  it('E-03 stays open to who is ending', () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(customer.do({ type: 'update_payment_method' }).refused).toBeNull()
  })

  it('opens the page of a gateway that owns the clock, although we hold no card of it', () => {
    const customer = hostedSince14October()
    customer.do({ type: 'method.removed', gateway: 'stripe', method: 'card_1' })
    expect(customer.do({ type: 'update_payment_method' }).refused).toBeNull()
    expect(asked(customer, 'method.update')).toMatchObject([{ gateway: 'stripe' }])
  })
})
