/** What the library answers, as JSON says it: every instant an ISO date, nothing internal. */
import type { EntitlementView, Health, InvoiceView, PreviewView, StatusView } from '../bill.ts'
import type { AddOn, Entitlement, Entitlements, Grant, Line, Payment, Plan } from '../core/index.ts'
import type { AuditRow, NoticeRow, Page } from '../storage.ts'
import { shownTitle } from '../core/index.ts'

export function planOf({ group, prices, includes, quantity, trial, ...plan }: Plan) {
  return {
    id: plan.id,
    title: shownTitle(plan),
    group,
    default: plan.default ?? false,
    prices,
    includes: includes.map(grantOf),
    quantity: quantity ?? null,
    trial: trial ?? null,
  }
}

export function addOnOf({ prices, adds, plans, ...addOn }: AddOn) {
  const title = shownTitle(addOn)
  return { id: addOn.id, title, prices, adds: adds.map(grantOf), plans: plans ?? null }
}

function grantOf(grant: Grant) {
  const { feature, kind } = grant
  if (grant.kind === 'flag') return { feature, kind, value: true }
  if (grant.kind === 'value') return { feature, kind, value: grant.value }
  return { feature, kind, value: grant.amount, per: grant.per }
}

export function statusOf(view: StatusView) {
  return {
    ...view,
    invoices: view.invoices.map((invoice) => ({ ...invoice, lines: invoice.lines.map(lineOf) })),
    actions: view.actions.map((action) => ({ ...action, at: iso(action.at) })),
    incidents: view.incidents.map((incident) => ({ ...incident, at: iso(incident.at) })),
  }
}

/** The quote stays as it is: it is brought back unchanged. */
export function previewOf(view: PreviewView) {
  return { ...view, lines: view.lines.map(lineOf) }
}

export function entitlementsOf({ access, status, plan, because, until, all }: Entitlements) {
  return { access, status, plan, because, until: iso(until), features: all.map(entitlementOf) }
}

export function entitlementOf(entitlement: Entitlement | EntitlementView) {
  const { until, resetsAt } = entitlement
  return { ...entitlement, until: iso(until), resetsAt: iso(resetsAt) }
}

export function paymentOf(payment: Payment) {
  const { id, gateway, invoice, group, amount, currency, at, refunded, dispute } = payment
  const status =
    dispute === 'open'
      ? 'disputed'
      : refunded === 0
        ? 'paid'
        : refunded < amount
          ? 'partially_refunded'
          : 'refunded'
  return { id, status, gateway, invoice, group, amount, currency, at: iso(at), refunded }
}

export function invoiceOf({ id, number, state, invoice, payment, at }: InvoiceView) {
  const { group, reason, currency, lines, total, credit, due, period, openedAt, dueAt } = invoice
  return {
    id,
    number,
    state,
    at: iso(at),
    payment,
    group,
    reason,
    currency,
    lines: lines.map(lineOf),
    total,
    credit,
    due,
    period: periodOf(period),
    openedAt: iso(openedAt),
    dueAt: iso(dueAt),
  }
}

export function noticeOf({ id, notice, readAt }: NoticeRow) {
  const { name, at, group, data } = notice
  return { id, name, at: iso(at), group, data, readAt: iso(readAt) }
}

export function auditOf(row: AuditRow) {
  return { ...row, at: iso(row.at) }
}

export function healthOf({ storage, ...health }: Health) {
  const queues = Object.entries(storage.queues ?? {}).map(([name, queue]) => [
    name,
    typeof queue === 'number' ? queue : { ...queue, oldestAt: iso(queue.oldestAt) },
  ])
  return { ...health, storage: { ...storage, queues: Object.fromEntries(queues) } }
}

/** A page with every item presented. */
export function pageOf<Item, Shown>(
  { items, next }: Page<Item>,
  show: (item: Item) => Shown,
): Page<Shown> {
  return { items: items.map(show), next }
}

function lineOf(line: Line) {
  return { ...line, period: periodOf(line.period) }
}

function periodOf({ start, end }: Line['period']) {
  return { start: iso(start), end: iso(end) }
}

function iso(time: number | Date | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
