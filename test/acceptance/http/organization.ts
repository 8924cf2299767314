/** An organization at its billing pages: Ana, who pays for it, and what she sees. */
import type { GatewayCapabilities } from 'billwright'
import type { Notice, NoticeName } from 'billwright/core'
import { expect } from 'vitest'
import {
  type AnyShop,
  type AnyShopOptions,
  openShop,
  type Reply,
  type Visitor,
} from '../../support/shop.ts'
import { buy } from './buy.ts'
import { type Run, runsOn } from './products.ts'
import { organizationsProduct } from './products-more.ts'

export const ORG = 'org_1'
const DAY = 86_400_000

/** Where the stories run: PayMongo has no clock of its own. */
export const RUNS: readonly Run[] = runsOn('paymongo', ['billwright']).filter(
  ({ renewals }) => renewals === 'billwright',
)

export interface Organization {
  readonly shop: AnyShop
  /** What the gateway says of itself. */
  readonly capabilities: GatewayCapabilities
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
  /**
   * What an answer costs is paid: by the saved card at once, and on the page that it leads to where the
   * gateway saves none.
   */
  settles(answer: Reply): Promise<void>
  /** Lives until the day of a renewal and pays for it: by the saved card, or on its link. */
  renews(date: string): Promise<void>
  /** The app counted its members. */
  has(members: number): Promise<void>
}

/** Opens the shop on June 1, or later. */
export async function openOrganization({
  start = '2025-06-01',
  ...rest
}: Partial<Pick<AnyShopOptions, 'start' | 'beside' | keyof Run>>): Promise<Organization> {
  const product = organizationsProduct()
  const shop = await openShop({ ...rest, product, start, gateway: 'paymongo' })
  const ana = shop.as({ id: 'ana', customer: ORG })
  const { capabilities } = shop.played.gateway
  return {
    ...{ shop, ana, capabilities },
    status: () => body(ana, '/status'),
    limitOf: async (feature) => (await body(ana, `/entitlements/${feature}`)).limit,
    charges: () =>
      shop.emulator.book().charges.map(({ amount, at }) => [amount, new Date(at).toISOString()]),
    told: (name) => shop.sent.map(({ notice }) => notice).filter((each) => each.name === name),
    async pays(plan, card = 'succeeds') {
      await shop.at('2025-06-10')
      await buy(shop, ana, plan, { card, body: { trial: false } })
    },
    async settles({ status, body: { status: came, url } }) {
      expect([status, came]).toEqual([200, capabilities.savedMethods ? 'active' : 'redirect'])
      if (!capabilities.savedMethods) await shop.pay(url, 'succeeds')
      await shop.quiet()
    },
    async renews(date) {
      // The link comes some days ahead.
      await shop.at(Math.max(+new Date(date) - 3 * DAY, shop.clock.now()))
      await shop.at(date)
      const { invoices } = await body(ana, '/status')
      expect(invoices).toHaveLength(capabilities.savedMethods ? 0 : 1)
      for (const { url } of invoices) await shop.pay(url, 'succeeds')
      await shop.quiet()
    },
    has: (members) => shop.bill.setUsage(ORG, 'members', members),
  }
}

async function body(visitor: Visitor, path: string) {
  return (await visitor.get(path)).body
}
