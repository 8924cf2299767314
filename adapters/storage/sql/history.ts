/** What happened to an account, newest first, in pages. */
import type {
  AuditRow,
  InvoiceRow,
  JournalRow,
  NoticeRow,
  Page,
  PageQuery,
  Storage,
} from 'billwright'
import type { Instant, Payment } from 'billwright/core'
import type { Executor } from './executor.ts'
import type { AuditTable, InvoicesTable, NoticesTable } from './schema.ts'
import type { Statement } from './statement.ts'
import { prepared } from './compile.ts'
import { pageOf } from './page.ts'

type History = Pick<
  Storage,
  'journal' | 'audit' | 'payments' | 'invoices' | 'notices' | 'readNotices'
>

/** The verbs that read an account's history. */
export function history(executor: Executor): History {
  return {
    journal: (account, page) => journal(executor, account, page),
    audit(account, page) {
      const select = (range: Range) =>
        account === null ? auditOfAll(range) : auditOf({ ...range, account })
      return newestFirst(executor, page, { select, itemOf: auditRow })
    },
    payments: (account, page) =>
      newestFirst(executor, page, {
        select: (range) => paymentsOf({ ...range, account }),
        itemOf: ({ payment }): Payment => JSON.parse(payment),
      }),
    invoices(account, page) {
      const select = (range: Range) => invoicesOf({ ...range, account })
      return newestFirst(executor, page, { select, itemOf: invoiceRow })
    },
    notices(account, page) {
      const statement = page.unread ? unreadNoticesOf : noticesOf
      const select = (range: Range) => statement({ ...range, account })
      return newestFirst(executor, page, { select, itemOf: noticeRow })
    },
    async readNotices(account, ids, at) {
      if (ids.length > 0) await executor.query(markAsRead({ account, ids, at }))
    },
  }
}

/** Rows before a place, at most so many. */
interface Range {
  readonly before: number
  readonly limit: number
}

type RangeOf = Range & { readonly account: string }

interface NewestFirst<Row, Item> {
  readonly select: (range: Range) => Statement<Row>
  readonly itemOf: (row: Row) => Item
}

function newestFirst<Row extends { readonly position: number }, Item>(
  executor: Executor,
  page: PageQuery,
  { select, itemOf }: NewestFirst<Row, Item>,
): Promise<Page<Item>> {
  return pageOf(executor, page, {
    select: (after, limit) => select({ before: numberOr(after?.[0], NEWEST), limit }),
    placeOf: ({ position }) => [position],
    itemOf,
  })
}

/** Before the newest row there is. */
const NEWEST = Number.MAX_SAFE_INTEGER

function numberOr(part: string | number | undefined, otherwise: number): number {
  return typeof part === 'number' ? part : otherwise
}

function journal(executor: Executor, account: string, page: PageQuery): Promise<Page<JournalRow>> {
  return pageOf(executor, page, {
    select: (after, limit) => journalOf({ account, before: numberOr(after?.[0], NEWEST), limit }),
    placeOf: ({ seq }) => [seq],
    itemOf: ({ seq, event }): JournalRow => ({ account, seq, event: JSON.parse(event) }),
  })
}

const journalOf = prepared<RangeOf>()(({ db, arg }) =>
  db
    .selectFrom('billwright_journal')
    .select(['seq', 'event'])
    .where('account', '=', arg('account'))
    .where('seq', '<', arg('before'))
    .orderBy('seq', 'desc')
    .limit(arg('limit')),
)

const auditOfAll = prepared<Range>()(({ db, arg }) =>
  db
    .selectFrom('billwright_audit')
    .selectAll()
    .where('position', '<', arg('before'))
    .orderBy('position', 'desc')
    .limit(arg('limit')),
)

const auditOf = prepared<RangeOf>()(({ db, arg }) =>
  db
    .selectFrom('billwright_audit')
    .selectAll()
    .where('account', '=', arg('account'))
    .where('position', '<', arg('before'))
    .orderBy('position', 'desc')
    .limit(arg('limit')),
)

function auditRow(row: AuditTable): AuditRow {
  return {
    id: row.id,
    account: row.account,
    at: row.at as Instant,
    actor: row.actor,
    action: row.action,
    input: JSON.parse(row.input),
    versionBefore: row.version_before,
    versionAfter: row.version_after,
  }
}

const paymentsOf = prepared<RangeOf>()(({ db, arg }) =>
  db
    .selectFrom('billwright_payments')
    .select(['position', 'payment'])
    .where('account', '=', arg('account'))
    .where('position', '<', arg('before'))
    .orderBy('position', 'desc')
    .limit(arg('limit')),
)

const invoicesOf = prepared<RangeOf>()(({ db, arg }) =>
  db
    .selectFrom('billwright_invoices')
    .selectAll()
    .where('account', '=', arg('account'))
    .where('position', '<', arg('before'))
    .orderBy('position', 'desc')
    .limit(arg('limit')),
)

function invoiceRow(row: InvoicesTable): InvoiceRow {
  return {
    id: row.id,
    account: row.account,
    state: row.state as InvoiceRow['state'],
    invoice: JSON.parse(row.invoice),
    payment: row.payment,
    at: row.at as Instant,
    series: row.series,
    number: row.number,
  }
}

const noticesOf = prepared<RangeOf>()(({ db, arg }) =>
  db
    .selectFrom('billwright_notices')
    .selectAll()
    .where('account', '=', arg('account'))
    .where('position', '<', arg('before'))
    .orderBy('position', 'desc')
    .limit(arg('limit')),
)

const unreadNoticesOf = prepared<RangeOf>()(({ db, arg }) =>
  db
    .selectFrom('billwright_notices')
    .selectAll()
    .where('account', '=', arg('account'))
    .where('read_at', 'is', null)
    .where('position', '<', arg('before'))
    .orderBy('position', 'desc')
    .limit(arg('limit')),
)

function noticeRow(row: NoticesTable): NoticeRow {
  return {
    id: row.id,
    account: row.account,
    notice: JSON.parse(row.notice),
    readAt: row.read_at as Instant | null,
  }
}

// When a notice was read first stays.
const markAsRead = prepared<{
  readonly account: string
  readonly ids: readonly string[]
  readonly at: number
}>()(({ db, arg, list }) =>
  db
    .updateTable('billwright_notices')
    .set({ read_at: arg('at') })
    .where('account', '=', arg('account'))
    .where('read_at', 'is', null)
    .where('id', 'in', list('ids')),
)
