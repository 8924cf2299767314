/** The tiny catalog that the published cases sell, in the first currency that a gateway takes. */
import type { GatewayCapabilities } from '../../gateway.ts'
import {
  addOn,
  type Catalog,
  catalog,
  coupon,
  days,
  limit,
  minorUnits,
  monthly,
  type Policies,
  plan,
  type Renewals,
  yearly,
} from '../../core/index.ts'

const projects = limit('projects')

export interface CaseCatalogOptions {
  /** The gateway's name. */
  readonly gateway: string
  readonly renewals: Renewals
  readonly capabilities: GatewayCapabilities
  /** ISO 4217. Default: USD, else the first two-decimal currency the gateway takes. */
  readonly currency?: string
  readonly behavior?: Policies['proration']['behavior']
}

/**
 * Plans `basic`, `pro` (up to 20 units) and `tried` (14 days of trial, the card first), each by month
 * and by year, the add-on `seats` and the coupon `TEN`. An adapter whose vendor wants products of its
 * own gets them from here.
 */
export function caseCatalog(options: CaseCatalogOptions): Catalog {
  const { gateway, renewals, capabilities, behavior = 'invoice_now' } = options
  const currency = options.currency ?? currencyWith(capabilities, 2) ?? 'USD'
  // Far enough above the vendor's smallest charge that a share of a period is above it, too.
  const unit = Math.max(1000, 10 * Math.ceil((capabilities.minimum[currency] ?? 0) / 10))
  const prices = (units: number) => [
    monthly(units * unit, currency),
    yearly(10 * units * unit, currency),
  ]
  return catalog({
    plans: [
      plan('basic', { rank: 1, price: prices(2) }),
      plan('pro', { rank: 2, price: prices(5), quantity: { min: 1, max: 20 } }),
      plan('tried', { rank: 3, price: prices(6), trial: days(14, { payment: 'upfront' }) }),
    ],
    addOns: [
      addOn('seats', {
        price: monthly(unit, currency),
        adds: [projects(1)],
        plans: ['basic', 'pro'],
      }),
    ],
    coupons: [coupon('TEN', { percent: 10, duration: 'forever' })],
    gateways: [{ name: gateway, renewals, amounts: capabilities.amounts }],
    policies: { proration: { behavior } },
  })
}

const COMMON = ['USD', 'EUR', 'PHP', 'NGN', 'GHS', 'ZAR', 'KES', 'JPY', 'KRW', 'VND', 'XOF', 'CLP']

/** A currency with so many digits that the gateway takes. */
export function currencyWith(
  { currencies }: GatewayCapabilities,
  digits: number,
): string | undefined {
  const taken = currencies === 'any' ? COMMON : currencies
  const known = [...COMMON.filter((each) => taken.includes(each)), ...taken]
  return known.find((currency) => minorUnits(currency) === digits)
}
