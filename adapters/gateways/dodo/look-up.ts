/** Looks things up at Dodo. What is not there is `null` or an empty list. */
import type { PerformContext } from 'billwright'
import type { Instant } from 'billwright/core'
import type { DodoPayments } from 'dodopayments'
import type { Calls } from './client.ts'
import type { DodoPayment, DodoSubscription } from './wire.ts'
import { instant } from 'billwright/core'
import { type Fields, isFields, readPayment, readSubscription, text } from './read.ts'
import { META } from './wire.ts'

const PAGE = 100
/** Pages that are turned for one look-up. */
const MOST_PAGES = 50

export interface Shown {
  readonly subscription: DodoSubscription
  readonly at: Instant
}

export interface LookUps {
  payment(id: string, context: PerformContext): Promise<DodoPayment | null>
  subscription(id: string, context: PerformContext): Promise<Shown | null>
  /** The payments of a list that are chosen by their entries, oldest first. */
  payments(
    query: NonNullable<Parameters<DodoPayments['payments']['list']>[0]>,
    choose: (listed: readonly Fields[]) => readonly Fields[],
    context: PerformContext,
  ): Promise<readonly DodoPayment[]>
  /** Dodo's customer of ours: the one we know, else the one with our mark; `null` without either. */
  customer(known: string | null, context: PerformContext): Promise<string | null>
  /** The subscription of a customer that a new method is for: one that waits for it comes first. */
  subscriptionOf(customer: string, context: PerformContext): Promise<string | null>
}

/** Statuses in which another method can be saved. */
const LIVE = ['on_hold', 'past_due', 'active', 'paused']

export function lookUps({ read }: Calls): LookUps {
  const payment: LookUps['payment'] = async (id, context) => {
    const reply = await read(context, (dodo, options) => dodo.payments.retrieve(id, options))
    return reply.ok ? readPayment(reply.data) : null
  }

  /** Every item of a list, page by page: the package's own paging leaves out the second page. */
  async function all(page: (number: number) => Promise<readonly unknown[]>): Promise<Fields[]> {
    const items: Fields[] = []
    for (let number = 0; number < MOST_PAGES; number += 1) {
      const found = await page(number)
      items.push(...found.filter(isFields))
      if (found.length < PAGE) break
    }
    return items
  }

  return {
    payment,
    async subscription(id, context) {
      const reply = await read(context, (dodo, options) => dodo.subscriptions.retrieve(id, options))
      const subscription = reply.ok ? readSubscription(reply.data) : null
      return reply.ok && subscription ? { subscription, at: reply.at } : null
    },
    async payments(query, choose, context) {
      const listed = await all(async (page_number) => {
        const params = { ...query, page_number, page_size: PAGE }
        const reply = await read(context, (dodo, options) => dodo.payments.list(params, options))
        return reply.ok ? reply.data.items : []
      })
      const ids = choose(listed).flatMap((each) => text(each.payment_id) ?? [])
      const found: DodoPayment[] = []
      for (const id of ids) {
        const shown = await payment(id, context)
        if (shown) found.push(shown)
      }
      return found.sort((a, b) => a.at - b.at)
    },
    async customer(known, context) {
      if (known !== null) return known
      const { id, email } = context.customer
      if (email === undefined) return null
      const listed = await all(async (page_number) => {
        const params = { email, page_number, page_size: PAGE }
        const reply = await read(context, (dodo, options) => dodo.customers.list(params, options))
        return reply.ok ? reply.data.items : []
      })
      // Two of our customers may have one address: only our mark tells them apart.
      const ours = listed.find(
        ({ metadata }) => isFields(metadata) && metadata[META.customer] === id,
      )
      return ours ? text(ours.customer_id) : null
    },
    async subscriptionOf(customer_id, context) {
      const listed = await all(async (page_number) => {
        const params = { customer_id, page_number, page_size: PAGE }
        const reply = await read(context, (dodo, options) =>
          dodo.subscriptions.list(params, options),
        )
        return reply.ok ? reply.data.items : []
      })
      const rank = ({ status }: Fields) => LIVE.indexOf(text(status) ?? '')
      const live = listed.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b))
      return live[0] ? text(live[0].subscription_id) : null
    },
  }
}

/** Where a list begins that must not miss what was made at `since`. */
export function overlap(since: Instant): string {
  return new Date(instant(Math.max(0, since - 60_000))).toISOString()
}
