/** What changed since an instant: the payments and the refunds that were made, newest first. */
import type { ListPage, ListQuery, PerformContext } from 'billwright'
import type { GatewayEvent } from 'billwright/core'
import type { Read } from './read.ts'
import { readPayment, readRefund, readResource } from './read-resource.ts'
import { paymentHistory, refundEvents } from './translate.ts'

/** A payment may be made long after its row was: rows this much older are read, too. */
const OVERLAP_SECONDS = 86_400

/** First all payments, then all refunds: one that was given back today may have been paid last year. */
export function list(gateway: string, read: Read) {
  return async ({ since, cursor }: ListQuery, context: PerformContext): Promise<ListPage> => {
    const [of = 'payments', after = null] = cursor?.split(' ') ?? []
    const { data, hasMore } = await read.list(`/v1/${of}`, after, context)
    const rows = data.flatMap((each) => readResource(each) ?? [])
    const last = rows.at(-1)
    const from = since / 1000 - OVERLAP_SECONDS
    const goesOn = hasMore && last !== undefined && Number(last.attributes.created_at) >= from
    const next = of === 'payments' ? 'refunds' : null
    const items = data.flatMap((each) => itemOf(gateway, each))
    return { items, cursor: goesOn ? `${of} ${last.id}` : next }
  }
}

function itemOf(gateway: string, data: unknown): ListPage['items'] {
  const payment = readPayment(data)
  if (payment) return item(payment.id, paymentHistory(gateway, payment))
  const refund = readRefund(data)
  return refund ? item(refund.payment, refundEvents(gateway, refund)) : []
}

function item(payment: string, events: readonly GatewayEvent[]): ListPage['items'] {
  return events.length === 0 ? [] : [{ events, about: [{ kind: 'payment', id: payment }] }]
}
