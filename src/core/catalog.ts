/** The catalog: everything an app sells and allows, compiled once and checked at start. */

import type { Interval } from './calendar.ts'
import type { CatalogOptions, GatewayProfile } from './catalog-options.ts'
import type { FeatureValue, Grant, ListResources } from './feature.ts'
import type { AddOn, Coupon, Plan } from './plan.ts'
import type { Price } from './price.ts'
import type { Terms } from './state.ts'
import { checkCatalog } from './catalog-check.ts'
import { type Policies, withDefaults } from './policies.ts'
import { sameInterval } from './terms.ts'

/** How a feature behaves, gathered from every plan and add-on that names it. */
export interface Feature {
  readonly kind: Grant['kind']
  readonly reset: 'period' | Interval
  readonly values: readonly FeatureValue[]
  /** What occupies it, where the app lists that. */
  readonly list: ListResources | null
}

export interface Catalog<
  PlanId extends string = string,
  FeatureId extends string = string,
  AddOnId extends string = string,
  CouponId extends string = string,
> {
  readonly planIds: readonly PlanId[]
  readonly featureIds: readonly FeatureId[]
  readonly addOnIds: readonly AddOnId[]
  readonly couponIds: readonly CouponId[]
  // Maps, not objects: an id such as `constructor` must find nothing.
  readonly plans: ReadonlyMap<string, Plan>
  readonly addOns: ReadonlyMap<string, AddOn>
  readonly coupons: ReadonlyMap<string, Coupon>
  readonly features: ReadonlyMap<string, Feature>
  /** The default plan of each group. */
  readonly defaults: ReadonlyMap<string, Plan>
  readonly policies: Policies
  readonly gateways: readonly GatewayProfile[]
}

/** The ids of a list. Asked of each element: an empty list has none, inferring from it says `string`. */
export type IdOf<Things extends readonly { readonly id: string }[]> = Things[number]['id']
/** The features that plans and add-ons name. */
export type FeatureOf<Thing> =
  Thing extends Plan<string, infer Feature>
    ? Feature
    : Thing extends AddOn<string, infer Feature>
      ? Feature
      : never

/**
 * Compiles and checks what an app declares; ids stay literal types in every call that uses them.
 * Throws a `config` error `invalid_catalog` that names the plan and the option.
 */
export function catalog<
  const Plans extends readonly Plan[],
  const AddOns extends readonly AddOn[] = readonly [],
  const Coupons extends readonly Coupon[] = readonly [],
>(
  options: CatalogOptions<Plans, AddOns, Coupons>,
): Catalog<IdOf<Plans>, FeatureOf<Plans[number] | AddOns[number]>, IdOf<AddOns>, IdOf<Coupons>> {
  const policies = withDefaults(options.policies)
  checkCatalog(options, policies)
  const addOns: readonly AddOn[] = options.addOns ?? []
  const coupons: readonly Coupon[] = options.coupons ?? []
  const features = featuresOf([
    ...options.plans.flatMap((plan) => [
      ...plan.includes,
      ...(plan.earlier ?? []).flatMap((earlier) => earlier.includes),
    ]),
    ...addOns.flatMap((addOn) => addOn.adds),
  ])
  return {
    planIds: ids<IdOf<Plans>>(options.plans),
    featureIds: [...features.keys()] as FeatureOf<Plans[number] | AddOns[number]>[],
    addOnIds: ids<IdOf<AddOns>>(addOns),
    couponIds: ids<IdOf<Coupons>>(coupons),
    plans: byId<Plan>(options.plans),
    addOns: byId(addOns),
    coupons: byId(coupons),
    features,
    defaults: new Map(
      options.plans.filter((plan) => plan.default).map((plan) => [plan.group, plan]),
    ),
    policies,
    gateways: (options.gateways ?? []).map((gateway) => ({
      renewals: 'billwright',
      amounts: 'exact',
      savesMethods: true,
      ...gateway,
    })),
  }
}

/** What the terms give: the includes of the version that was bought. */
export function includesOf(catalog: Catalog, terms: Terms): readonly Grant[] {
  const plan = catalog.plans.get(terms.plan)
  if (!plan) return []
  if (plan.version === terms.planVersion) return plan.includes
  const earlier = plan.earlier?.find(({ version }) => version === terms.planVersion)
  return earlier?.includes ?? plan.includes
}

/** The price of an interval and currency; without them the first declared. */
export function findPrice(
  prices: readonly Price[],
  interval: Interval['unit'] | Interval | undefined,
  currency: string | undefined,
): Price | undefined {
  return prices.find(
    (price) =>
      (currency === undefined || price.currency === currency) &&
      (interval === undefined ||
        (typeof interval === 'string'
          ? price.interval.unit === interval && price.interval.count === 1
          : sameInterval(price.interval, interval))),
  )
}

/** A gateway by name; without one, the first. */
export function gatewayOf(catalog: Catalog, name: string | null): GatewayProfile | undefined {
  return name === null
    ? catalog.gateways[0]
    : catalog.gateways.find((gateway) => gateway.name === name)
}

/** The name people read of a plan or add-on: the declared title, else the id with a capital. */
export function titleOf(catalog: Pick<Catalog, 'plans' | 'addOns'>, id: string): string {
  return shownTitle(catalog.plans.get(id) ?? catalog.addOns.get(id) ?? { id })
}

/** The name people read: the declared title, else the id with a capital. */
export function shownTitle({
  id,
  title,
}: {
  readonly id: string
  readonly title?: string
}): string {
  return title ?? id.charAt(0).toUpperCase() + id.slice(1)
}

function byId<T extends { readonly id: string }>(things: readonly T[]): ReadonlyMap<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]))
}

function ids<Id extends string>(things: readonly { readonly id: string }[]): readonly Id[] {
  return things.map((thing) => thing.id as Id)
}

function featuresOf(grants: readonly Grant[]): ReadonlyMap<string, Feature> {
  const features = new Map<string, Feature>()
  for (const grant of grants) {
    const known = features.get(grant.feature)
    features.set(grant.feature, {
      kind: grant.kind,
      reset: grant.kind === 'meter' ? grant.reset : 'period',
      values: grant.kind === 'value' ? [...(known?.values ?? []), grant.value] : [],
      list: (grant.kind === 'limit' ? grant.list : undefined) ?? known?.list ?? null,
    })
  }
  return features
}
