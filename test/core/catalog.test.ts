import { describe, expect, it } from 'vitest'
import {
  BillingError,
  type CatalogOptions,
  catalog,
  coupon,
  days,
  flag,
  limit,
  meter,
  monthly,
  plan,
  yearly,
} from '../../src/core/index.ts'

const projects = limit('projects')
const queries = meter('queries')
const monthlyPrice = monthly(49_00, 'USD')

/** A plan, an add-on and a coupon as they come out of plain JavaScript, with anything in them. */
const proWith = (over: object) => ({
  plans: [
    { id: 'pro', group: 'default', version: 1, prices: [monthlyPrice], includes: [], ...over },
  ],
})
const priced = (over: object) => proWith({ prices: [{ ...monthlyPrice, ...over }] })
const including = (...includes: readonly object[]) => proWith({ includes })
const pro = plan('pro', { price: monthlyPrice })
const seatsWith = (over: object) => ({
  plans: [pro],
  addOns: [{ id: 'seats', prices: [monthlyPrice], adds: [projects(1)], ...over }],
})
const codeWith = (over: object) => ({
  plans: [pro],
  coupons: [{ id: 'CODE', percent: 20, ...over }],
})
const gatewayWith = (over: object) => ({ plans: [pro], gateways: [{ name: 'bank', ...over }] })

/** The error that a catalog is refused with. */
function errorOf(options: unknown): BillingError {
  try {
    catalog(options as CatalogOptions)
  } catch (error) {
    if (BillingError.isInstance(error)) return error
    throw error
  }
  throw new Error('The catalog was accepted')
}

type Refused = readonly [what: string, options: unknown, where: string, option: string]

function refuses(rows: readonly Refused[]): void {
  it.each(rows)('%s', (_, options, where, option) => {
    const { kind, code, message, detail } = errorOf(options)
    expect({ kind, code, detail }).toEqual({
      kind: 'config',
      code: 'invalid_catalog',
      detail: { where },
    })
    expect(message.startsWith(`${where}: `)).toBe(true)
    expect(message).toContain(option)
  })
}

describe('a catalog refuses a plan', () => {
  const plans = 'plan "pro"'
  refuses([
    ['without an id', proWith({ id: '' }), 'plan ""', 'id'],
    ['whose id begins with a digit', proWith({ id: '9lives' }), 'plan "9lives"', 'id'],
    ['whose id has a space', proWith({ id: 'pro plus' }), 'plan "pro plus"', 'id'],
    ['whose id is 65 letters', proWith({ id: 'a'.repeat(65) }), `plan "${'a'.repeat(65)}"`, 'id'],
    ['called __proto__', proWith({ id: '__proto__' }), 'plan "__proto__"', 'id'],
    ['called constructor', proWith({ id: 'constructor' }), 'plan "constructor"', 'reserved'],
    ['in a group without a name', proWith({ group: '' }), plans, 'group'],
    ['with an empty title', proWith({ title: '' }), plans, 'title'],
    ['of version 0', proWith({ version: 0 }), plans, 'version'],
    ['with a rank that is no whole number', proWith({ rank: 1.5 }), plans, 'rank'],
    ['with an option that does not exist', proWith({ prise: 1 }), plans, 'prise'],
    ['that is neither sold nor the default', proWith({ prices: [] }), plans, 'price'],
    ['that is the default and costs money', proWith({ default: true }), plans, 'default'],
    [
      'that is the default and has a trial',
      proWith({ default: true, prices: [], trial: days(14) }),
      plans,
      'trial',
    ],
    [
      'that is the second default of its group',
      { plans: [plan('free', { default: true }), plan('pro', { default: true })] },
      plans,
      'default',
    ],
    ['that is declared twice', { plans: [pro, pro] }, plans, 'twice'],
  ])

  it('accepts one default in each group', () => {
    const free = plan('free', { default: true })
    const small = plan('small', { default: true, group: 'storage' })
    expect([...catalog({ plans: [free, small] }).defaults.keys()]).toEqual(['default', 'storage'])
  })
})

describe('a catalog refuses a price', () => {
  const where = 'plan "pro"'
  refuses([
    ['below zero', priced({ amount: -1 }), where, 'amount'],
    ['in fractions of a cent', priced({ amount: 49.5 }), where, 'amount'],
    ['that is no number', priced({ amount: Number.NaN }), where, 'amount'],
    ['that is too large to be exact', priced({ amount: 2 ** 53 }), where, 'amount'],
    ['in a currency that does not exist', priced({ currency: 'XQQ' }), where, 'currency'],
    ['in a currency in small letters', priced({ currency: 'usd' }), where, 'currency'],
    ['per no month', priced({ interval: { unit: 'month', count: 0 } }), where, 'count'],
    ['per fortnight', priced({ interval: { unit: 'fortnight', count: 1 } }), where, 'unit'],
    [
      'that the plan has twice in one currency and interval',
      proWith({ prices: [monthlyPrice, monthly(59_00, 'USD')] }),
      where,
      'price: two prices in USD per 1 month',
    ],
  ])

  it('accepts one in each currency and interval', () => {
    const price = [monthlyPrice, yearly(490_00, 'USD'), monthly(45_00, 'EUR')]
    expect(catalog({ plans: [plan('pro', { price })] }).plans.get('pro')?.prices).toEqual(price)
  })
})

describe('a catalog refuses a trial, a quantity or an earlier version', () => {
  const where = 'plan "pro"'
  const trial = (of: object) => proWith({ trial: { days: 14, payment: 'none', ...of } })
  refuses([
    ['of no days', trial({ days: 0 }), where, 'trial.days'],
    ['of half a day', trial({ days: 0.5 }), where, 'trial.days'],
    ['of more than ten years', trial({ days: 3651 }), where, 'trial.days'],
    ['that is paid some other time', trial({ payment: 'later' }), where, 'trial.payment'],
    ['of none', proWith({ quantity: { min: 0 } }), where, 'quantity.min'],
    ['of at most none', proWith({ quantity: { max: 0 } }), where, 'quantity.max'],
    ['whose least is more than its most', proWith({ quantity: { min: 5, max: 4 } }), where, 'min'],
    [
      'that is not earlier',
      proWith({ version: 2, earlier: [{ version: 2, includes: [] }] }),
      where,
      'earlier',
    ],
  ])
})

describe('a catalog refuses a feature', () => {
  const where = 'plan "pro"'
  const daily = meter('queries', { reset: { unit: 'day', count: 1 } })
  refuses([
    ['whose limit is below zero', including(projects(-1)), where, 'includes.0.amount'],
    ['whose limit is no whole number', including(projects(1.5)), where, 'includes.0.amount'],
    [
      'that counts by something unknown',
      including({ ...projects(1), per: 'moon' }),
      where,
      'includes.0.per',
    ],
    [
      'that starts again after no days',
      including({ ...queries(1), reset: { unit: 'day', count: 0 } }),
      where,
      'includes.0.reset',
    ],
    ['of a kind that does not exist', including({ kind: 'wish', feature: 'x' }), where, 'includes'],
    ['without an id', including({ kind: 'flag', feature: '' }), where, 'includes.0.feature'],
    ['called constructor', including(flag('constructor')()), where, '"constructor" is reserved'],
    ['that a plan gives twice', including(projects(1), projects(2)), where, '"projects"'],
    [
      'that is a limit here and a meter there',
      {
        plans: [
          plan('free', { default: true, includes: [limit('queries')(1)] }),
          plan('pro', { price: monthlyPrice, includes: [queries(5)] }),
        ],
      },
      where,
      '"queries" is declared in two ways',
    ],
    [
      'that is counted by the period here and by the day there',
      {
        plans: [
          plan('free', { default: true, includes: [queries(1)] }),
          plan('pro', { price: monthlyPrice, includes: [daily(5)] }),
        ],
      },
      where,
      '"queries" is declared in two ways',
    ],
    [
      'that an add-on gives in another way',
      { ...seatsWith({ adds: [flag('projects')()] }), ...including(projects(1)) },
      'add-on "seats"',
      'adds: "projects" is declared in two ways',
    ],
    [
      'that was something else in an earlier version',
      proWith({
        version: 2,
        includes: [queries(5)],
        earlier: [{ version: 1, includes: [limit('queries')(5)] }],
      }),
      where,
      'earlier: "queries" is declared in two ways',
    ],
  ])

  it('accepts one that was worth less in an earlier version', () => {
    const earlier = [{ version: 1, includes: [projects(1)] }]
    const sold = catalog({
      plans: [plan('pro', { price: monthlyPrice, version: 2, includes: [projects(3)], earlier })],
    })
    expect(sold.featureIds).toEqual(['projects'])
  })

  it('accepts a limit that lists what occupies it, and keeps the way to ask', () => {
    const list = async () => []
    const listed = limit('sites', { list })
    const sold = catalog({ plans: [plan('pro', { price: monthlyPrice, includes: [listed(3)] })] })
    expect(sold.features.get('sites')?.list).toBe(list)
    expect(sold.features.get('sites')).toMatchObject({ kind: 'limit' })
  })
})

describe('a catalog refuses an add-on', () => {
  const where = 'add-on "seats"'
  refuses([
    ['with a wrong id', seatsWith({ id: 'five seats' }), 'add-on "five seats"', 'id'],
    ['called prototype', seatsWith({ id: 'prototype' }), 'add-on "prototype"', 'reserved'],
    ['without a price', seatsWith({ prices: [] }), where, 'price'],
    ['that adds nothing', seatsWith({ adds: [] }), where, 'adds'],
    [
      'with two prices in one currency and interval',
      seatsWith({ prices: [monthlyPrice, monthlyPrice] }),
      where,
      'price',
    ],
    ['for a plan that does not exist', seatsWith({ plans: ['gold'] }), where, 'no plan "gold"'],
    [
      'that is declared twice',
      { plans: [pro], addOns: [...seatsWith({}).addOns, ...seatsWith({}).addOns] },
      where,
      'twice',
    ],
  ])
})

describe('a catalog refuses a coupon', () => {
  const where = 'coupon "CODE"'
  const off = (over: object) => codeWith({ percent: undefined, currency: 'USD', ...over })
  refuses([
    ['with a wrong id', codeWith({ id: '20 %' }), 'coupon "20 %"', 'id'],
    ['called constructor', codeWith({ id: 'constructor' }), 'coupon "constructor"', 'reserved'],
    ['of no percent', codeWith({ percent: 0 }), where, 'percent'],
    ['of more than 100 percent', codeWith({ percent: 100.0001 }), where, 'percent'],
    ['finer than four decimals', codeWith({ percent: 33.33333 }), where, 'percent'],
    [
      'of a percentage and an amount',
      codeWith({ amountOff: 1, currency: 'USD' }),
      where,
      'percent',
    ],
    ['of neither', codeWith({ percent: undefined }), where, 'amountOff'],
    [
      'of an amount in no currency',
      off({ amountOff: 10_00, currency: undefined }),
      where,
      'currency',
    ],
    ['of an amount of nothing', off({ amountOff: 0 }), where, 'amountOff'],
    ['of an amount in fractions of a cent', off({ amountOff: 10.5 }), where, 'amountOff'],
    ['of an amount in no real currency', off({ amountOff: 1, currency: 'XQQ' }), where, 'currency'],
    ['for no periods', codeWith({ duration: { periods: 0 } }), where, 'duration'],
    ['for a while', codeWith({ duration: 'a while' }), where, 'duration'],
    ['for a plan that does not exist', codeWith({ plans: ['gold'] }), where, 'no plan "gold"'],
    ['from a day that is none', codeWith({ validFrom: 'soon' }), where, 'validFrom'],
    ['until a day that is none', codeWith({ validUntil: 'later' }), where, 'validUntil'],
    [
      'whose window ends when it begins',
      codeWith({ validFrom: '2025-10-14', validUntil: '2025-10-14' }),
      where,
      'validUntil',
    ],
    [
      'that is declared twice',
      { plans: [pro], coupons: [coupon('CODE', { percent: 1 }), coupon('CODE', { percent: 2 })] },
      where,
      'twice',
    ],
  ])

  it('accepts a third, 100 percent and a window of a millisecond', () => {
    const coupons = [
      coupon('THIRD', { percent: 33.3333 }),
      coupon('GIFT', { percent: 100 }),
      coupon('BLINK', { percent: 1, validFrom: 0, validUntil: 1 }),
    ]
    expect(catalog({ plans: [pro], coupons }).couponIds).toEqual(['THIRD', 'GIFT', 'BLINK'])
  })
})

describe('a catalog refuses a gateway', () => {
  refuses([
    ['without a name', gatewayWith({ name: '' }), 'gateway ""', 'name'],
    [
      'with a clock of its own kind',
      gatewayWith({ renewals: 'both' }),
      'gateway "bank"',
      'renewals',
    ],
    [
      'with amounts that are guessed',
      gatewayWith({ amounts: 'about' }),
      'gateway "bank"',
      'amounts',
    ],
    [
      'that is configured twice',
      { plans: [pro], gateways: [{ name: 'bank' }, { name: 'bank' }] },
      'gateway "bank"',
      'twice',
    ],
  ])
})
