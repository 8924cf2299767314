/**
 * A business directory as its developers would write it: listings in a map of its own, routes that
 * ask the library who may pass, hooks that hide and archive. Owners visit it over HTTP.
 */

import type { Instant, Notice, NoticeName, PolicyOptions, Renewals } from 'billwright/core'
import {
  answerError,
  type Bill,
  BillingError,
  guard,
  guardSubscription,
  type Hooks,
} from 'billwright'
import {
  type AnyShop,
  type AnyShopOptions,
  APP,
  openShop,
  type Reply,
  type Visitor,
  WHO,
} from '../../support/shop.ts'
import { listingsProduct, type Run, runsOn } from './products.ts'

export interface Listing {
  readonly id: string
  readonly owner: string
  readonly label: string
  readonly createdAt: Instant
  isPublic: boolean
  isArchived: boolean
}

export interface DirectoryOptions
  extends Partial<Pick<AnyShopOptions, 'storage' | 'deliver' | 'gateway' | 'start' | 'vendor'>> {
  readonly renewals?: Renewals
  readonly policies?: PolicyOptions
  /** Another process of the same app, which this one shares everything with but memory. */
  readonly beside?: Directory
}

export interface Directory {
  readonly shop: AnyShop
  readonly listings: Map<string, Listing>
  /** Joe, who owns businesses, and the operator. */
  readonly joe: Visitor
  readonly admin: Visitor
  /** `POST /api/business`. */
  create(owner: string, id: string, label?: string): Promise<Reply>
  /** `DELETE /api/business/:id`. */
  remove(owner: string, id: string): Promise<void>
  /** `GET /dashboard`: the owner's listings, for subscribers. */
  dashboard(owner: string): Promise<Reply>
  /** `GET /api/business`: what everybody sees, signed in or not. */
  browse(): readonly string[]
  /** Buys a plan and pays for it; answers with the checkout's reference. */
  buys(plan: string, options?: { readonly card?: string; readonly owner?: string }): Promise<string>
}

/** Where the stories run: on a gateway that only charges, and on one that owns the clock (F-02). */
export const RUNS: readonly (Run & { readonly gateway: string })[] = runsOn('paystack', [
  'billwright',
]).map((run) => ({ ...run, gateway: run.renewals === 'gateway' ? 'stripe' : 'paystack' }))

/** Opens the directory on Oct 14. */
export async function openDirectory(options: DirectoryOptions = {}): Promise<Directory> {
  const { renewals = 'billwright', policies, beside, ...rest } = options
  const listings = beside?.listings ?? new Map<string, Listing>()
  const shop = await openShop({
    start: '2025-10-14',
    gateway: 'paystack',
    ...rest,
    renewals,
    ...(beside && { beside: beside.shop }),
    product: {
      ...listingsProduct({ renewals, list: async (owner) => of(listings, owner) }),
      ...policies,
      hooks: hooksOf(listings),
    },
  })
  const routes = routesOf(shop, listings)
  return {
    shop,
    listings,
    joe: shop.as('joe'),
    admin: shop.as('admin'),
    ...routes,
    browse: () => [...listings.values()].filter((each) => each.isPublic).map(({ id }) => id),
    async buys(plan, { card = 'succeeds', owner = 'joe' } = {}) {
      const opened = await shop.as(owner).post('/checkout', { plan, successUrl: `${APP}/welcome` })
      await shop.pay(opened.body.url, card)
      await shop.quiet()
      return opened.body.reference
    },
  }
}

/** What exists of an owner; archived listings are kept, but take no place. */
function of(listings: ReadonlyMap<string, Listing>, owner: string): readonly Listing[] {
  return [...listings.values()].filter((each) => each.owner === owner && !each.isArchived)
}

function hooksOf(listings: ReadonlyMap<string, Listing>): Hooks {
  const show = (owner: string, isPublic: boolean) => {
    for (const listing of of(listings, owner)) listing.isPublic = isPublic
  }
  const setArchived = (ids: readonly string[], isArchived: boolean) => {
    for (const id of ids)
      Object.assign(listings.get(id) ?? {}, { isArchived, isPublic: !isArchived })
  }
  return {
    archive: ({ ids }) => setArchived(ids, true),
    restore: ({ ids }) => setArchived(ids, false),
    on: {
      'subscription.suspended': (_, { customer }) => show(customer, false),
      'subscription.recovered': (_, { customer }) => show(customer, true),
    },
  }
}

function routesOf({ bill, clock }: AnyShop, listings: Map<string, Listing>) {
  return {
    async create(owner: string, id: string, label = id): Promise<Reply> {
      const request = requestOf(owner, '/api/business', 'POST')
      const refusal = await guard(bill, request, 'listings')
      if (refusal) return reply(refusal)
      const full = await counted(bill, request, owner)
      if (full) return reply(full)
      const state = { isPublic: true, isArchived: false }
      listings.set(id, { id, owner, label, createdAt: clock.now(), ...state })
      return { status: 201, body: { id }, headers: new Headers() }
    },
    async remove(owner: string, id: string): Promise<void> {
      if (listings.delete(id)) await bill.release(owner, 'listings')
    },
    async dashboard(owner: string): Promise<Reply> {
      const refusal = await guardSubscription(bill, requestOf(owner, '/dashboard', 'GET'))
      if (refusal) return reply(refusal)
      const ids = of(listings, owner).map(({ id }) => id)
      return { status: 200, body: { listings: ids }, headers: new Headers() }
    },
  }
}

/** Counts the listing; the response that says why not where it does not fit any more. */
async function counted(bill: Bill, request: Request, owner: string): Promise<Response | null> {
  try {
    await bill.use(owner, 'listings')
    return null
  } catch (error) {
    if (!BillingError.isInstance(error)) throw error
    return answerError(bill, request, error)
  }
}

function requestOf(owner: string, path: string, method: string): Request {
  const headers = { origin: APP, [WHO]: JSON.stringify({ id: owner }) }
  return new Request(APP + path, { method, headers })
}

async function reply(response: Response): Promise<Reply> {
  const { status, headers } = response
  return { status, headers, body: await response.json() }
}

/** Notices of a name that were sent, oldest first. */
export function told({ shop }: Directory, name: NoticeName): readonly Notice[] {
  return shop.sent.map(({ notice }) => notice).filter((notice) => notice.name === name)
}

/** What the gateway took, oldest first. */
export function charged({ shop }: Directory): readonly number[] {
  return shop.emulator.book().charges.map(({ amount }) => amount)
}

/** An instant as the API writes it. */
export function day(date: string): string {
  return new Date(date).toISOString()
}
