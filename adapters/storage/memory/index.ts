/**
 * A storage in memory: the reference implementation of the contract, for tests and for trying out.
 * Nothing survives the process.
 * @module billwright/memory
 */
import type { Storage } from 'billwright'
import { commit } from './commit.ts'
import { copy } from './copy.ts'
import { health } from './health.ts'
import { claimDeliveries, park, pruneDeliveries } from './inbox.ts'
import { takeLease } from './lease.ts'
import * as lists from './lists.ts'
import { due, load } from './load.ts'
import { numberInvoices } from './numbering.ts'
import { claimEffects, settleEffect } from './outbox.ts'
import { expireReservations, settleReservation } from './reservations.ts'
import * as sums from './sums.ts'
import { emptyTables } from './tables.ts'
import { release, setUsage, use } from './usage.ts'

/**
 * A fresh, empty storage. Everything is copied on its way in and out, and every verb does its whole
 * step at once, so concurrent callers see it as one transaction each.
 */
export function memory(): Storage {
  const tables = emptyTables()
  return {
    name: 'memory',
    migrate: async () => {},
    close: async () => {},

    load: async (query) => copy(load(tables, query)),
    commit: async (change) => commit(tables, copy(change)),
    due: async (query) => due(tables, query),

    claimEffects: async (query) => copy(claimEffects(tables, query)),
    settleEffect: async (settlement) => settleEffect(tables, copy(settlement)),
    effect: async (key) => copy(tables.effects.get(key) ?? null),

    park: async (delivery) => park(tables, copy(delivery)),
    claimDeliveries: async (query) => copy(claimDeliveries(tables, query)),
    pruneDeliveries: async (query) => pruneDeliveries(tables, query),

    numberInvoices: async (query) => numberInvoices(tables, query),

    use: async (request) => use(tables, request),
    release: async (request) => release(tables, request),
    setUsage: async (request) => setUsage(tables, request),
    settleReservation: async (request) => settleReservation(tables, request),
    expireReservations: async (query) => expireReservations(tables, query),

    accounts: async (page) => lists.accounts(tables, page),
    journal: async (account, page) => copy(lists.journal(tables, account, page)),
    audit: async (account, page) => copy(lists.audit(tables, account, page)),
    payments: async (account, page) => copy(lists.payments(tables, account, page)),
    invoices: async (account, page) => copy(lists.invoices(tables, account, page)),
    notices: async (account, page) => copy(lists.notices(tables, account, page)),
    readNotices: async (account, ids, at) => lists.readNotices(tables, account, { ids, at }),
    subscriptions: async (filter, page) => copy(lists.subscriptions(tables, filter, page)),
    effects: async ({ state }, page) => copy(lists.effects(tables, state, page)),
    deliveries: async ({ state }, page) => copy(lists.deliveries(tables, state, page)),

    subscriptionSums: async () => sums.subscriptionSums(tables),
    milestoneSums: async (query) => sums.milestoneSums(tables, query),
    paymentSums: async ({ bounds }) => sums.paymentSums(tables, bounds),
    customerSums: async (query) => sums.customerSums(tables, query),

    health: async (now) => health(tables, now),
    lease: async (request) => takeLease(tables, request),
  }
}
