/** What pages show: plans, status, entitlements, usage, payments, invoices, notices. */

import * as z from 'zod'
import {
  addOnOf,
  entitlementOf,
  entitlementsOf,
  invoiceOf,
  noticeOf,
  pageOf,
  paymentOf,
  planOf,
  statusOf,
} from '../present.ts'
import { type Route, route } from '../route.ts'
import { defined, id, number, page, yes } from '../schemas.ts'
import { featureOf } from './feature-of.ts'

export const reading: readonly Route[] = [
  /** What is sold: plans and add-ons with prices and features. */
  route('GET', '/plans', {
    who: 'public',
    run: async ({ bill }) => ({
      plans: bill
        .plans()
        .filter((plan) => !plan.archived)
        .map(planOf),
      addOns: [...bill.catalog.addOns.values()].map(addOnOf),
    }),
  }),
  /** Everything a page about one customer shows. */
  route('GET', '/status', {
    query: z.strictObject({
      locale: z.enum(['en', 'fr', 'fil']).optional(),
      group: id.optional(),
    }),
    run: async ({ bill, customer, query }) => statusOf(await bill.status(customer, defined(query))),
  }),
  /** What the customer may do now, feature by feature. */
  route('GET', '/entitlements', {
    run: async ({ bill, customer }) => entitlementsOf(await bill.entitlements(customer)),
  }),
  /** One feature; with `explain=1` also why, step by step. */
  route('GET', '/entitlements/:feature', {
    query: z.strictObject({ explain: yes.optional(), amount: number.optional() }),
    run: async ({ bill, customer, params, query }) => {
      const feature = featureOf(bill, params)
      if (!query.explain) return entitlementOf(await bill.check(customer, feature, query.amount))
      const { entitlement, steps } = await bill.explain(customer, feature)
      return { ...entitlementOf(entitlement), steps }
    },
  }),
  /** Every limit and meter with what is used of it. */
  route('GET', '/usage', {
    run: async ({ bill, customer }) => {
      const { all } = await bill.entitlements(customer)
      const counted = all.filter(({ kind }) => kind === 'limit' || kind === 'meter')
      return { usage: counted.map(entitlementOf) }
    },
  }),
  /** Payments, newest first. */
  route('GET', '/transactions', {
    query: z.strictObject(page),
    run: async ({ bill, customer, query }) =>
      pageOf(await bill.transactions(customer, defined(query)), paymentOf),
  }),
  /** Invoices that are over, newest first. */
  route('GET', '/invoices', {
    query: z.strictObject(page),
    run: async ({ bill, customer, query }) =>
      pageOf(await bill.invoices(customer, defined(query)), invoiceOf),
  }),
  /** A link to the gateway’s own invoice, which runs out; `null` where there is none. */
  route('GET', '/invoices/:invoice/document', {
    run: async ({ bill, customer, params }) => {
      const document = await bill.invoiceDocument(customer, params.invoice ?? '')
      return { url: document?.url ?? null }
    },
  }),
  /** What the customer was told, newest first; with `unread=1` what is unread. */
  route('GET', '/notices', {
    query: z.strictObject({ ...page, unread: yes.optional() }),
    run: async ({ bill, customer, query }) =>
      pageOf(await bill.notices(customer, defined(query)), noticeOf),
  }),
  /** Marks notices as read. */
  route('POST', '/notices/read', {
    action: 'read',
    body: z.strictObject({ ids: z.array(id).min(1).max(200) }),
    run: async ({ bill, customer, body }) => {
      await bill.readNotices(customer, body.ids)
      return { read: body.ids.length }
    },
  }),
]
