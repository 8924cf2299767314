/** What makes a catalog wrong. Every message names the plan, add-on or coupon and the option. */

import type { CatalogOptions } from './catalog-options.ts'
import type { Grant, ListResources } from './feature.ts'
import type { Policies } from './policies.ts'
import type { Price } from './price.ts'
import * as z from 'zod'
import { configError } from './billing-error.ts'
import { isCurrency } from './currency.ts'
import { isTimeZone } from './zone.ts'

const id = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'use letters, digits, - and _, at most 64')
const count = z.int().min(1).max(1000)
const interval = z.strictObject({ unit: z.enum(['day', 'week', 'month', 'year']), count })
const amount = z.int('use minor units, such as 49_00').min(0)
const price = z.strictObject({
  amount,
  currency: z.string().refine(isCurrency, 'use an ISO 4217 code, such as USD'),
  interval,
})
const given = z.union([z.literal('unlimited'), z.int().min(0)])
const per = z.enum(['subscription', 'unit'])
const grant = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('limit'),
    feature: id,
    amount: given,
    per,
    list: z
      .custom<ListResources>((given) => typeof given === 'function', 'must be a function')
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('meter'),
    feature: id,
    amount: given,
    per,
    reset: z.union([z.literal('period'), interval]),
  }),
  z.strictObject({ kind: z.literal('flag'), feature: id }),
  z.strictObject({
    kind: z.literal('value'),
    feature: id,
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
])
const moment = z
  .union([z.string(), z.number(), z.date()])
  .refine((at) => !Number.isNaN(+new Date(at)))
const title = z.string().min(1).optional()
const version = z.int().min(1)

const plan = z.strictObject({
  id,
  group: id,
  title,
  version,
  prices: z.array(price),
  default: z.boolean().optional(),
  rank: z.int().optional(),
  trial: z
    .strictObject({ days: z.int().min(1).max(3650), payment: z.enum(['none', 'upfront']) })
    .optional(),
  includes: z.array(grant),
  quantity: z.strictObject({ min: count.optional(), max: z.int().min(1).optional() }).optional(),
  earlier: z.array(z.strictObject({ version, includes: z.array(grant) })).optional(),
  archived: z.boolean().optional(),
})
const addOn = z.strictObject({
  id,
  title,
  prices: z.array(price).min(1),
  adds: z.array(grant).min(1),
  plans: z.array(id).optional(),
})
const coupon = z.strictObject({
  id,
  percent: z.number().gt(0).max(100).multipleOf(0.0001).optional(),
  amountOff: amount.min(1).optional(),
  currency: price.shape.currency.optional(),
  duration: z
    .union([z.enum(['once', 'forever']), z.strictObject({ periods: z.int().min(1) })])
    .optional(),
  plans: z.array(id).optional(),
  validFrom: moment.optional(),
  validUntil: moment.optional(),
  single: z.boolean().optional(),
})
const dayCount = z.int().min(0).max(3650)
const policies = z.strictObject({
  timeZone: z.string().refine(isTimeZone, 'use an IANA zone, such as Asia/Manila'),
  alignment: z.union([
    z.enum(['anniversary', 'calendar']),
    z.strictObject({ dayOfMonth: z.int().min(1).max(31) }),
  ]),
  proration: z.strictObject({
    granularity: z.enum(['second', 'day', 'day30']),
    behavior: z.enum(['invoice_now', 'next_invoice', 'none']),
  }),
  downgradeFit: z.enum(['refuse', 'choose', 'allow']),
  dunning: z.strictObject({
    retryAfterDays: z.array(z.int().min(1)),
    graceDays: dayCount,
    endAfterDays: dayCount,
    end: z.enum(['cancel', 'keep']),
  }),
  pastDue: z.strictObject({ limits: z.enum(['hold', 'use']), meters: z.enum(['hold', 'use']) }),
  trialEnd: z.enum(['unpaid', 'cancel', 'pause', 'downgrade']),
  strayPayments: z.enum(['credit', 'refund']),
  cancelNow: z.enum(['none', 'credit']),
  pause: z.enum(['none', 'credit']),
  disputes: z.enum(['block', 'keep']),
  reminders: z.strictObject({
    renewalDays: dayCount,
    graceEndDays: dayCount,
    trialEndDays: dayCount,
  }),
  checkoutHours: z.int().min(1),
  quoteHours: z.int().min(1),
  renewalSlackHours: z.int().min(25),
})
const gateway = z.strictObject({
  name: id,
  renewals: z.enum(['billwright', 'gateway']).optional(),
  amounts: z.enum(['exact', 'session']).optional(),
  savesMethods: z.boolean().optional(),
  attemptGapHours: z.int().min(1).max(720).optional(),
  retriesWhenAsked: z.boolean().optional(),
})

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** Throws the first thing wrong as a `config` error `invalid_catalog`. */
export function checkCatalog(options: CatalogOptions, chosen: Policies): void {
  const addOns = options.addOns ?? []
  const coupons = options.coupons ?? []
  for (const each of options.plans) checkShape(plan, each, `plan "${each.id}"`)
  for (const each of addOns) checkShape(addOn, each, `add-on "${each.id}"`)
  for (const each of coupons) checkShape(coupon, each, `coupon "${each.id}"`)
  for (const each of options.gateways ?? []) checkShape(gateway, each, `gateway "${each.name}"`)
  checkShape(policies, chosen, 'policies')
  checkAttemptGaps(options, chosen)
  checkUnique('plan', options.plans)
  checkUnique('add-on', addOns)
  checkUnique('coupon', coupons)
  checkUnique(
    'gateway',
    (options.gateways ?? []).map(({ name }) => ({ id: name })),
  )
  checkPlans(options)
  checkReferences(options)
  checkFeatures(options)
  checkDunning(chosen)
}

function checkShape(schema: z.ZodType, thing: unknown, where: string): void {
  const result = schema.safeParse(thing)
  const issue = result.error?.issues[0]
  // The option is written `price`; one or several, it is checked as a list.
  const option = issue?.path.join('.').replace(/^prices\b/, 'price')
  if (issue) fail(where, `${option || 'options'}: ${issue.message}`)
}

function checkUnique(kind: string, things: readonly { readonly id: string }[]): void {
  const seen = new Set<string>(FORBIDDEN)
  for (const { id } of things) {
    if (seen.has(id)) fail(`${kind} "${id}"`, 'id: declared twice or reserved')
    seen.add(id)
  }
}

function checkPlans({ plans }: CatalogOptions): void {
  const defaults = new Set<string>()
  for (const each of plans) {
    const where = `plan "${each.id}"`
    if (each.default && each.prices.length > 0) fail(where, 'default: a default plan is free')
    if (each.default && each.trial) fail(where, 'trial: a free plan has no trial')
    if (each.default && defaults.has(each.group))
      fail(where, `default: the group "${each.group}" has a default plan already`)
    if (each.default) defaults.add(each.group)
    if (!each.default && each.prices.length === 0) fail(where, 'price: missing, or make it default')
    checkPrices(where, each.prices)
    const { min = 1, max = Number.MAX_SAFE_INTEGER } = each.quantity ?? {}
    if (min > max) fail(where, 'quantity: min is more than max')
    if (each.earlier?.some(({ version }) => version >= each.version))
      fail(where, 'earlier: versions must be lower than version')
  }
}

function checkPrices(where: string, prices: readonly Price[]): void {
  const seen = new Set<string>()
  for (const { currency, interval } of prices) {
    const key = `${currency} per ${interval.count} ${interval.unit}`
    if (seen.has(key)) fail(where, `price: two prices in ${key}`)
    seen.add(key)
  }
}

function checkReferences({ plans, addOns = [], coupons = [] }: CatalogOptions): void {
  const known = new Set(plans.map(({ id }) => id))
  for (const each of addOns) checkPrices(`add-on "${each.id}"`, each.prices)
  const referring = [
    ...addOns.map((each) => ({ where: `add-on "${each.id}"`, plans: each.plans ?? [] })),
    ...coupons.map((each) => ({ where: `coupon "${each.id}"`, plans: each.plans ?? [] })),
  ]
  for (const { where, plans } of referring)
    for (const id of plans) if (!known.has(id)) fail(where, `plans: no plan "${id}"`)
  for (const each of coupons) {
    const where = `coupon "${each.id}"`
    if ((each.percent === undefined) === (each.amountOff === undefined))
      fail(where, 'percent: give either percent or amountOff')
    if (each.amountOff !== undefined && !each.currency)
      fail(where, 'currency: needed with amountOff')
    const { validFrom, validUntil } = each
    if (validFrom !== undefined && validUntil !== undefined)
      if (+new Date(validFrom) >= +new Date(validUntil))
        fail(where, 'validUntil: must be after validFrom')
  }
}

function checkFeatures({ plans, addOns = [] }: CatalogOptions): void {
  const seen = new Map<string, string>()
  const lists = [
    ...plans.map(({ id, includes }) => ({ where: `plan "${id}"`, option: 'includes', includes })),
    ...plans.flatMap(({ id, earlier = [] }) =>
      earlier.map(({ includes }) => ({ where: `plan "${id}"`, option: 'earlier', includes })),
    ),
    ...addOns.map(({ id, adds }) => ({ where: `add-on "${id}"`, option: 'adds', includes: adds })),
  ]
  for (const { where, option, includes } of lists) {
    const here = new Set<string>()
    for (const grant of includes) {
      const { feature } = grant
      const shape = shapeOf(grant)
      if (FORBIDDEN.has(feature)) fail(where, `${option}: "${feature}" is reserved`)
      if (here.has(feature)) fail(where, `${option}: "${feature}" is given twice`)
      if ((seen.get(feature) ?? shape) !== shape)
        fail(where, `${option}: "${feature}" is declared in two ways`)
      here.add(feature)
      seen.set(feature, shape)
    }
  }
}

function shapeOf(grant: Grant): string {
  return grant.kind === 'meter' ? JSON.stringify([grant.kind, grant.reset]) : grant.kind
}

function checkDunning({ dunning }: Policies): void {
  const { retryAfterDays, graceDays, endAfterDays } = dunning
  if (retryAfterDays.some((day, i) => i > 0 && day <= (retryAfterDays[i - 1] ?? 0)))
    fail('policies', 'dunning.retryAfterDays: must rise')
  if ((retryAfterDays.at(-1) ?? 0) > endAfterDays)
    fail('policies', 'dunning.endAfterDays: must not come before the last retry')
  if (graceDays > endAfterDays)
    fail('policies', 'dunning.graceDays: must not be longer than endAfterDays')
}

/** Attempts that a gateway would not take must not be promised. */
function checkAttemptGaps({ gateways = [] }: CatalogOptions, { dunning }: Policies): void {
  const { retryAfterDays: days } = dunning
  const least = Math.min(...days.map((day, i) => day - (days[i - 1] ?? 0)))
  for (const { name, renewals, attemptGapHours: hours = 0 } of gateways)
    if (renewals !== 'gateway' && least * 24 < hours)
      fail('policies', `dunning.retryAfterDays: "${name}" wants ${hours} hours between attempts`)
}

function fail(where: string, what: string): never {
  throw configError('invalid_catalog', where, what)
}
