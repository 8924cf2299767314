/**
 * Provider-agnostic subscription billing: what an app declares, and the words it is declared with.
 * @module billwright
 */
export {
  type AddOn,
  type Amount,
  addOn,
  type Catalog,
  type CatalogOptions,
  type Coupon,
  catalog,
  coupon,
  days,
  every,
  type FeatureValue,
  flag,
  type Interval,
  limit,
  type Money,
  meter,
  monthly,
  type Plan,
  type Policies,
  type Price,
  plan,
  value,
  yearly,
} from './core/index.ts'
export {
  BillingError,
  type ErrorDetail,
  type ErrorKind,
  REFUSALS,
  type Refusal,
  type RefusalCode,
} from './errors.ts'
