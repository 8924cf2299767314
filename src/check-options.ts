/** Finds what is wrong with the options of `billing` at start, before anybody pays. */
import type { Plan } from './core/index.ts'
import type { BillingOptions } from './options.ts'
import * as z from 'zod'
import { configError } from './core/billing-error.ts'
import { DEFAULT_POLICIES } from './core/index.ts'
import { isSeries, NO_SERIES } from './runtime/invoice-numbers.ts'

const callback = z.custom<unknown>((given) => typeof given === 'function', 'must be a function')
const hook = callback.optional()

/** The catalog checks what is in them; here a name that nobody knows is found. */
const CATALOG = ['addOns', 'coupons', ...Object.keys(DEFAULT_POLICIES)]
const anything = z.unknown().optional()

const OPTIONS = z.strictObject({
  plans: z.array(z.unknown()),
  storage: z.custom<unknown>(isStorage, 'must be a storage, such as memory() or sqlite(…)'),
  gateways: z
    .array(z.custom<unknown>(isGateway, 'must be a gateway, such as sandbox(…)'))
    .optional(),
  jobs: z.custom<unknown>(isJobEngine, 'must be a job engine, such as pgBoss(…)').optional(),
  identify: hook,
  authorize: hook,
  customer: hook,
  checkoutsPerHour: z.int().min(1).max(5).nullable().optional(),
  gatewayTimeoutMs: z.int().min(100).max(120_000).optional(),
  hookTimeoutMs: z.int().min(100).max(600_000).optional(),
  entitlementCacheMs: z.int().min(0).max(300_000).optional(),
  webhookRetentionDays: z.int().min(1).max(36_500).nullable().optional(),
  invoiceNumbers: z.strictObject({ series: hook, format: hook }).optional(),
  hooks: z
    .strictObject({
      notice: hook,
      archive: hook,
      restore: hook,
      on: z.record(z.string(), hook).optional(),
    })
    .optional(),
  ...{ http: anything, clock: anything, log: anything, ports: anything },
  ...Object.fromEntries(CATALOG.map((name) => [name, anything])),
})

/** Throws a `config` error `invalid_options` that names the first wrong option. */
export function checkOptions(options: BillingOptions): void {
  const checked = OPTIONS.safeParse(options)
  const [issue] = checked.error?.issues ?? []
  if (issue) throw configError('invalid_options', issue.path.join('.') || 'options', issue.message)
  const names = new Set<string>()
  for (const { name } of options.gateways ?? []) {
    if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name))
      throw configError('invalid_options', `gateways.${name}`, 'must be named in lower case')
    if (names.has(name))
      throw configError('invalid_options', `gateways.${name}`, 'is configured twice')
    names.add(name)
  }
  checkCurrencies(options)
  checkClocks(options)
  checkSeries(options)
}

/** A price that no gateway can take would fail at the first customer. */
function checkCurrencies({ plans, addOns = [], gateways = [] }: BillingOptions): void {
  if (gateways.length === 0) return
  for (const { id, prices } of [...plans, ...addOns])
    for (const { currency, amount } of prices) {
      const takes = gateways.filter(({ capabilities: { currencies } }) => {
        return currencies === 'any' || currencies.includes(currency)
      })
      if (takes.length === 0)
        throw configError('invalid_options', `plan ${id}`, noGateway(gateways, currency))
      const least = Math.min(...takes.map((each) => each.capabilities.minimum[currency] ?? 0))
      if (amount > 0 && amount < least)
        throw configError(
          'invalid_options',
          `plan ${id}`,
          `${amount} ${currency} is below the smallest charge of ${least}`,
        )
    }
}

function noGateway(gateways: NonNullable<BillingOptions['gateways']>, currency: string): string {
  const why = gateways.flatMap(({ name, capabilities: { heldBack } }) => {
    return heldBack?.[currency] === undefined ? [] : [`${name}: ${heldBack[currency]}`]
  })
  return [`no gateway takes ${currency}`, ...why].join('; ')
}

/** A series that cannot be told would keep a payment from being written. */
function checkSeries({
  plans,
  addOns = [],
  invoiceNumbers: { series } = {},
}: BillingOptions): void {
  if (!series) return
  for (const currency of new Set([...plans, ...addOns].flatMap(currenciesOf))) {
    const sample = { customer: 'customer', currency, total: 100, group: 'default' } as const
    const facts = { ...sample, state: 'paid', reason: 'first', renewals: 'billwright' } as const
    const answer = attempt(() => series({ ...facts, at: new Date(0) }))
    if (answer !== null && !isSeries(answer))
      throw configError('invalid_options', 'invoiceNumbers.series', NO_SERIES)
  }
}

function currenciesOf({ prices }: Pick<Plan, 'prices'>): readonly string[] {
  return prices.map(({ currency }) => currency)
}

/** What it answers; nothing that would do when it throws. */
function attempt(call: () => unknown): unknown {
  try {
    return call()
  } catch {
    return undefined
  }
}

function checkClocks({ gateways = [] }: BillingOptions): void {
  for (const { name, renewals, capabilities } of gateways)
    if (!capabilities.renewals.includes(renewals))
      throw configError(
        'invalid_options',
        `gateways.${name}`,
        `can't run with renewals: ${renewals}`,
      )
}

function isStorage(given: unknown): boolean {
  return has(given, 'load') && has(given, 'commit')
}

function isGateway(given: unknown): boolean {
  return has(given, 'perform') && has(given, 'receive')
}

function isJobEngine(given: unknown): boolean {
  return has(given, 'send') && has(given, 'serve')
}

function has(given: unknown, method: string): boolean {
  if (typeof given !== 'object' || given === null) return false
  return typeof Reflect.get(given, method) === 'function'
}
