/** The rows that a commit writes. */
import type { AuditRow, CommandRow, InvoiceRow, NoticeRow, SubscriptionRow } from 'billwright'
import type { BillingEvent, Payment } from 'billwright/core'
import type { Statement } from './executor.ts'
import { inserting, prepared } from './compile.ts'
import { subscriptionColumns } from './subscriptions.ts'

interface NewAccount {
  readonly id: string
  readonly next: number
  readonly document: string
  readonly nextActionAt: number | null
  readonly at: number
}

/** Inserts an account; changes no row when there is one. */
export const insertAccount = prepared<NewAccount>()((db, arg) =>
  db
    .insertInto('billwright_accounts')
    .values({
      id: arg('id'),
      version: arg('next'),
      document: arg('document'),
      next_action_at: arg('nextActionAt'),
      created_at: arg('at'),
      updated_at: arg('at'),
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

/** Replaces an account that still has the version; changes no row else. */
export const updateAccount = prepared<NewAccount & { readonly version: number }>()((db, arg) =>
  db
    .updateTable('billwright_accounts')
    .set({
      version: arg('next'),
      document: arg('document'),
      next_action_at: arg('nextActionAt'),
      updated_at: arg('at'),
    })
    .where('id', '=', arg('id'))
    .where('version', '=', arg('version')),
)

const journal = inserting<'billwright_journal'>(
  (db, rows) => db.insertInto('billwright_journal').values(rows),
  ['account', 'seq', 'type', 'at', 'event'],
)

/** Journal rows, numbered from the version that they were decided on. */
export function insertEvents(
  account: string,
  version: number,
  events: readonly BillingEvent[],
): readonly Statement[] {
  return journal(
    events.map((event, n) => ({
      account,
      seq: version + 1 + n,
      type: event.type,
      at: event.at,
      event: JSON.stringify(event),
    })),
  )
}

interface Claim {
  readonly account: string
  readonly claim: string
}

/** Takes a claim; changes no row when another account holds it. */
export const takeClaim = prepared<Claim>()((db, arg) =>
  db
    .insertInto('billwright_claims')
    .values({ claim: arg('claim'), account: arg('account') })
    .onConflict((conflict) =>
      conflict
        .column('claim')
        .doUpdateSet({ account: ({ ref }) => ref('excluded.account') })
        .whereRef('billwright_claims.account', '=', 'excluded.account'),
    ),
)

/** Lets go of a claim, if it is the account's. */
export const letGo = prepared<Claim>()((db, arg) =>
  db
    .deleteFrom('billwright_claims')
    .where('claim', '=', arg('claim'))
    .where('account', '=', arg('account')),
)

const dropSubscriptions = prepared<{ readonly account: string }>()((db, arg) =>
  db.deleteFrom('billwright_subscriptions').where('account', '=', arg('account')),
)

const subscriptions = inserting<'billwright_subscriptions'>(
  (db, rows) => db.insertInto('billwright_subscriptions').values(rows),
  [
    'account',
    'plan_group',
    'id',
    'status',
    'plan',
    'plan_version',
    'amount',
    'currency',
    'interval_unit',
    'interval_count',
    'quantity',
    'gateway',
    'gateway_ref',
    'renewals',
    'started_at',
    'period_start',
    'period_end',
    'cancel_at',
    'trial_ends_at',
    'ended_at',
  ],
)

/** All subscription rows of an account, new. */
export function replaceSubscriptions(
  account: string,
  rows: readonly SubscriptionRow[],
): readonly Statement[] {
  return [dropSubscriptions({ account }), ...subscriptions(rows.map(subscriptionColumns))]
}

const payments = inserting<'billwright_payments'>(
  (db, rows) =>
    db
      .insertInto('billwright_payments')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['gateway', 'id']).doUpdateSet(({ ref }) => ({
          account: ref('excluded.account'),
          amount: ref('excluded.amount'),
          currency: ref('excluded.currency'),
          at: ref('excluded.at'),
          payment: ref('excluded.payment'),
        })),
      ),
  ['gateway', 'id', 'account', 'amount', 'currency', 'at', 'payment'],
)

/** Payments, inserted or replaced. */
export function putPayments(account: string, rows: readonly Payment[]): readonly Statement[] {
  return payments(
    rows.map((payment) => {
      const { gateway, id, amount, currency, at } = payment
      return { gateway, id, account, amount, currency, at, payment: JSON.stringify(payment) }
    }),
  )
}

const invoices = inserting<'billwright_invoices'>(
  (db, rows) =>
    db
      .insertInto('billwright_invoices')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          account: ref('excluded.account'),
          state: ref('excluded.state'),
          invoice: ref('excluded.invoice'),
          payment: ref('excluded.payment'),
          at: ref('excluded.at'),
        })),
      ),
  ['id', 'account', 'state', 'invoice', 'payment', 'at'],
)

/** Invoices that are over, inserted or replaced. */
export function putInvoices(rows: readonly InvoiceRow[]): readonly Statement[] {
  return invoices(rows.map((row) => ({ ...row, invoice: JSON.stringify(row.invoice) })))
}

const notices = inserting<'billwright_notices'>(
  (db, rows) =>
    db
      .insertInto('billwright_notices')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doNothing()),
  ['id', 'account', 'name', 'at', 'notice', 'read_at'],
)

/** Notices; one that exists already is left as it is. */
export function insertNotices(rows: readonly NoticeRow[]): readonly Statement[] {
  return notices(
    rows.map(({ id, account, notice, readAt }) => ({
      id,
      account,
      name: notice.name,
      at: notice.at,
      notice: JSON.stringify(notice),
      read_at: readAt,
    })),
  )
}

const commands = inserting<'billwright_commands'>(
  (db, rows) => db.insertInto('billwright_commands').values(rows),
  ['account', 'key', 'hash', 'effects', 'at'],
)

/** The mark of a command's idempotency key. */
export function insertCommand(
  account: string,
  { key, hash, effects, at }: CommandRow,
): readonly Statement[] {
  return commands([{ account, key, hash, effects: JSON.stringify(effects), at }])
}

const audit = inserting<'billwright_audit'>(
  (db, rows) =>
    db
      .insertInto('billwright_audit')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doNothing()),
  ['id', 'account', 'at', 'actor', 'action', 'input', 'version_before', 'version_after'],
)

/** Who did what; a row that exists already is left as it is. */
export function insertAudit(row: AuditRow): readonly Statement[] {
  const { id, account, at, actor, action } = row
  return audit([
    {
      ...{ id, account, at, actor, action, input: JSON.stringify(row.input) },
      version_before: row.versionBefore,
      version_after: row.versionAfter,
    },
  ])
}
