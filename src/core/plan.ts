/** Plans, add-ons and coupons as an app declares them, once, in TypeScript. */
import type { Grant } from './feature.ts'
import type { Price } from './price.ts'

/** A trial: `upfront` asks for a payment method first and converts by itself. */
export interface TrialOffer {
  readonly days: number
  readonly payment: 'none' | 'upfront'
}

export interface PlanOptions<Grants extends readonly Grant[] = readonly Grant[]> {
  /** How people call it. Default: the id with a capital. */
  readonly title?: string
  /** One price, or one per interval and currency. Default: free. */
  readonly price?: Price | readonly Price[]
  /** The free plan every customer starts on and returns to. At most one per group. */
  readonly default?: boolean
  /** Decides what is an upgrade; without it the annualized price does. */
  readonly rank?: number
  /** A customer has one subscription per group. Default `default`. */
  readonly group?: string
  readonly trial?: TrialOffer
  readonly includes?: Grants
  /** Allowed quantity (seats). Default exactly 1. */
  readonly quantity?: { readonly min?: number; readonly max?: number }
  /** Raise it when `includes` changes and list the old ones in `earlier`. Default 1. */
  readonly version?: number
  /** What buyers of earlier versions still get. */
  readonly earlier?: readonly { readonly version: number; readonly includes: readonly Grant[] }[]
  /** Not sold any more; those who have it keep it. */
  readonly archived?: boolean
}

export interface Plan<Id extends string = string, Feature extends string = string>
  extends Omit<PlanOptions, 'price' | 'includes' | 'group' | 'version'> {
  readonly id: Id
  readonly group: string
  readonly version: number
  readonly prices: readonly Price[]
  readonly includes: readonly Grant<Feature>[]
}

/** Declares a plan; its id and its features' ids stay literal types. */
export function plan<const Id extends string, const Grants extends readonly Grant[] = readonly []>(
  id: Id,
  options: PlanOptions<Grants> = {},
): Plan<Id, Grants[number]['feature']> {
  const { price, includes, group, version, ...rest } = options
  return {
    ...rest,
    id,
    group: group ?? 'default',
    version: version ?? 1,
    prices: listOf(price),
    includes: (includes ?? []) as readonly Grant<Grants[number]['feature']>[],
  }
}

export interface AddOn<Id extends string = string, Feature extends string = string> {
  readonly id: Id
  readonly title?: string
  readonly prices: readonly Price[]
  /** What each unit adds: amounts are added up, flags and values are given. */
  readonly adds: readonly Grant<Feature>[]
  /** Plans it can be bought with. Default: every paid plan. */
  readonly plans?: readonly string[]
}

/** Declares an add-on: it raises limits and adds to the price. */
export function addOn<const Id extends string, const Grants extends readonly Grant[]>(
  id: Id,
  options: {
    readonly title?: string
    readonly price: Price | readonly Price[]
    readonly adds: Grants
    readonly plans?: readonly string[]
  },
): AddOn<Id, Grants[number]['feature']> {
  const { price, adds, ...rest } = options
  return {
    ...rest,
    id,
    prices: listOf(price),
    adds: adds as readonly Grant<Grants[number]['feature']>[],
  }
}

export interface CouponOptions {
  /** Percent off the whole invoice, up to four decimals. Either this or `amountOff`. */
  readonly percent?: number
  /** Minor units off, in `currency`; never below zero. */
  readonly amountOff?: number
  readonly currency?: string
  /** Default `once`. */
  readonly duration?: 'once' | 'forever' | { readonly periods: number }
  readonly plans?: readonly string[]
  /** Half-open: valid from the first instant, not any more at the second. Any date. */
  readonly validFrom?: string | number | Date
  readonly validUntil?: string | number | Date
  /** One use in all, by whoever comes first. A customer uses a coupon once in any case. */
  readonly single?: boolean
}

export interface Coupon<Id extends string = string> extends CouponOptions {
  readonly id: Id
}

/** Declares a coupon under the code customers type. */
export function coupon<const Id extends string>(id: Id, options: CouponOptions): Coupon<Id> {
  return { ...options, id }
}

/** A price per month in minor units: `monthly(49_00, 'USD')`. */
export function monthly(amount: number, currency: string): Price {
  return { amount, currency, interval: { unit: 'month', count: 1 } }
}

/** A price per year in minor units. */
export function yearly(amount: number, currency: string): Price {
  return { amount, currency, interval: { unit: 'year', count: 1 } }
}

/** A price for any interval: `every({ unit: 'month', count: 3 }, 120_00, 'USD')`. */
export function every(interval: Price['interval'], amount: number, currency: string): Price {
  return { amount, currency, interval }
}

/** The length of a trial: `days(14)` asks for no payment, `days(14, { payment: 'upfront' })` does. */
export function days(
  count: number,
  options: { readonly payment?: 'none' | 'upfront' } = {},
): TrialOffer {
  return { days: count, payment: options.payment ?? 'none' }
}

function listOf<T extends object>(given: T | readonly T[] | undefined): readonly T[] {
  if (given === undefined) return []
  return isList(given) ? given : [given]
}

// Array.isArray does not narrow readonly arrays.
function isList<T extends object>(given: T | readonly T[]): given is readonly T[] {
  return Array.isArray(given)
}
