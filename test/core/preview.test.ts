import { describe, expect, it } from 'vitest'
import {
  addOn,
  type Command,
  catalog,
  coupon,
  days,
  instant,
  limit,
  monthly,
  plan,
  preview,
} from '../../src/core/index.ts'
import { card, type World, world } from '../../src/testing/index.ts'
import {
  adopting,
  customerOn,
  dateOf,
  happened,
  NATIVE,
  occupying,
  tieredSaas,
} from './rules/products.ts'

const OCT_14 = '2025-10-14'
const OCT_30 = '2025-10-30'
const NOV_14 = '2025-11-14'

const listings = limit('listings')
const priced = (professional: number) =>
  catalog({
    plans: [
      plan('free', { default: true, includes: [listings(1)] }),
      plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(1)] }),
      plan('professional', { price: monthly(professional, 'USD'), includes: [listings(3)] }),
      plan('crew', { price: monthly(10_00, 'USD'), quantity: { min: 1 } }),
      plan('tried', { price: monthly(20_00, 'USD'), trial: days(14) }),
    ],
    addOns: [addOn('extra', { price: monthly(6_00, 'USD'), adds: [listings(1)] })],
    coupons: [coupon('HALF', { percent: 50, duration: 'forever' })],
    policies: { proration: { granularity: 'day30' } },
    gateways: [{ name: 'paystack' }, { name: 'paymongo' }, { name: 'stripe', renewals: 'gateway' }],
  })
const shop = priced(99_00)
const dearer = priced(129_00)

const owner = (chosen: string, bought = {}) => customerOn(shop, chosen, OCT_14, bought).at(OCT_30)

const upgrade = { type: 'change_plan', plan: 'professional' } as const

/** What a customer has done before the command. */
function having(customer: World, ...commands: readonly Command[]): World {
  for (const command of commands) customer.do(command)
  return customer
}

interface Row {
  readonly given: () => World
  readonly command: Command | ((customer: World) => Command)
  readonly due: number
  /** The next regular charge. */
  readonly next: readonly [date: string, amount: number] | null
  readonly sold?: typeof shop
}

/** Nothing is charged now, and Basic renews. */
const basicGoesOn = { due: 0, next: [NOV_14, 49_00] } as const

/** Every command there is: what it costs now, and the next regular charge. */
const ROWS = {
  register: {
    given: () => world(shop, OCT_14),
    command: { type: 'register' },
    due: 0,
    next: null,
  },
  subscribe: {
    given: () => having(world(shop, OCT_14), { type: 'register' }),
    command: { type: 'subscribe', plan: 'basic' },
    due: 49_00,
    next: [NOV_14, 49_00],
  },
  start_trial: {
    given: withCard,
    command: { type: 'start_trial', plan: 'tried' },
    due: 0,
    next: ['2025-10-28', 20_00],
  },
  verify: {
    given: () => having(world(shop, OCT_14), { type: 'subscribe', plan: 'basic' }),
    command: ({ account }) => {
      return { type: 'verify', reference: account.checkouts.default?.reference ?? '' }
    },
    due: 0,
    next: null,
  },
  change_plan: {
    given: () => owner('basic'),
    command: upgrade,
    due: 25_00,
    next: [NOV_14, 99_00],
  },
  undo_change: {
    given: () => having(owner('professional'), { type: 'change_plan', plan: 'basic' }),
    command: { type: 'undo_change' },
    due: 0,
    next: [NOV_14, 99_00],
  },
  cancel: {
    given: () => owner('professional'),
    command: { type: 'cancel', at: 'period_end' },
    due: 0,
    next: null,
  },
  resume: {
    given: () => having(owner('professional'), { type: 'cancel', at: 'period_end' }),
    command: { type: 'resume' },
    due: 0,
    next: [NOV_14, 99_00],
  },
  pause: {
    given: () => owner('professional'),
    command: { type: 'pause' },
    due: 0,
    next: null,
  },
  unpause: {
    given: () => having(owner('professional'), { type: 'pause' }).at('2025-11-06'),
    command: { type: 'unpause' },
    due: 0,
    next: [NOV_14, 99_00],
  },
  set_quantity: {
    given: () => owner('crew', { quantity: 2 }),
    command: { type: 'set_quantity', quantity: 4 },
    due: 10_00,
    next: [NOV_14, 40_00],
  },
  set_add_on: {
    given: () => owner('basic'),
    command: { type: 'set_add_on', addOn: 'extra', quantity: 1 },
    due: 3_00,
    next: [NOV_14, 55_00],
  },
  apply_coupon: {
    given: () => owner('basic'),
    command: { type: 'apply_coupon', coupon: 'HALF' },
    ...basicGoesOn,
  },
  remove_coupon: {
    given: () => owner('basic', { coupon: 'HALF' }),
    command: { type: 'remove_coupon' },
    ...basicGoesOn,
  },
  update_payment_method: {
    given: () => owner('basic'),
    command: { type: 'update_payment_method' },
    ...basicGoesOn,
  },
  retry_payment: {
    given: () => unpaid(),
    command: { type: 'retry_payment' },
    due: 49_00,
    next: ['2025-12-14', 49_00],
  },
  refund: {
    given: () => owner('basic'),
    command: ({ account }) => {
      const [payment] = account.payments
      if (!payment) throw new Error('Nothing was paid')
      return { type: 'refund', payment, amount: 9_00 }
    },
    ...basicGoesOn,
  },
  grant_credit: {
    given: () => owner('basic'),
    command: { type: 'grant_credit', amount: 10_00, currency: 'USD' },
    ...basicGoesOn,
  },
  extend_trial: {
    given: () => having(withCard(), { type: 'start_trial', plan: 'tried' }),
    command: { type: 'extend_trial', days: 7 },
    due: 0,
    next: ['2025-11-04', 20_00],
  },
  extend_grace: {
    given: () => unpaid(),
    command: { type: 'extend_grace', days: 30 },
    due: 0,
    next: ['2025-12-14', 49_00],
  },
  remind_payment: {
    given: () => afterDoing(unpaid(), { type: 'extend_grace', days: 30 }),
    command: { type: 'remind_payment' },
    due: 0,
    next: ['2025-12-14', 49_00],
  },
  migrate_price: {
    given: () => world(dearer, OCT_30, { account: owner('professional').account }),
    sold: dearer,
    command: { type: 'migrate_price' },
    due: 0,
    next: [NOV_14, 129_00],
  },
  move: {
    given: () => owner('basic'),
    command: { type: 'move', to: 'paymongo' },
    ...basicGoesOn,
  },
  adopt: {
    given: () => world(shop, OCT_30),
    command: adopting({ plan: 'basic', amount: 49_00 }),
    due: 0,
    next: [NOV_14, 49_00],
  },
  resolve_unknown: {
    given: () => {
      const customer = owner('basic').at(NOV_14)
      customer.do({ type: 'outcome.unknown', gateway: 'paystack', invoice: invoiceOf(customer) })
      return customer
    },
    command: (customer) => {
      const invoice = invoiceOf(customer)
      return { type: 'resolve_unknown', invoice, outcome: 'paid', payment: 'pay_found' }
    },
    due: 0,
    next: ['2025-12-14', 49_00],
  },
  resolve_incident: {
    given: () => {
      const customer = having(owner('basic'), { type: 'change_plan', plan: 'professional' })
      customer.pay({ amount: 20_00 })
      return customer
    },
    command: ({ account }) => {
      const incident = account.incidents[0]?.id ?? ''
      return { type: 'resolve_incident', incident, choice: 'credit' }
    },
    ...basicGoesOn,
  },
  block: {
    given: () => owner('basic'),
    command: { type: 'block', reason: 'fraud' },
    ...basicGoesOn,
  },
  unblock: {
    given: () => having(owner('basic'), { type: 'block', reason: 'fraud' }),
    command: { type: 'unblock', reason: 'fraud' },
    ...basicGoesOn,
  },
  restore_resources: {
    given: withArchived,
    command: { type: 'restore_resources', feature: 'listings', ids: ['downtown'] },
    due: 0,
    next: ['2025-12-14', 99_00],
  },
  note_usage: {
    given: () => owner('professional'),
    command: { type: 'note_usage', feature: 'listings', before: 2, after: 3 },
    due: 0,
    next: [NOV_14, 99_00],
  },
} satisfies { readonly [Type in Command['type']]: Row }

const rows = Object.entries<Row>(ROWS)

/** A row's customer, command and preview. */
function seen({ given, command, sold = shop }: Row) {
  const customer = given()
  const asked = typeof command === 'function' ? command(customer) : command
  const shown = preview(frozen(customer.account), customer.usage, asked, customer.now, sold)
  if (!shown.ok) throw new Error(shown.refusal.message)
  return { customer, command: asked, shown }
}

describe('a preview', () => {
  it.each(rows)('says what it costs now and next: %s', (_, row) => {
    const { shown } = seen(row)
    expect(shown.due).toBe(row.due)
    expect(shown.next && [dateOf(shown.next.at), shown.next.amount]).toEqual(row.next)
  })

  it.each(rows)('shows exactly what then happens: %s', (_, row) => {
    const { customer, command, shown } = seen(row)
    const { refused, events } = customer.do(command)
    expect(refused).toBeNull()
    expect(events).toEqual(shown.events)
  })

  it.each(rows)('asks for nothing and changes nothing: %s', (_, row) => {
    const { customer, shown } = seen(row)
    expect(shown).not.toHaveProperty('effects')
    const { account } = row.given()
    expect(customer.account).toEqual(account)
  })

  it.each(rows)('is charged like that: %s', (_, row) => {
    const { customer, command, shown } = seen(row)
    const { effects } = customer.do(command)
    const demand = effects.filter(({ kind }) => {
      return kind === 'payment.collect' || kind === 'checkout.open'
    })
    expect(demand.map((asked) => amountOf(asked))).toEqual(demand.length > 0 ? [row.due] : [])
    if (demand.length > 0) customer.pay({ id: 'pay_shown' })
    expect(customer.account.subscriptions.default?.plan).toBe(shown.subscription?.plan)
    // What was adopted is charged at its gateway.
    if (!row.next || command.type === 'adopt') return
    const [date, amount] = row.next
    customer.at(date)
    const bill = happened(customer, 'invoice.opened').at(-1)?.opened
    const regular = bill?.lines.filter(({ kind }) => kind === 'plan' || kind === 'add_on') ?? []
    expect(dateOf(bill?.dueAt ?? null)).toBe(date)
    expect(regular.reduce((sum, line) => sum + line.amount, 0)).toBe(amount)
  })

  it('shows a refusal as the command would give it', () => {
    const { account, now } = owner('basic')
    const shown = preview(account, {}, { type: 'change_plan', plan: 'platinum' }, now, shop)
    expect(shown).toMatchObject({ ok: false, refusal: { code: 'unknown_plan' } })
  })

  it('shows what a gateway is only asked for as it will be once it agrees', () => {
    const sold = tieredSaas({}, NATIVE)
    const customer = customerOn(sold, 'premium', OCT_14, { vendor: 'sub_1' }).at(OCT_30)
    const { account, now } = customer
    const cancel = { type: 'cancel', at: 'period_end' } as const
    const ending = preview(account, {}, cancel, now, sold)
    expect(ending).toMatchObject({ ok: true, due: 0, next: null })
    expect(ending.ok && dateOf(ending.subscription?.cancelAt ?? null)).toBe(NOV_14)
    const lower = { type: 'change_plan', plan: 'essential' } as const
    const scheduled = preview(account, {}, lower, now, sold)
    expect(scheduled).toMatchObject({ ok: true, due: 0, next: { amount: 19_00 } })
  })

  it('prices a quoted change at the gateway as of the quote', () => {
    const sold = tieredSaas({}, NATIVE)
    const customer = customerOn(sold, 'essential', OCT_14, { vendor: 'sub_1' }).at(OCT_30)
    const command = { type: 'change_plan', plan: 'premium' } as const
    const shown = preview(customer.account, {}, command, customer.now, sold)
    if (!shown.ok || !shown.quote) throw new Error('No quote')
    customer.at('2025-10-30T06:00:00Z')
    const { effects } = customer.do({ ...command, quote: shown.quote })
    expect(effects.find(({ kind }) => kind === 'subscription.change')).toMatchObject({
      at: instant(OCT_30),
      expected: shown.due,
    })
  })

  it('sees the account as it will be by then, whether or not a job has run', () => {
    const { account } = owner('basic')
    const shown = preview(account, {}, upgrade, instant('2025-11-29'), shop)
    // The renewal of November 14 has been asked for and nobody has answered yet.
    expect(shown).toMatchObject({ ok: false, refusal: { code: 'in_progress' } })
    const cancel = { type: 'cancel', at: 'period_end' } as const
    const later = preview(account, {}, cancel, instant('2025-11-29'), shop)
    expect(later.ok && dateOf(later.subscription?.cancelAt ?? null)).toBe('2025-12-14')
  })

  it('names the credit that would be used and the credit that would be gained', () => {
    const rich = having(owner('basic'), { type: 'grant_credit', amount: 10_00, currency: 'USD' })
    expect(preview(rich.account, {}, upgrade, rich.now, shop)).toMatchObject({
      due: 15_00,
      credit: 10_00,
      creditAdded: 0,
      quote: { due: 15_00, currency: 'USD' },
    })
    const { account, now } = owner('professional')
    expect(preview(account, {}, { type: 'pause' }, now, shop)).toMatchObject({
      due: 0,
      creditAdded: 49_50,
      quote: null,
    })
  })

  it('shows the plan, the limit and the dates that an upgrade would bring', () => {
    const { account, now } = owner('basic')
    const shown = preview(account, {}, upgrade, now, shop)
    expect(shown.ok && shown.subscription).toMatchObject({
      plan: 'professional',
      price: { amount: 99_00 },
      anchor: Date.UTC(2025, 9, 14),
      period: { end: Date.UTC(2025, 10, 14) },
    })
    expect(shown.ok && shown.lines.map(({ amount }) => amount)).toEqual([-24_50, 49_50])
  })

  it('of an ending after several periods still names the charge before it', () => {
    const { account, now } = owner('basic')
    const later = { type: 'cancel', at: instant('2025-12-20') } as const
    const shown = preview(account, {}, later, now, shop)
    expect(shown.ok && dateOf(shown.next?.at ?? null)).toBe(NOV_14)
  })

  it('A3 of an upgrade at a gateway that owns the clock shows our own figure', () => {
    const sold = tieredSaas({}, NATIVE)
    const { account, now } = customerOn(sold, 'essential', OCT_14, { vendor: 'sub_1' }).at(OCT_30)
    const toPremium = { type: 'change_plan', plan: 'premium' } as const
    expect(preview(account, {}, toPremium, now, sold)).toMatchObject({
      due: 14_52,
      subscription: { plan: 'premium' },
    })
  })
})

/** A customer with a saved card and no subscription but the free one. */
function withCard(): World {
  const customer = having(world(shop, OCT_14), { type: 'register' })
  customer.do({ type: 'method.saved', gateway: 'paystack', method: card('paystack') })
  return customer
}

/** A customer of Basic whose renewal was declined for good. */
function unpaid(): World {
  const customer = owner('basic').at(NOV_14)
  customer.decline('do_not_honor', 'never')
  return customer
}

/** Back on Professional after a downgrade that archived a listing. */
function withArchived(): World {
  const customer = owner('professional')
  customer.usage = occupying('listings', 'main-street', 'downtown')
  const keep = { listings: ['main-street'] }
  customer.do({ type: 'change_plan', plan: 'basic', keep })
  customer.at(NOV_14).pay()
  customer.usage = occupying('listings', 'main-street')
  customer.do({ type: 'change_plan', plan: 'professional' })
  customer.pay()
  return customer
}

function invoiceOf({ account }: World): string {
  return account.invoices[0]?.id ?? ''
}

function amountOf(asked: World['effects'][number]): number | null {
  if (asked.kind === 'payment.collect') return asked.amount
  return asked.kind === 'checkout.open' ? asked.checkout.amount : null
}

/** The same thing, in which a change would throw. */
function frozen<T>(thing: T): T {
  if (typeof thing === 'object' && thing !== null) {
    for (const part of Object.values(thing)) frozen(part)
    Object.freeze(thing)
  }
  return thing
}

function afterDoing(customer: World, command: Command): World {
  customer.do(command)
  return customer
}
