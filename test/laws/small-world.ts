/**
 * A catalog small enough to visit every state of, and everything that can reach an account in it.
 * Days are the only step of time; periods have three of them, so that every rule meets every other.
 */
import {
  type Account,
  addOn,
  type Catalog,
  type Command,
  catalog,
  coupon,
  days,
  effectKey,
  every,
  type GatewayEvent,
  type Input,
  type Instant,
  type Invoice,
  instant,
  isLive,
  limit,
  meter,
  type Observation,
  type Period,
  plan,
  type Subscription,
} from '../../src/core/index.ts'

export const START: Instant = instant('2025-01-01')
export const ONE_DAY = 86_400_000
const LONG_PERIOD = { unit: 'day', count: 6 } as const

const seats = limit('seats')
const calls = meter('calls')

/** Who owns the renewal clock in a small world. */
export type ClockMode = 'billwright' | 'gateway'

export interface SmallWorldOptions {
  /** Leave the default plan out: a subscription that ends leaves nothing. Default `true`: keep it. */
  readonly withDefault?: boolean
  readonly strayPayments?: 'credit' | 'refund'
  readonly dunningEnd?: 'cancel' | 'keep'
  /** Shorter periods and dunning, so that every state can be visited. Default `false`. */
  readonly exploring?: boolean
}

/** Two paid plans beside the free one, an add-on, a coupon, a trial, dunning over three periods. */
export function smallCatalog(mode: ClockMode, options: SmallWorldOptions = {}): Catalog {
  const { withDefault = true, strayPayments = 'credit', dunningEnd = 'cancel' } = options
  const { exploring = false } = options
  const period = { unit: 'day', count: exploring ? 2 : 3 } as const
  const dunning = exploring
    ? { retryAfterDays: [1], graceDays: 5, endAfterDays: 6 }
    : { retryAfterDays: [1, 2], graceDays: 7, endAfterDays: 9 }
  const free = plan('free', { default: true, includes: [seats(1), calls(5)] })
  const paid = [
    plan('basic', {
      price: [every(period, 300, 'USD'), every(LONG_PERIOD, 540, 'USD')],
      rank: 1,
      quantity: { min: 1, max: 2 },
      includes: [seats(2), calls(10)],
    }),
    plan('pro', {
      price: every(period, 900, 'USD'),
      rank: 2,
      trial: days(2),
      includes: [seats(5), calls('unlimited')],
    }),
  ] as const
  return catalog({
    plans: withDefault ? [free, ...paid] : paid,
    addOns: [addOn('extra', { price: every(period, 150, 'USD'), adds: [seats(3)] })],
    coupons: [coupon('HALF', { percent: 50, duration: { periods: 2 } })],
    gateways: [{ name: mode === 'gateway' ? 'vendor' : 'bank', renewals: mode }],
    policies: {
      strayPayments,
      dunning: { ...dunning, end: dunningEnd },
      reminders: { renewalDays: 1, graceEndDays: 1, trialEndDays: 1 },
    },
  })
}

/** Everything a customer, an app or an operator may ask. */
export const COMMANDS: readonly Command[] = [
  { type: 'register' },
  { type: 'subscribe', plan: 'basic' },
  { type: 'subscribe', plan: 'pro', coupon: 'HALF', trial: false },
  { type: 'start_trial', plan: 'pro' },
  { type: 'extend_trial', days: 1 },
  { type: 'change_plan', plan: 'basic' },
  { type: 'change_plan', plan: 'basic', interval: LONG_PERIOD },
  { type: 'change_plan', plan: 'pro' },
  { type: 'undo_change' },
  { type: 'set_add_on', addOn: 'extra', quantity: 1 },
  { type: 'set_add_on', addOn: 'extra', quantity: 0 },
  { type: 'apply_coupon', coupon: 'HALF' },
  { type: 'remove_coupon' },
  { type: 'cancel', at: 'period_end' },
  { type: 'cancel', at: 'now' },
  { type: 'resume' },
  { type: 'pause' },
  { type: 'unpause' },
  { type: 'retry_payment' },
]

const CHANGING = new Set(['change_plan', 'undo_change'])

/** The same without what an exploration can't afford beside the rest. */
export function commandsWithout(
  ...left: readonly ('interval' | 'extras' | 'trial' | 'changes')[]
): readonly Command[] {
  return COMMANDS.filter((command) => {
    const { type } = command
    if (left.includes('interval') && 'interval' in command) return false
    if (left.includes('trial') && type.endsWith('trial')) return false
    if (left.includes('changes') && CHANGING.has(type)) return false
    const extra = type === 'set_add_on' || type.endsWith('coupon') || type.endsWith('pause')
    return !(left.includes('extras') && extra)
  }).map((command) => {
    if (!left.includes('extras') || command.type !== 'subscribe') return command
    const { coupon: _, ...plain } = command
    return plain
  })
}

/**
 * Whether an exploration asks for it: a trial is made longer on its last day only. One that grew further
 * ahead each time would never be the same state twice.
 */
export function isBounded({ type }: Command, account: Account, now: Instant): boolean {
  if (type !== 'extend_trial') return true
  const live = Object.values(account.subscriptions).filter(isLive)
  return live.every(({ status, period }) => status !== 'trialing' || period.end <= now + ONE_DAY)
}

/** Everything that can happen outside to an account as it stands. */
export function factsFor(account: Account, now: Instant): readonly GatewayEvent[] {
  const facts: GatewayEvent[] = []
  for (const checkout of Object.values(account.checkouts)) {
    const { reference, gateway, amount, currency } = checkout
    const vendor = checkout.renewals === 'gateway'
    const paid = {
      id: payment(account),
      subject: { checkout: reference },
      amount,
      currency,
      at: now,
    }
    for (const reusable of vendor ? [true] : [true, false])
      facts.push({
        type: 'checkout.completed',
        gateway,
        reference,
        customer: 'cus',
        subscription: vendor ? `ven_${account.sequence}` : null,
        method: method(gateway, reusable),
        payment: amount > 0 ? paid : null,
        at: now,
      })
  }
  for (const invoice of account.invoices) facts.push(...invoiceFacts(account, invoice, now))
  const saved = account.paymentMethod
  if (saved) facts.push({ type: 'method.removed', gateway: saved.gateway, method: saved.id })
  else if (account.gateway === 'bank')
    facts.push({ type: 'method.saved', gateway: 'bank', method: method('bank', true) })
  for (const subscription of Object.values(account.subscriptions))
    facts.push(...vendorFacts(account, subscription, now))
  return facts
}

/** Every input of a state; time is a step of its own. */
export function inputsFor(account: Account, now: Instant): readonly Input[] {
  return [...COMMANDS, ...factsFor(account, now)]
}

function invoiceFacts(account: Account, invoice: Invoice, now: Instant): readonly GatewayEvent[] {
  const { id, currency, link, attempts, failures, gate, renewals } = invoice
  const gateway = renewals === 'gateway' ? 'vendor' : 'bank'
  const succeeded: GatewayEvent = {
    type: 'payment.succeeded',
    gateway,
    payment: {
      id: payment(account),
      subject: { invoice: id },
      amount: invoice.due,
      currency,
      at: now,
    },
  }
  if (renewals === 'gateway') {
    if (!gate) return []
    const answers = effectKey('subscription.change', account.id, id, 0)
    return [succeeded, { type: 'effect.refused', gateway, answers, code: 'down' }]
  }
  if (link !== null) return [succeeded]
  if (attempts <= failures.length) return gate ? [succeeded] : []
  const failed = (retry: 'later' | 'never'): GatewayEvent => ({
    type: 'payment.failed',
    gateway,
    payment: payment(account),
    subject: { invoice: id },
    decline: { code: 'do_not_honor', retry },
    amount: invoice.due,
    currency,
    at: now,
  })
  if (account.paymentMethod?.reusable) return [succeeded, failed('later'), failed('never')]
  return [
    succeeded,
    failed('later'),
    { type: 'link.delivered', gateway, invoice: id, url: 'https://pay.test' },
  ]
}

function vendorFacts(
  account: Account,
  subscription: Subscription,
  now: Instant,
): readonly GatewayEvent[] {
  const { gatewayRef, request, cancelAt, period } = subscription
  if (!isLive(subscription) || gatewayRef === null) return []
  const gateway = 'vendor'
  const facts: GatewayEvent[] = []
  if (request) {
    const wanted = request.kind === 'cancel' ? request.cancelAt : cancelAt
    const ended = request.kind === 'cancel' && (request.cancelAt ?? now) <= now
    const state = ended ? 'canceled' : request.kind === 'pause' ? 'paused' : 'active'
    const shown = observation(subscription, gatewayRef, {
      state,
      cancelAt: request.kind === 'resume' ? null : wanted,
    })
    facts.push(
      { type: 'subscription.observed', gateway, answers: request.key, observation: shown },
      { type: 'effect.refused', gateway, answers: request.key, code: 'down' },
    )
  }
  if (cancelAt !== null && now >= cancelAt) {
    const shown = observation(subscription, gatewayRef, { state: 'canceled', cancelAt })
    return [...facts, { type: 'subscription.observed', gateway, observation: shown }]
  }
  if (subscription.status === 'paused' || now < period.end) {
    const failed = account.invoices.find((invoice) => invoice.firstFailedAt !== null)
    return failed ? [...facts, periodPaid(account, gatewayRef, failed.period, now)] : facts
  }
  const next = { start: period.end, end: lengthened(subscription) }
  facts.push(periodPaid(account, gatewayRef, next, now), {
    type: 'payment.failed',
    gateway,
    payment: payment(account),
    subject: { subscription: gatewayRef, period: next },
    decline: { code: 'do_not_honor', retry: 'later' },
    amount: 300,
    currency: 'USD',
    at: now,
  })
  return facts
}

function periodPaid(
  account: Account,
  subscription: string,
  period: Period,
  at: Instant,
): GatewayEvent {
  const id = payment(account)
  const subject = { subscription, period }
  const paid = { id, subject, amount: 300, currency: 'USD', at }
  return { type: 'payment.succeeded', gateway: 'vendor', payment: paid }
}

function observation(
  subscription: Subscription,
  ref: string,
  shown: Pick<Observation, 'state' | 'cancelAt'>,
): Observation {
  const { plan: id, price, period, quantity, observedAt } = subscription
  return {
    subscription: ref,
    observedAt: ((observedAt ?? 0) + 1) as Instant,
    period,
    plan: price && { id, interval: price.interval },
    quantity,
    ...shown,
  }
}

function lengthened({ period, price, pendingChange }: Subscription): Instant {
  const count = (pendingChange?.terms.price ?? price)?.interval.count ?? 3
  return (period.end + count * ONE_DAY) as Instant
}

// Every fact of a state is a new one: the version makes its id unique in the life of the account.
function payment(account: Account): string {
  return `pay_${account.version}`
}

function method(gateway: string, reusable: boolean) {
  const shown = { brand: 'visa', last4: '4242', expires: null, fingerprint: null }
  return { gateway, id: reusable ? 'card' : 'wallet', reusable, ...shown }
}
