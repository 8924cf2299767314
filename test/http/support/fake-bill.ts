/** A small billing object with behavior, all of its accounts in one Map; it remembers every call. */
import type {
  Bill,
  CommandOutcome,
  CustomerRef,
  PreviewView,
  Report,
  StatusView,
} from '../../../src/bill.ts'
import type { Gateway } from '../../../src/gateway.ts'
import type { Verbs } from '../../../src/http/route.ts'
import {
  catalog,
  type Entitlement,
  type Entitlements,
  flag,
  limit,
  meter,
  monthly,
  plan,
} from '../../../src/core/index.ts'
import { BillingError, REFUSALS, type RefusalCode } from '../../../src/errors.ts'
import { invalidSignature } from '../../../src/gateway.ts'

export const shop = catalog({
  plans: [
    plan('free', { default: true, includes: [limit('listings')(1), meter('queries')(2)] }),
    plan('pro', {
      price: monthly(49_00, 'USD'),
      includes: [limit('listings')(3), meter('queries')('unlimited'), flag('sso')()],
    }),
    plan('old', { price: monthly(9_00, 'USD'), archived: true, includes: [] }),
  ],
})

export interface FakeCall {
  readonly verb: string
  readonly customer: string | null
  readonly args: readonly unknown[]
}

interface FakeAccount {
  plan: 'free' | 'pro'
  readonly used: Map<string, number>
}

const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  free: { listings: 1, queries: 2 },
  pro: { listings: 3 },
}

export function refused(code: RefusalCode, detail: Record<string, unknown> = {}): BillingError {
  return new BillingError('refused', code, REFUSALS[code], detail)
}

/** `failing` makes the next call of a verb throw. */
export function fakeBill() {
  const accounts = new Map<string, FakeAccount>()
  const calls: FakeCall[] = []
  const failures = new Map<string, unknown>()
  const deliveries: { readonly gateway: string; readonly text: string }[] = []

  const note = (verb: string, customer: CustomerRef | null, ...args: readonly unknown[]) => {
    calls.push({ verb, customer: idOf(customer), args })
    const failure = failures.get(verb)
    failures.delete(verb)
    if (failure !== undefined) throw failure
  }
  const accountOf = (customer: CustomerRef) => accounts.get(idOf(customer) ?? '')
  const outcome = (): CommandOutcome => ({ status: 'active', subscription: null })
  const command =
    (verb: string) =>
    async (customer: CustomerRef, ...args: readonly unknown[]) => {
      note(verb, customer, ...args)
      return outcome()
    }
  const preview =
    (verb: string) =>
    async (customer: CustomerRef, ...args: readonly unknown[]): Promise<PreviewView> => {
      note(`preview.${verb}`, customer, ...args)
      return nothingToPay
    }
  const page =
    (verb: string) =>
    async (customer: CustomerRef | null, ...args: readonly unknown[]) => {
      note(verb, customer, ...args)
      return { items: [], next: null }
    }
  const entitle = (customer: CustomerRef): Entitlements => {
    const account = accountOf(customer)
    const all = [...shop.features.keys()].map((feature) => entitlement(feature, account))
    const get = (feature: string) => all.find((one) => one.feature === feature) ?? unknown(feature)
    return {
      access: account !== undefined,
      status: account ? 'active' : null,
      plan: account?.plan ?? null,
      because: account ? 'plan' : 'subscription_required',
      until: null,
      get,
      check: (feature, amount = 1) => {
        const { allowed, remaining } = get(feature)
        return allowed && (typeof remaining !== 'number' || remaining >= amount)
      },
      all,
    } as Entitlements
  }
  const entitlement = (feature: string, account: FakeAccount | undefined): Entitlement => {
    const kind = shop.features.get(feature)?.kind ?? 'unknown'
    const most = account && LIMITS[account.plan]?.[feature]
    const used = account?.used.get(feature) ?? 0
    const given = account?.plan === 'pro' || most !== undefined
    const limitOf = given ? (most ?? 'unlimited') : null
    const remaining = most === undefined ? limitOf : Math.max(0, most - used)
    const allowed = given && remaining !== 0
    const because = allowed ? 'plan' : given ? 'limit_reached' : 'not_in_plan'
    const resetsAt = kind === 'meter' ? Date.UTC(2026, 0, 1) : null
    return {
      ...{ feature, kind, allowed, value: limitOf, limit: limitOf, used, remaining, because },
      ...{ until: null, resetsAt },
    } as Entitlement
  }
  const unknown = (feature: string) => entitlement(feature, undefined)
  const view = (one: Entitlement) => ({
    ...one,
    until: null,
    resetsAt: one.resetsAt === null ? null : new Date(one.resetsAt),
  })

  const verbs = {
    catalog: shop,
    gateways: new Map([
      ['stripe', {} as Gateway],
      ['paystack', {} as Gateway],
    ]),
    async register(customer, options) {
      note('register', customer, options)
      accounts.set(idOf(customer) ?? '', { plan: 'free', used: new Map() })
      return outcome()
    },
    async subscribe(customer, wanted, options) {
      note('subscribe', customer, wanted, options)
      if (!shop.plans.has(wanted)) throw refused('unknown_plan', { plan: wanted })
      accounts.set(idOf(customer) ?? '', { plan: 'pro', used: new Map() })
      return {
        status: 'redirect',
        url: 'https://pay.example/1',
        reference: `ref-${idOf(customer)}`,
      }
    },
    async verify(reference, options = {}) {
      note('verify', options.customer ?? null, reference)
      const known = reference === `ref-${idOf(options.customer ?? null)}`
      if (!known) throw refused('checkout_unknown', { reference })
      return outcome()
    },
    startTrial: command('startTrial'),
    changePlan: command('changePlan'),
    undoChange: command('undoChange'),
    cancel: command('cancel'),
    resume: command('resume'),
    pause: command('pause'),
    unpause: command('unpause'),
    setQuantity: command('setQuantity'),
    addOn: command('addOn'),
    applyCoupon: command('applyCoupon'),
    removeCoupon: command('removeCoupon'),
    updatePaymentMethod: command('updatePaymentMethod'),
    retryPayment: command('retryPayment'),
    move: command('move'),
    adopt: command('adopt'),
    restore: command('restore'),
    refund: command('refund'),
    grantCredit: command('grantCredit'),
    extendTrial: command('extendTrial'),
    extendGrace: command('extendGrace'),
    migratePrice: command('migratePrice'),
    remindPayment: command('remindPayment'),
    block: command('block'),
    unblock: command('unblock'),
    resolveUnknown: command('resolveUnknown'),
    resolveIncident: command('resolveIncident'),
    preview: {
      subscribe: preview('subscribe'),
      changePlan: preview('changePlan'),
      cancel: preview('cancel'),
      setQuantity: preview('setQuantity'),
      addOn: preview('addOn'),
      applyCoupon: preview('applyCoupon'),
      move: preview('move'),
      adopt: preview('adopt'),
    },
    async check(customer, feature) {
      note('check', customer, feature)
      return view(entitle(customer).get(feature))
    },
    async use(customer, feature, amount = 1, options) {
      note('use', customer, feature, amount, options)
      const all = entitle(customer)
      const account = accountOf(customer)
      if (!account) throw refused('subscription_required')
      const { kind, limit: most, used } = all.get(feature)
      if (!all.check(feature, amount))
        throw refused('limit_reached', {
          ...{ feature, kind, limit: most, used, plan: account.plan },
          resetsAt: new Date(Date.UTC(2026, 0, 1)),
        })
      account.used.set(feature, used + amount)
      return { ...counted(feature), used: used + amount, limit: most ?? 'unlimited' }
    },
    async release(customer, feature, amount, options) {
      note('release', customer, feature, amount, options)
      return counted(feature)
    },
    async entitlements(customer) {
      note('entitlements', customer)
      return entitle(customer)
    },
    async explain(customer, feature) {
      note('explain', customer, feature)
      return { entitlement: view(entitle(customer).get(feature)), steps: ['The plan says so.'] }
    },
    plans: () => [...shop.plans.values()],
    async status(customer, options) {
      note('status', customer, options)
      const lists = { invoices: [], actions: [], incidents: [] }
      return { customer: idOf(customer), ...lists } as unknown as StatusView
    },
    transactions: page('transactions'),
    invoices: page('invoices'),
    async invoiceDocument(customer, invoice) {
      note('invoiceDocument', customer, invoice)
      return { url: `https://invoices.example/${invoice}.pdf` }
    },
    notices: page('notices'),
    journal: page('journal'),
    audit: page('audit'),
    async list(...args) {
      note('list', null, ...args)
      return { items: [], next: null }
    },
    async readNotices(customer, ids) {
      note('readNotices', customer, ids)
    },
    async report(period) {
      note('report', null, period)
      return nothingReported
    },
    async health() {
      note('health', null)
      return {
        ok: true,
        storage: { name: 'fake', reachable: true, queues: null },
        gateways: [],
        problems: [],
      }
    },
    async receive(gateway, { headers, body }) {
      note('receive', null, gateway, headers)
      if (headers[`${gateway}-signature`] !== 'good') throw invalidSignature(gateway, 'no match')
      deliveries.push({ gateway, text: new TextDecoder().decode(body) })
      return { outcome: 'applied', id: 'event-1' }
    },
  } satisfies Partial<Verbs>

  return {
    bill: verbs as unknown as Omit<Bill, 'handle'>,
    accounts,
    calls,
    deliveries,
    /** The next call of the verb throws this. */
    fail: (verb: string, error: unknown) => void failures.set(verb, error),
  }
}

function idOf(customer: CustomerRef | null): string | null {
  return typeof customer === 'object' ? (customer?.id ?? null) : customer
}

function counted(feature: string) {
  const limits = { limit: 'unlimited', remaining: 'unlimited' } as const
  return { feature, used: 0, ...limits, resetsAt: null, repeated: false }
}

const nothingReported: Report = {
  ...{
    active: 0,
    byStatus: {},
    byPlan: {},
    revenue: [],
    movement: [],
    failedPayments: [],
    months: [],
  },
  period: { from: new Date(0), to: new Date(1) },
  churn: { customers: { atStart: 0, lost: 0, gained: 0, atEnd: 0, rate: null }, revenue: [] },
  trials: { started: 0, ended: 0, converted: 0, rate: null },
}

const nothingToPay: PreviewView = {
  due: 0,
  currency: null,
  lines: [],
  credit: 0,
  creditAdded: 0,
  quote: null,
  next: null,
  subscription: null,
  at: new Date(0),
}
