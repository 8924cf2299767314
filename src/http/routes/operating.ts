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
  route('GET', '/admin/subscriptions', {
    ...operator,
    about: 'Subscriptions of all customers by filter, ordered by customer and group.',
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
  route('GET', '/admin/report', {
    ...operator,
    about:
      'Totals: recurring revenue and how it moved, churn, trials, failed payments, money by month.',
    query: z.strictObject({ from: date.optional(), to: date.optional() }),
    run: ({ bill, query }) => bill.report(defined(query)),
  }),
  route('GET', '/admin/audit', {
    ...operator,
    about: 'Who did what to all customers, newest first.',
    query: z.strictObject(page),
    run: async ({ bill, query }) => pageOf(await bill.audit(null, defined(query)), auditOf),
  }),
  route('GET', '/admin/health', {
    ...operator,
    about: 'Queues, gateways, and what needs a person.',
    run: async ({ bill }) => healthOf(await bill.health()),
  }),
  route('GET', '/customers/:customer/journal', {
    ...operator,
    about: 'Everything that happened to the customer, newest first.',
    query: z.strictObject(page),
    run: ({ bill, customer, query }) => bill.journal(customer, defined(query)),
  }),
  route('GET', '/customers/:customer/audit', {
    ...operator,
    about: 'Who did what to the customer, newest first.',
    query: z.strictObject(page),
    run: async ({ bill, customer, query }) =>
      pageOf(await bill.audit(customer, defined(query)), auditOf),
  }),
  route('POST', '/customers/:customer/refund', {
    ...operator,
    about: 'Gives a payment back, in full or in part.',
    body: z.strictObject({ payment: id, amount: amount.optional(), gateway: id.optional() }),
    run: ({ bill, customer, body, options }) => {
      const { payment, ...rest } = body
      return bill.refund(customer, payment, { ...defined(rest), ...options })
    },
  }),
  route('POST', '/customers/:customer/credit', {
    ...operator,
    about: 'Grants credit.',
    body: z.strictObject({ amount, currency }),
    run: ({ bill, customer, body, options }) =>
      bill.grantCredit(customer, body.amount, body.currency, options),
  }),
  route('POST', '/customers/:customer/extend-trial', {
    ...operator,
    about: 'Makes a running trial longer.',
    body: daysBody,
    run: ({ bill, customer, body: { days: by, ...rest }, options }) =>
      bill.extendTrial(customer, by, { ...defined(rest), ...options }),
  }),
  route('POST', '/customers/:customer/extend-grace', {
    ...operator,
    about: 'Gives more time to pay.',
    body: daysBody,
    run: ({ bill, customer, body: { days: by, ...rest }, options }) =>
      bill.extendGrace(customer, by, { ...defined(rest), ...options }),
  }),
  route('POST', '/customers/:customer/remind', {
    ...operator,
    about: 'Sends a reminder to pay.',
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.remindPayment(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/customers/:customer/block', {
    ...operator,
    about: 'Takes access away.',
    body: z.strictObject({ ...group, reason: z.enum(['admin', 'fraud']) }),
    run: ({ bill, customer, body: { reason, ...rest }, options }) =>
      bill.block(customer, reason, { ...defined(rest), ...options }),
  }),
  route('POST', '/customers/:customer/unblock', {
    ...operator,
    about: 'Lifts one block; the others stay.',
    body: z.strictObject({ ...group, reason: z.enum(['admin', 'fraud', 'dispute']) }),
    run: ({ bill, customer, body: { reason, ...rest }, options }) =>
      bill.unblock(customer, reason, { ...defined(rest), ...options }),
  }),
  route('POST', '/customers/:customer/resolve-unknown', {
    ...operator,
    about: 'Says what became of a payment that nobody knows the outcome of.',
    body: z.strictObject({ invoice: id, outcome: z.enum(['paid', 'failed']), payment: id }),
    run: ({ bill, customer, body: { invoice, outcome, payment }, options }) =>
      bill.resolveUnknown(customer, invoice, outcome, { payment, ...options }),
  }),
  route('POST', '/customers/:customer/resolve-incident', {
    ...operator,
    about: 'Decides what happens with money that granted nothing.',
    body: z.strictObject({ incident: id, choice: z.enum(['refund', 'credit', 'none']) }),
    run: ({ bill, customer, body: { incident, choice }, options }) =>
      bill.resolveIncident(customer, incident, choice, options),
  }),
]
