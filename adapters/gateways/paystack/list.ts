/** What changed since an instant: the transactions, refunds and disputes, each kind newest first. */
import type { Gateway, ListPage, PerformContext } from 'billwright'
import type { LookUps } from './look-up.ts'
import type { Settings } from './options.ts'
import type { Transport } from './transport.ts'
import { notDone } from 'billwright'
import { DAY } from 'billwright/core'
import { isFields, readRefund } from './read.ts'
import { refundEvents } from './translate.ts'
import { ofCharge, ofDispute } from './webhook.ts'

/**
 * Rows are listed by when they were made, and change afterwards: a page is paid later than it was
 * opened, a refund takes its days, and a dispute is decided weeks later. As many days are read besides.
 */
const KINDS = [
  { path: '/transaction', overlap: 2 },
  { path: '/refund', overlap: 14 },
  { path: '/dispute', overlap: 90 },
] as const

const ROWS = 100

export function list(
  settings: Settings,
  call: Transport,
  look: LookUps,
): NonNullable<Gateway['list']> {
  const itemOf = (path: string, row: unknown, context: PerformContext) => {
    if (path === '/refund') return refundOf(settings, row, look, context)
    return path === '/dispute' ? ofDispute(settings, row) : ofCharge(settings, row)
  }
  return async ({ since, cursor }, context): Promise<ListPage> => {
    const [at = 0, page = 1] = cursor?.split(' ').map(Number) ?? []
    const { path, overlap } = KINDS[at] ?? KINDS[0]
    const from = new Date(since - overlap * DAY).toISOString()
    const query = { perPage: String(ROWS), page: String(page), from }
    const reply = await call({ method: 'GET', path, query, signal: context.signal })
    if (!reply.ok) throw notDone(settings.name, { status: reply.status, vendorCode: reply.code })
    const rows: readonly unknown[] = Array.isArray(reply.data) ? reply.data : []
    const items: ListPage['items'][number][] = []
    for (const row of rows) {
      const item = await itemOf(path, row, context)
      if (item.events.length > 0) items.push(item)
    }
    if (rows.length >= ROWS) return { items, cursor: `${at} ${page + 1}` }
    return { items, cursor: at + 1 < KINDS.length ? `${at + 1} 1` : null }
  }
}

/** The row names its transaction by Paystack's number only. */
async function refundOf(
  settings: Settings,
  row: unknown,
  look: LookUps,
  context: PerformContext,
): Promise<ListPage['items'][number]> {
  const refund = readRefund(row)
  const number = isFields(row) ? row.transaction : null
  if (refund === null || !Number.isSafeInteger(number)) return { events: [] }
  const paid = await look.numbered(String(number), context)
  if (paid === null) return { events: [] }
  const { reference: id } = paid
  return { events: refundEvents(settings, id, refund), about: [{ kind: 'payment', id }] }
}
