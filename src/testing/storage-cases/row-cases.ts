/** What a change writes beside the account: replaced, kept or added, as the contract says. */
import type { AuditRow } from '../../storage.ts'
import type { Cases } from './cases.ts'
import {
  at,
  committed,
  credited,
  first,
  invoiceRow,
  next,
  notice,
  payment,
  step,
  subscription,
} from './build.ts'
import { equal } from './expect.ts'

const PAGE = { limit: 10 }

export const rowCases: Cases = {
  'events are numbered by the version that each made': async (storage) => {
    const account = await committed(storage, first('a'))
    const after = await committed(storage, step(account, [credited(1), credited(2), credited(3)]))
    await committed(storage, next(after))
    const { items } = await storage.journal('a', PAGE)
    equal(
      items.map(({ account: id, seq }) => [id, seq]),
      [5, 4, 3, 2, 1].map((seq) => ['a', seq]),
      'the journal, newest first',
    )
    equal(items[2]?.event, credited(2), 'the event of version 3')
  },

  'a payment is replaced by gateway and id': async (storage) => {
    const account = await committed(storage, first('a', { payments: [payment('p')] }))
    const refunded = payment('p', { refunded: 100, refunds: ['r'], dispute: 'closed' })
    const elsewhere = payment('p', { gateway: 'other', at: at(1) })
    await committed(storage, next(account, { payments: [refunded, elsewhere] }))
    equal((await storage.payments('a', PAGE)).items, [elsewhere, refunded], 'payments')
  },

  'an invoice is replaced by id': async (storage) => {
    const account = await committed(storage, first('a', { invoices: [invoiceRow('i')] }))
    const over = invoiceRow('i', { state: 'uncollectible', payment: null })
    await committed(storage, next(account, { invoices: [over] }))
    equal((await storage.invoices('a', PAGE)).items, [over], 'invoices')
  },

  'a notice that exists is left as it is': async (storage) => {
    const account = await committed(storage, first('a', { notices: [notice('n')] }))
    await storage.readNotices('a', ['n'], at(3))
    await committed(storage, next(account, { notices: [notice('n'), notice('n2')] }))
    const { items } = await storage.notices('a', PAGE)
    const found = items.map(({ id, readAt }) => [id, readAt])
    equal(
      found.sort(),
      [
        ['n', at(3)],
        ['n2', null],
      ],
      'notices and when they were read',
    )
  },

  'an audit row that exists is left as it is': async (storage) => {
    const account = await committed(storage, first('a', { audit: audited('id', 'register') }))
    await committed(storage, next(account, { audit: audited('id', 'another') }))
    equal((await storage.audit('a', PAGE)).items, [audited('id', 'register')], 'audit rows')
  },

  'subscription rows are replaced as a whole, and only the account’s own': async (storage) => {
    const rows = [subscription('a', 'one'), subscription('a', 'two')]
    const account = await committed(storage, first('a', { subscriptions: rows }))
    await committed(storage, first('b', { subscriptions: [subscription('b', 'one')] }))
    const left = subscription('a', 'two', { status: 'past_due', quantity: 2 })
    const after = await committed(storage, next(account, { subscriptions: [left] }))
    const { items } = await storage.subscriptions({}, PAGE)
    equal(items, [left, subscription('b', 'one')], 'subscriptions')
    await committed(storage, next(after))
    const rest = await storage.subscriptions({}, PAGE)
    equal(rest.items, [subscription('b', 'one')], 'subscriptions after the last one went')
  },

  'every column of a subscription comes back as it went in': async (storage) => {
    const free = subscription('a', 'free', {
      amount: null,
      recurring: null,
      currency: null,
      interval: null,
      intervalCount: null,
      gateway: null,
      quantity: 0,
    })
    const full = subscription('a', 'paid', {
      status: 'canceled',
      planVersion: 3,
      amount: 100,
      recurring: 50,
      gatewayRef: 'sub_1',
      renewals: 'gateway',
      cancelAt: at(1),
      trialEndsAt: at(2),
      endedAt: at(3),
    })
    await committed(storage, first('a', { subscriptions: [free, full] }))
    equal((await storage.subscriptions({}, PAGE)).items, [free, full], 'subscriptions')
  },

  'usage is added to counters in the step, never below zero': async (storage) => {
    const account = await committed(
      storage,
      first('a', {
        usage: [
          { feature: 'projects', window: 0, by: 5 },
          { feature: 'seats', window: 0, by: -2 },
        ],
      }),
    )
    await committed(
      storage,
      next(account, {
        usage: [
          { feature: 'projects', window: 0, by: -3 },
          { feature: 'seats', window: 0, by: 1 },
        ],
      }),
    )
    const usage = async () => {
      const loaded = await storage.load({ by: { account: 'a' } })
      return loaded.usage.map(({ feature, used }) => `${feature} ${used}`).sort()
    }
    equal(await usage(), ['projects 2', 'seats 1'], 'counters')
    const change = next(next(account).account, {
      usage: [{ feature: 'projects', window: 0, by: -9 }],
    })
    await committed(storage, change)
    equal(await usage(), ['projects 0', 'seats 1'], 'counters after more was given back')
  },
}

function audited(id: string, action: string): AuditRow {
  const who = { account: 'a', actor: null, input: null }
  return { id, action, at: at(0), versionBefore: 0, versionAfter: 1, ...who }
}
