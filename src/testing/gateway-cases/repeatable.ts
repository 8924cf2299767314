/**
 * The effects that must never happen twice, each with its story up to the moment it is sent, and how
 * the vendor's book counts it; and what a runtime does after an attempt whose outcome it does not know.
 */

import type { GatewayEffect, Renewals } from '../../core/index.ts'
import type { BillingError } from '../../errors.ts'
import type { Performed } from '../../gateway.ts'
import { type Need, native, refunds, savedMethods } from './case.ts'
import { dueChange } from './change-cases.ts'
import { dueCharge } from './collect-cases.ts'
import { paidPayment } from './refund-cases.ts'
import { minuteAfter, type Shop } from './shop.ts'

export interface Repeatable {
  /** In the words of a case's name. */
  readonly name: string
  readonly renewals?: Renewals
  readonly needs: readonly Need[]
  readonly kind: GatewayEffect['kind']
  /** Brings the customer there; gives the effect unsent. */
  readonly prepare: (shop: Shop) => Promise<GatewayEffect>
  /** How often it happened, by the vendor's book alone. */
  readonly count: (shop: Shop) => Promise<number> | number
}

export const repeatables: readonly Repeatable[] = [
  {
    name: 'opening a checkout',
    needs: [],
    kind: 'checkout.open',
    prepare: async (shop) =>
      shop.ask({ type: 'subscribe', plan: 'basic', gateway: shop.gateway.name }),
    // A page is in no book; what was written is.
    count: (shop) => (shop.book().writes.length > 0 ? 1 : 0),
  },
  {
    name: 'charging a saved method',
    renewals: 'billwright',
    needs: [savedMethods],
    kind: 'payment.collect',
    prepare: (shop) => dueCharge(shop),
    count: (shop) => shop.book().charges.length,
  },
  {
    name: 'a refund',
    needs: [refunds('full')],
    kind: 'payment.refund',
    prepare: async (shop) => {
      const payment = await paidPayment(shop)
      // A part: of a whole one the vendor would refuse the second by itself.
      const part = shop.gateway.capabilities.refunds === 'partial' ? 3 : 1
      return shop.ask({ type: 'refund', payment, amount: Math.floor(payment.amount / part) })
    },
    count: (shop) => shop.book().refunds.length,
  },
  {
    name: 'a change that is paid',
    renewals: 'gateway',
    needs: [native('change_now')],
    kind: 'subscription.change',
    prepare: (shop) => dueChange(shop, { type: 'change_plan', plan: 'pro' }),
    count: (shop) => shop.book().charges.length,
  },
  {
    name: 'a cancel at the period end',
    renewals: 'gateway',
    needs: [native('cancel_at_period_end')],
    kind: 'subscription.cancel',
    prepare: async (shop) => {
      await shop.buy()
      return shop.ask({ type: 'cancel', at: 'period_end' })
    },
    count: (shop) => shop.book().subscriptions.filter(({ cancelAt }) => cancelAt !== null).length,
  },
]

/**
 * What the runtime does a minute after an attempt failed: what was not done is sent again; what may
 * have been done is sent again under its key, or looked for first, or only looked for.
 */
export async function recover(
  shop: Shop,
  effect: GatewayEffect,
  { code }: Pick<BillingError, 'code'>,
): Promise<Performed | null> {
  await shop.advance(minuteAfter(shop.stage.clock.now()))
  const dedupe = shop.gateway.capabilities.dedupe[effect.kind]
  if (code === 'gateway_unavailable' || dedupe === 'key') return shop.perform(effect)
  const found = await shop.find(effect)
  return found ?? (dedupe === 'reference' ? shop.perform(effect) : null)
}

/**
 * The writes that carried a key. One without may be repeated where its address makes it one, as when
 * the vendor's customer is made; what that did is judged by the book.
 */
export function keyedWrites(shop: Shop): readonly string[] {
  return shop
    .book()
    .writes.filter(({ key }) => key !== null)
    .map(({ operation, key }) => `${operation} ${key}`)
}
