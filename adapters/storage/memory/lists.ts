/** What an app or an operator reads, in pages. A list is in the order in which its rows came. */
import type {
  AuditRow,
  DeliveryRow,
  DeliveryState,
  EffectRow,
  EffectState,
  InvoiceRow,
  JournalRow,
  NoticeRow,
  Page,
  PageQuery,
  SubscriptionFilter,
  SubscriptionRow,
} from 'billwright'
import type { Instant, Payment } from 'billwright/core'
import type { Placed } from './table.ts'
import type { Tables } from './tables.ts'
import { pageOf } from './page.ts'

/** Ids of all accounts, in the order of their bytes. */
export function accounts(tables: Tables, page: PageQuery): Page<string> {
  return pageOf(
    [...tables.accounts.keys()].map((id) => ({ place: [id], item: id })),
    page,
  )
}

/** What happened to an account, newest first. */
export function journal(tables: Tables, account: string, page: PageQuery): Page<JournalRow> {
  const rows = tables.journal.get(account) ?? []
  return newestFirst(
    rows.map((row) => ({ place: row.seq, row })),
    page,
  )
}

/** Who did what, newest first. */
export function audit(tables: Tables, account: string | null, page: PageQuery): Page<AuditRow> {
  const rows = tables.audit.where((row) => account === null || row.account === account)
  return newestFirst(rows, page)
}

/** An account's payments, newest first. */
export function payments(tables: Tables, account: string, page: PageQuery): Page<Payment> {
  const { items, next } = newestFirst(
    tables.payments.where((row) => row.account === account),
    page,
  )
  return { items: items.map(({ payment }) => payment), next }
}

/** An account's settled invoices, newest first. */
export function invoices(tables: Tables, account: string, page: PageQuery): Page<InvoiceRow> {
  return newestFirst(
    tables.invoices.where((row) => row.account === account),
    page,
  )
}

/** An account's notices, newest first. */
export function notices(
  tables: Tables,
  account: string,
  page: PageQuery & { readonly unread?: boolean },
): Page<NoticeRow> {
  const rows = tables.notices.where(
    (row) => row.account === account && (!page.unread || row.readAt === null),
  )
  return newestFirst(rows, page)
}

/** Marks an account's notices as read; when one was read first stays. */
export function readNotices(
  tables: Tables,
  account: string,
  { ids, at }: { readonly ids: readonly string[]; readonly at: Instant },
): void {
  for (const id of ids) {
    const row = tables.notices.get(id)
    if (row?.account !== account) continue
    tables.notices.put(id, { ...row, readAt: row.readAt ?? at })
  }
}

/** Subscriptions by filter, ordered by account and group. */
export function subscriptions(
  tables: Tables,
  filter: SubscriptionFilter,
  page: PageQuery,
): Page<SubscriptionRow> {
  const rows = [...tables.subscriptions.values()].flat().filter((row) => matches(row, filter))
  return pageOf(
    rows.map((item) => ({ place: [item.account, item.group], item })),
    page,
  )
}

/** Effects in a state, oldest first. */
export function effects(tables: Tables, state: EffectState, page: PageQuery): Page<EffectRow> {
  return oldestFirst(
    tables.effects.where((row) => row.state === state),
    page,
  )
}

/** Deliveries in a state, oldest first. */
export function deliveries(
  tables: Tables,
  state: DeliveryState,
  page: PageQuery,
): Page<DeliveryRow> {
  return oldestFirst(
    tables.deliveries.where((row) => row.state === state),
    page,
  )
}

function matches(row: SubscriptionRow, filter: SubscriptionFilter): boolean {
  const { account, status, plan, group, gateway, currency, free = true } = filter
  const { ending, startedFrom, startedBefore } = filter
  return (
    (account === undefined || row.account === account) &&
    (status === undefined || status.includes(row.status)) &&
    (plan === undefined || row.plan === plan) &&
    (group === undefined || row.group === group) &&
    (gateway === undefined || row.gateway === gateway) &&
    (currency === undefined || row.currency === currency) &&
    (ending === undefined || (row.cancelAt !== null) === ending) &&
    (startedFrom === undefined || row.startedAt >= startedFrom) &&
    (startedBefore === undefined || row.startedAt < startedBefore) &&
    (free || row.amount !== null)
  )
}

function newestFirst<Row>(rows: readonly Placed<Row>[], page: PageQuery): Page<Row> {
  return pageOf(
    rows.map(({ place, row }) => ({ place: [-place], item: row })),
    page,
  )
}

function oldestFirst<Row>(rows: readonly Placed<Row>[], page: PageQuery): Page<Row> {
  return pageOf(
    rows.map(({ place, row }) => ({ place: [place], item: row })),
    page,
  )
}
