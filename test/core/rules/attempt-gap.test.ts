/** A gateway that wants a day between attempts on a declined card gets it, whoever asks. */
import type { World } from '../../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import {
  type CatalogOptions,
  catalog,
  type GatewayEvent,
  instant,
  monthly,
  plan,
} from '../../../src/core/index.ts'
import { card } from '../../../src/testing/index.ts'
import { demands, paying } from './customers.ts'

const HOUR = 3_600_000
/** When the renewal was charged and declined. */
const NOVEMBER = instant('2025-11-14')

type Policies = CatalogOptions['policies']

const sold = (hours: number | null, policies: Policies = {}) =>
  catalog({
    plans: [plan('basic', { price: monthly(4900, 'USD') })],
    policies,
    gateways: [{ name: 'paystack', ...(hours === null ? {} : { attemptGapHours: hours }) }],
  })

const declinedWith = (hours: number | null, policies: Policies = {}) => {
  const customer = paying(sold(hours, policies), '2025-10-14', { plan: 'basic' })
  customer.at(NOVEMBER).decline('insufficient_funds', 'later')
  return customer
}

const retry = (customer: World) => {
  const { refused, detail } = customer.do({ type: 'retry_payment' })
  return refused === null ? 'tried' : `${refused} ${new Date(Number(detail.at)).toISOString()}`
}

const saved = (id: string): GatewayEvent => ({
  type: 'method.saved',
  gateway: 'paystack',
  method: card('paystack', id),
})

describe('a retry by hand', () => {
  it('of a card that was declined less than a day ago is refused, and says when it may', () => {
    const customer = declinedWith(24).at(NOVEMBER + 3 * HOUR)
    expect(retry(customer)).toBe('retry_too_soon 2025-11-15T00:00:00.000Z')
    expect(demands(customer)).toHaveLength(1)
    expect(retry(customer.at(NOVEMBER + 24 * HOUR - 1))).toMatch(/^retry_too_soon/)
  })

  it('is taken at once by a gateway that does not mind', () => {
    expect(retry(declinedWith(null).at(NOVEMBER + 1))).toBe('tried')
  })

  it('counts from the newest attempt', () => {
    const customer = declinedWith(24).at('2025-11-15')
    customer.decline('insufficient_funds', 'later')
    customer.at(NOVEMBER + 47 * HOUR)
    expect(retry(customer)).toBe('retry_too_soon 2025-11-16T00:00:00.000Z')
    expect(retry(customer.at(NOVEMBER + 48 * HOUR))).toBe('tried')
  })

  it('with another card goes at once, and each card has its own day', () => {
    const customer = declinedWith(24).at(NOVEMBER + HOUR)
    customer.do(saved('card_2'))
    expect(demands(customer)).toHaveLength(2)
    customer.decline('insufficient_funds', 'later')
    expect(retry(customer)).toBe('retry_too_soon 2025-11-15T01:00:00.000Z')
    customer.do(saved('card_3'))
    expect(demands(customer)).toHaveLength(3)
  })
})

describe('automatic attempts', () => {
  it('after one that a worker made late wait a day from that one', () => {
    const customer = declinedWith(24, { dunning: { retryAfterDays: [1, 2, 3] } })
    customer.at('2025-11-15')
    // The charge lay with the worker for twenty hours.
    customer.at(NOVEMBER + 44 * HOUR).decline('insufficient_funds', 'later')
    const [invoice] = customer.account.invoices
    expect(invoice?.nextAttemptAt).toBe(NOVEMBER + 68 * HOUR)
  })

  it('are a day apart across the hour that spring takes away', () => {
    const customer = paying(
      sold(24, { timeZone: 'Europe/Berlin', dunning: { retryAfterDays: [1, 2] } }),
      '2026-02-28T10:00:00Z',
      { plan: 'basic' },
    )
    customer.at('2026-03-28T10:00:00Z').decline('insufficient_funds', 'later')
    const [invoice] = customer.account.invoices
    expect(invoice?.nextAttemptAt).toBe(instant('2026-03-29T10:00:00Z'))
  })

  it('that would be closer than a gateway takes are refused at the start', () => {
    const dunning = { retryAfterDays: [2, 3] }
    expect(() => sold(48, { dunning })).toThrow(
      expect.objectContaining({
        code: 'invalid_catalog',
        message: expect.stringContaining('"paystack" wants 48 hours between attempts'),
      }),
    )
    expect(() => sold(48, { dunning: { retryAfterDays: [2, 4] } })).not.toThrow()
    expect(() => sold(24, { dunning: { retryAfterDays: [] } })).not.toThrow()
  })
})
