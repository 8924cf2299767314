/** The products of the stories as catalogs, and customers who already pay for a plan. */
import {
  addOn,
  type Catalog,
  type CatalogOptions,
  type Command,
  catalog,
  type Effect,
  type ForeignSubscription,
  type GatewayEvent,
  type Instant,
  instant,
  limit,
  monthly,
  type Observation,
  plan,
  type Resource,
  type Usage,
  yearly,
} from '../../../src/core/index.ts'
import { card, type World, world } from '../../../src/testing/index.ts'

export type PolicyOptions = NonNullable<CatalogOptions['policies']>
export type Gateways = NonNullable<CatalogOptions['gateways']>

/** A gateway that owns the renewal clock. */
export const NATIVE: Gateways = [{ name: 'stripe', renewals: 'gateway', amounts: 'session' }]

const listings = limit('listings')
const members = limit('members')
const projects = limit('projects')

/** Business listings: Basic, Professional, Enterprise; `day30`, a downgrade asks what to keep. */
export function listingSite(policies: PolicyOptions = {}): Catalog {
  return catalog({
    plans: [
      plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(1)] }),
      plan('professional', { price: monthly(99_00, 'USD'), includes: [listings(3)] }),
      plan('enterprise', { price: monthly(199_00, 'USD'), includes: [listings('unlimited')] }),
    ],
    policies: { proration: { granularity: 'day30' }, ...policies },
    gateways: [{ name: 'paystack' }],
  })
}

/** Tiered SaaS: Free is the default, Essential and Premium are sold by the month and the year. */
export function tieredSaas(
  policies: PolicyOptions = {},
  gateways: Gateways = [{ name: 'stripe' }],
): Catalog {
  return catalog({
    plans: [
      plan('free', { default: true, includes: [projects(1)] }),
      plan('essential', {
        price: [monthly(19_00, 'USD'), yearly(190_00, 'USD')],
        includes: [projects(3)],
      }),
      plan('premium', {
        price: [monthly(49_00, 'USD'), yearly(490_00, 'USD')],
        includes: [projects(10)],
      }),
    ],
    policies,
    gateways,
  })
}

/** Organisations in Manila: add-on «5 seats», counted in days, a downgrade that doesn't fit is refused. */
export function organisations(policies: PolicyOptions = {}): Catalog {
  return catalog({
    plans: [
      plan('starter', { price: monthly(499_00, 'PHP'), includes: [members(3), projects(10)] }),
      plan('team', { price: monthly(1499_00, 'PHP'), includes: [members(10), projects(50)] }),
      plan('business', {
        price: monthly(4999_00, 'PHP'),
        includes: [members(50), projects('unlimited')],
      }),
    ],
    addOns: [addOn('five-seats', { price: monthly(299_00, 'PHP'), adds: [members(5)] })],
    policies: { downgradeFit: 'refuse', proration: { granularity: 'day' }, ...policies },
    gateways: [{ name: 'paymongo' }],
  })
}

/** Seats: Solo is for one, Crew for up to ten and Fleet for two or more, each seat one member. */
export function seats(policies: PolicyOptions = {}, gateways: Gateways = [{ name: 'stripe' }]) {
  return catalog({
    plans: [
      plan('solo', { price: monthly(5_00, 'USD'), includes: [members(1)] }),
      plan('crew', {
        price: [monthly(10_00, 'USD'), yearly(100_00, 'USD')],
        quantity: { min: 1, max: 10 },
        includes: [members(1, { per: 'unit' })],
      }),
      plan('fleet', {
        price: monthly(20_00, 'USD'),
        quantity: { min: 2 },
        includes: [members(1, { per: 'unit' })],
      }),
    ],
    policies: { proration: { granularity: 'day' }, ...policies },
    gateways,
  })
}

export interface Bought {
  readonly interval?: 'month' | 'year'
  readonly quantity?: number
  readonly addOns?: Readonly<Record<string, number>>
  readonly coupon?: string
  readonly currency?: string
  /** The vendor's own subscription, where it owns the clock. */
  readonly vendor?: string
}

/** A customer who bought and paid for a plan at that moment, with a card that can be charged again. */
export function customerOn(
  sold: Catalog,
  chosen: string,
  at: string,
  { vendor, ...bought }: Bought = {},
): World {
  const customer = world(sold, at)
  customer.do({ type: 'register' })
  customer.do({ type: 'subscribe', plan: chosen, ...bought })
  customer.pay(vendor === undefined ? {} : { subscription: vendor })
  return customer
}

/** Things that occupy a limit, oldest first, a day apart. */
export function occupying(feature: string, ...ids: readonly string[]): Usage {
  const first = instant('2025-01-01')
  const resources = ids.map((id, day): Resource => {
    return { id, label: id, createdAt: instant(first + day * 86_400_000) }
  })
  return { [feature]: { used: ids.length, resources } }
}

/** The effects of one kind, in the order in which they were asked for. */
export function asked<Kind extends Effect['kind']>(
  effects: readonly Effect[],
  kind: Kind,
): readonly Extract<Effect, { readonly kind: Kind }>[] {
  return effects.filter((effect): effect is Extract<Effect, { readonly kind: Kind }> => {
    return effect.kind === kind
  })
}

/** The events of one type, in the order in which they happened. */
export function happened<Type extends World['journal'][number]['type']>(
  { journal }: Pick<World, 'journal'>,
  type: Type,
): readonly Extract<World['journal'][number], { readonly type: Type }>[] {
  return journal.filter(
    (event): event is Extract<World['journal'][number], { readonly type: Type }> => {
      return event.type === type
    },
  )
}

/** The customer's subscription as its vendor shows it, as it is now unless said. */
export function vendorShows(
  customer: World,
  shown: Partial<Observation> = {},
  answers?: string,
): GatewayEvent {
  const {
    period,
    cancelAt,
    plan: id,
    price,
    quantity,
    gateway,
    gatewayRef,
  } = customer.subscription()
  const observation: Observation = {
    subscription: gatewayRef ?? '',
    observedAt: customer.now,
    state: 'active',
    period,
    cancelAt,
    plan: price && { id, interval: price.interval },
    quantity,
    ...shown,
  }
  const fact = { type: 'subscription.observed', gateway: gateway ?? '', observation } as const
  return answers === undefined ? fact : { ...fact, answers }
}

/** The key under which the last request to the vendor went out. */
export function requestKey(customer: World): string {
  const { request } = customer.subscription()
  if (!request) throw new Error('Nothing was asked of the vendor')
  return request.key
}

/** `2025-10-14`, or with its time when it is not midnight. */
export function dateOf(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace('T00:00:00.000Z', '')
}

/** What is adopted: a monthly subscription that runs at Stripe since October 14. */
export function adopting(
  { plan: id, amount }: { readonly plan: string; readonly amount: number },
  found: Partial<ForeignSubscription> = {},
): Extract<Command, { readonly type: 'adopt' }> {
  const [start, end] = [instant('2025-10-14'), instant('2025-11-14')]
  return {
    type: 'adopt',
    plan: id,
    gateway: 'stripe',
    mode: 'test',
    found: {
      ...{ subscription: 'sub_old', customer: 'cus_old', plan: null, mode: 'test' },
      ...{ state: 'active', cancelAt: null, observedAt: instant('2025-10-30') },
      ...{ period: { start, end }, anchor: start, startedAt: instant('2025-08-14') },
      price: { amount, currency: 'USD', interval: { unit: 'month', count: 1 } },
      ...{ quantity: 1, items: 1, discounted: false, scheduled: false },
      ...{ collection: 'automatic', method: card('stripe', 'card_old') },
      ...found,
    },
  }
}
