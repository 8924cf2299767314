/** An organization at its billing pages: Ana, who pays for it, and what she sees. */
import type { Notice, NoticeName } from 'billwright/core'
import { openShop, type Shop, type ShopOptions, type Visitor } from '../../support/shop.ts'
import { buy } from './buy.ts'
import { organizationsProduct } from './products-more.ts'

export const ORG = 'org_1'

export interface Organization {
  readonly shop: Shop
  readonly ana: Visitor
  /** The body of `GET /status`. */
  status(): ReturnType<typeof body>
  /** How many the organization may have. */
  limitOf(feature: string): Promise<number | 'unlimited' | null>
  /** The gateway's own book: amounts and times of everything it took. */
  charges(): readonly (readonly [amount: number, at: string])[]
  told(name: NoticeName): readonly Notice[]
  /** Pays for a plan since June 10. */
  pays(plan: string, card?: string): Promise<void>
  /** The app counted its members. */
  has(members: number): Promise<void>
}

/** Opens the shop on June 1, or later. */
export async function openOrganization({
  storage = 'memory',
  start = '2025-06-01',
}: Partial<Pick<ShopOptions, 'storage' | 'start'>>): Promise<Organization> {
  const shop = await openShop({
    ...{ product: organizationsProduct(), start, storage, gateway: 'paymongo' },
  })
  const ana = shop.as({ id: 'ana', customer: ORG })
  return {
    shop,
    ana,
    status: () => body(ana, '/status'),
    limitOf: async (feature) => (await body(ana, `/entitlements/${feature}`)).limit,
    charges: () =>
      shop.emulator.book().charges.map(({ amount, at }) => [amount, new Date(at).toISOString()]),
    told: (name) => shop.sent.map(({ notice }) => notice).filter((each) => each.name === name),
    async pays(plan, card = 'succeeds') {
      await shop.at('2025-06-10')
      await buy(shop, ana, plan, { card, body: { trial: false } })
    },
    has: (members) => shop.bill.setUsage(ORG, 'members', members),
  }
}

async function body(visitor: Visitor, path: string) {
  return (await visitor.get(path)).body
}
