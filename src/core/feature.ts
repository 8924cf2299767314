/** Features are declared once and called inside a plan: `projects(3)`, `model('gpt-4')`, `sso()`. */
import type { Interval } from './calendar.ts'

/** A number of things or uses; `'unlimited'` stays a word in code and JSON. */
export type Amount = number | 'unlimited'

/** What a plan or add-on gives of one feature. */
export type Grant<Id extends string = string> =
  | {
      readonly kind: 'limit'
      readonly feature: Id
      readonly amount: Amount
      /** Counted once per subscription, or once per unit of its quantity (seats). */
      readonly per: 'subscription' | 'unit'
      /** Asked by the runtime when a change may have to choose; the core never calls it. */
      readonly list?: ListResources
    }
  | {
      readonly kind: 'meter'
      readonly feature: Id
      readonly amount: Amount
      readonly per: 'subscription' | 'unit'
      /** The window in which it is counted; the billing period unless said. */
      readonly reset: 'period' | Interval
    }
  | { readonly kind: 'flag'; readonly feature: Id }
  | { readonly kind: 'value'; readonly feature: Id; readonly value: FeatureValue }

export type FeatureValue = string | number | boolean

export interface GrantOptions {
  /** `unit` multiplies the amount by the subscription's quantity. Default `subscription`. */
  readonly per?: 'subscription' | 'unit'
}

type Granting<Id extends string, Arguments extends readonly unknown[]> = ((
  ...given: Arguments
) => Grant<Id>) & { readonly id: Id }

/** A thing that occupies a limit, as the app shows it. */
export interface ListedResource {
  readonly id: string
  readonly label: string
  /** The newest is archived first. */
  readonly createdAt: Date | string | number
}

/** Shows what occupies a limit of a customer: what exists now, without what is archived. */
export type ListResources = (customer: string) => Promise<readonly ListedResource[]>

export interface LimitOptions {
  /** Lets a downgrade show what there is to keep. Default: the customer is not asked which. */
  readonly list?: ListResources
}

/** A limit is occupied and released: things that exist at the same time. */
export function limit<const Id extends string>(
  id: Id,
  { list }: LimitOptions = {},
): Granting<Id, [amount: Amount, options?: GrantOptions]> {
  return named(id, (amount: Amount, options: GrantOptions = {}) => ({
    kind: 'limit',
    feature: id,
    amount,
    per: options.per ?? 'subscription',
    ...(list && { list }),
  }))
}

/** A meter is counted per window and starts again from zero with the next. */
export function meter<const Id extends string>(
  id: Id,
  options: { readonly reset?: 'period' | Interval } = {},
): Granting<Id, [amount: Amount, options?: GrantOptions]> {
  const reset = options.reset ?? 'period'
  return named(id, (amount: Amount, grant: GrantOptions = {}) => ({
    kind: 'meter',
    feature: id,
    amount,
    per: grant.per ?? 'subscription',
    reset,
  }))
}

/** A flag is given or not. */
export function flag<const Id extends string>(id: Id): Granting<Id, []> {
  return named(id, () => ({ kind: 'flag', feature: id }))
}

/** A typed value: one of the listed ones. */
export function value<const Id extends string, const Value extends FeatureValue>(
  id: Id,
  options: readonly Value[],
): Granting<Id, [value: Value]> & { readonly options: readonly Value[] } {
  const granting = named(
    id,
    (chosen: Value): Grant<Id> => ({ kind: 'value', feature: id, value: chosen }),
  )
  return Object.assign(granting, { options })
}

function named<Id extends string, Arguments extends readonly unknown[]>(
  id: Id,
  granting: (...given: Arguments) => Grant<Id>,
): Granting<Id, Arguments> {
  return Object.assign(granting, { id })
}
