/** An owner of business listings, and what there is to read about them. */
import {
  entitlements,
  instant,
  type Resource,
  describe as sentence,
  type Usage,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { listingsProduct } from './products.ts'

export const catalog = listingsProduct()
export const october = { start: instant('2025-10-14'), end: instant('2025-11-14') }
export const november = { start: instant('2025-11-14'), end: instant('2025-12-14') }

export const mainStreet: Resource = {
  id: 'main-street',
  label: 'Main Street',
  createdAt: instant('2025-10-14'),
}
export const downtown: Resource = {
  id: 'downtown',
  label: "Joe's Cafe Downtown",
  createdAt: instant('2025-10-20'),
}
export const one: Usage = { listings: { used: 1, resources: [mainStreet] } }
export const two: Usage = { listings: { used: 2, resources: [mainStreet, downtown] } }

/** An owner who bought a plan on October 14. */
export function owner(plan = 'basic', usage: Usage = one): World {
  const w = world(catalog, '2025-10-14')
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan })
  w.pay()
  w.usage = usage
  return w
}

export function listings(w: World) {
  return entitlements(w.account, w.usage, w.now, catalog).get('listings')
}

export function access(w: World) {
  const { access: allowed, because, until } = entitlements(w.account, w.usage, w.now, catalog)
  return { allowed, because, until }
}

export function says(w: World): string {
  return sentence(w.account, w.usage, w.now, catalog)
}
