/** The listings and the tiered product as an app declares them: no rule of theirs is in the library. */

import type { Renewals, Resource } from 'billwright/core'
import type { Product, StorageName } from '../../support/shop.ts'
import type { VendorName } from '../../support/vendor.ts'
import { coupon, limit, monthly, plan, yearly } from 'billwright'
import { STORAGES } from '../../support/shop.ts'
import { sized } from '../../support/sized.ts'

/** Who owns the renewal clock: we do, or the gateway. */
export const CLOCKS: readonly Renewals[] = ['billwright', 'gateway']

/** The clocks of a vendor that is asked the same things many times over: its own, and ours to prove. */
export const VENDOR_CLOCKS: readonly Renewals[] = sized({ prove: CLOCKS, ci: ['gateway'] })

/** Where a story is told. */
export interface Run {
  readonly storage: StorageName
  readonly renewals: Renewals
  readonly vendor: 'sandbox' | VendorName
}

/** On the sandbox with either storage and either clock, and on the product's own gateway. */
export function runsOn(vendor: VendorName, clocks: readonly Renewals[] = CLOCKS): readonly Run[] {
  const own: readonly Run[] = clocks.map((renewals) => ({ storage: 'sqlite', renewals, vendor }))
  const played = STORAGES.flatMap((storage) =>
    CLOCKS.map((renewals) => ({ storage, renewals, vendor: 'sandbox' }) as const),
  )
  return [...played, ...own]
}

export interface ListingsOptions {
  readonly renewals?: Renewals
  /** What an owner has in the app's own database. */
  readonly list: (owner: string) => Promise<readonly Resource[]>
}

/** B: business listings. No trial and no free plan; a downgrade asks which listings to keep. */
export function listingsProduct({ renewals = 'billwright', list }: ListingsOptions): Product {
  const listings = limit('listings', { list })
  return {
    plans: [
      plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(1)] }),
      plan('professional', { price: monthly(99_00, 'USD'), includes: [listings(3)] }),
      plan('enterprise', { price: monthly(199_00, 'USD'), includes: [listings('unlimited')] }),
    ],
    coupons: [coupon('PARTNER20', { percent: 20, duration: { periods: 3 } })],
    // Where the gateway prorates, it counts real days.
    proration: { granularity: renewals === 'gateway' ? 'day' : 'day30' },
    downgradeFit: 'choose',
    dunning: { graceDays: 7, endAfterDays: 14 },
    authorize: ({ identity }) => identity.id === 'admin',
  }
}

/** A: a tiered SaaS with a free plan everyone starts on. */
export function tieredProduct(): Product {
  return {
    plans: [
      plan('free', { default: true, rank: 0 }),
      plan('essential', { rank: 1, price: [monthly(19_00, 'USD'), yearly(190_00, 'USD')] }),
      plan('premium', { rank: 2, price: [monthly(49_00, 'USD'), yearly(490_00, 'USD')] }),
    ],
    proration: { granularity: 'second' },
    authorize: ({ identity }) => identity.id === 'admin',
  }
}
