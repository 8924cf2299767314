/** What operators do and see; each route needs `authorize` to say yes to `admin`. */
import * as z from 'zod'
import { auditOf, healthOf, pageOf } from '../present.ts'
import { type Route, route } from '../route.ts'
import { amount, currency, date, days, defined, group, id, page, yes, yesOrNo } from '../schemas.ts'
import { groupBody } from './bodies.ts'

const operator = { who: 'operator', action: 'admin' } as const
const STATUSES = [
  'trialing',
  'active',
  'past_due',
  'suspended',
  'unpaid',
  'paused',
  'canceled',
  'expired',
] as const

/** `status=past_due,suspended`. */
const statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(STATUSES)).max(STATUSES.length))

const daysBody = z.strictObject({ ...group, days })

export const operating: readonly Route[] = [
  /** Subscriptions of all customers by filter, ordered by customer and group. */
  route('GET', '/admin/subscriptions', {
    ...operator,
    query: z.strictObject({
      ...page,
      account: id.optional(),
      status: statuses.optional(),
      plan: id.optional(),
      group: id.optional(),
      gateway: id.optional(),
      currency: currency.optional(),
      ending: yesOrNo.optional(),
      startedFrom: date.optional(),
      startedBefore: date.optional(),
      paid: yes.optional(),
    }),
    run: ({ bill, query: { limit, after, paid, ...filter } }) =>
      bill.list({ ...defined(filter), ...(paid && { free: false }) }, defined({ limit, after })),
  }),
  /** Totals: recurring revenue and how it moved, churn, trials, failed payments, money by month. */
  route('GET', '/admin/report', {
    ...operator,
    query: z.strictObject({ from: date.optional(), to: date.optional() }),
    run: ({ bill, query }) => bill.report(defined(query)),
  }),
  /** Who did what to all customers, newest first. */
  route('GET', '/admin/audit', {
    ...operator,
    query: z.strictObject(page),
    run: async ({ bill, query }) => pageOf(await bill.audit(null, defined(query)), auditOf),
  }),
  /** Queues, gateways, and what needs a person. */
  route('GET', '/admin/health', {
    ...operator,
    run: async ({ bill }) => healthOf(await bill.health()),
  }),
  /** Everything that happened to the customer, newest first. */
  route('GET', '/customers/:customer/journal', {
    ...operator,
    query: z.strictObject(page),
    run: ({ bill, customer, query }) => bill.journal(customer, defined(query)),
  }),
  /** Who did what to the customer, newest first. */
  route('GET', '/customers/:customer/audit', {
    ...operator,
    query: z.strictObject(page),
    run: async ({ bill, customer, query }) =>
      pageOf(await bill.audit(customer, defined(query)), auditOf),
  }),
  /** Gives a payment back, in full or in part. */
  route('POST', '/customers/:customer/refund', {
    ...operator,
    body: z.strictObject({ payment: id, amount: amount.optional(), gateway: id.optional() }),
    run: ({ bill, customer, body, options }) => {
      const { payment, ...rest } = body
      return bill.refund(customer, payment, { ...defined(rest), ...options })
    },
  }),
  /** Grants credit. */
  route('POST', '/customers/:customer/credit', {
    ...operator,
    body: z.strictObject({ amount, currency }),
    run: ({ bill, customer, body, options }) =>
      bill.grantCredit(customer, body.amount, body.currency, options),
  }),
  /** Makes a running trial longer. */
  route('POST', '/customers/:customer/extend-trial', {
    ...operator,
    body: daysBody,
    run: ({ bill, customer, body: { days: by, ...rest }, options }) =>
      bill.extendTrial(customer, by, { ...defined(rest), ...options }),
  }),
  /** Gives more time to pay. */
  route('POST', '/customers/:customer/extend-grace', {
    ...operator,
    body: daysBody,
    run: ({ bill, customer, body: { days: by, ...rest }, options }) =>
      bill.extendGrace(customer, by, { ...defined(rest), ...options }),
  }),
  /** Sends a reminder to pay. */
  route('POST', '/customers/:customer/remind', {
    ...operator,
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.remindPayment(customer, { ...defined(body), ...options }),
  }),
  /** Takes access away. */
  route('POST', '/customers/:customer/block', {
    ...operator,
    body: z.strictObject({ ...group, reason: z.enum(['admin', 'fraud']) }),
    run: ({ bill, customer, body: { reason, ...rest }, options }) =>
      bill.block(customer, reason, { ...defined(rest), ...options }),
  }),
  /** Lifts one block; the others stay. */
  route('POST', '/customers/:customer/unblock', {
    ...operator,
    body: z.strictObject({ ...group, reason: z.enum(['admin', 'fraud', 'dispute']) }),
    run: ({ bill, customer, body: { reason, ...rest }, options }) =>
      bill.unblock(customer, reason, { ...defined(rest), ...options }),
  }),
  /** Says what became of a payment that nobody knows the outcome of. */
  route('POST', '/customers/:customer/resolve-unknown', {
    ...operator,
    body: z.strictObject({ invoice: id, outcome: z.enum(['paid', 'failed']), payment: id }),
    run: ({ bill, customer, body: { invoice, outcome, payment }, options }) =>
      bill.resolveUnknown(customer, invoice, outcome, { payment, ...options }),
  }),
  /** Decides what happens with money that granted nothing. */
  route('POST', '/customers/:customer/resolve-incident', {
    ...operator,
    body: z.strictObject({ incident: id, choice: z.enum(['refund', 'credit', 'none']) }),
    run: ({ bill, customer, body: { incident, choice }, options }) =>
      bill.resolveIncident(customer, incident, choice, options),
  }),
]
