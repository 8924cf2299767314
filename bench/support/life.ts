/**
 * One customer's life with a subscription, made by the rules themselves: a trial, purchases,
 * renewals, declines and late payments, upgrades and downgrades, pauses, cancellations and returns.
 * Every tenth input or so is one that a real system meets as well: refused, or told twice.
 */
import type { SmallEvent, Status } from './by-hand.ts'
import {
  type Account,
  type BillingEvent,
  type Command,
  catalog,
  DAY,
  days,
  decide,
  type Effect,
  emptyAccount,
  evolve,
  type GatewayEvent,
  HOUR,
  type Input,
  type Instant,
  instant,
  monthly,
  nextDue,
  plan,
} from '../../src/core/index.ts'

/** One input as it arrived, and what the rules made of it. */
export interface Moment {
  readonly input: Input
  readonly now: Instant
  /** As a storage gives them back: parsed from JSON. */
  readonly events: readonly BillingEvent[]
  /** The same input for a small machine. */
  readonly small: SmallEvent
  readonly status: Status
  readonly plan: string
}

export type Random = (below: number) => number

export const CATALOG = catalog({
  plans: [
    plan('basic', { price: monthly(49_00, 'USD'), rank: 1, trial: days(14) }),
    plan('professional', { price: monthly(99_00, 'USD'), rank: 2 }),
  ],
  gateways: [{ name: 'paystack' }],
})

type Asked = Extract<Effect, { readonly kind: 'checkout.open' | 'payment.collect' }>
type Answer = Extract<GatewayEvent, { readonly type: `payment.${string}` | 'checkout.completed' }>

interface Life {
  readonly random: Random
  account: Account
  now: Instant
  /** The demand for money that nobody answered yet. */
  asked: Asked | null
  /** The newest answer, told again now and then. */
  answered: { readonly input: Answer; readonly subject: string } | null
  payments: number
}

/** A life that goes on as long as it is asked: each call brings the next moment. */
export function live(random: Random, id = 'customer'): () => Moment {
  const now = instant('2020-01-31T09:00:00Z')
  const life: Life = {
    random,
    account: emptyAccount(id),
    now,
    asked: null,
    answered: null,
    payments: 0,
  }
  return () => {
    const input = nextInput(life)
    const before = life.account
    const decision = decide(before, {}, input, life.now, CATALOG)
    const events = decision.ok ? decision.events : []
    const effects = decision.ok ? decision.effects : []
    const after = events.reduce(evolve, before)
    life.account = after
    const asked = effects.filter(isAsked).at(-1)
    if (asked) life.asked = asked
    else if (life.asked && !isOpen(after, life.asked)) life.asked = null
    const { status = 'none', plan = '' } = after.subscriptions.default ?? {}
    const small = smallFor(input, life, before, after)
    // A fixed term that is over is none of this life's cases.
    const read: readonly BillingEvent[] = JSON.parse(JSON.stringify(events))
    return { input, now: life.now, events: read, small, status: status as Status, plan }
  }
}

/** What comes next: an answer, a wish, something pointless, or time. */
function nextInput(life: Life): Input {
  const { random, account } = life
  if (life.answered && random(11) === 0) return pointless(life, life.answered)
  // The bank always answers; a customer may forget the checkout.
  const owed = life.asked?.kind === 'payment.collect'
  if (life.asked && (owed || random(12) > 0)) return answer(life, life.asked)
  const due = nextDue(account, CATALOG)
  const wish = wishFor(account, random)
  if (wish && (due === null || random(5) === 0)) {
    const room = due ? due.at - life.now : 20 * DAY
    const hours = Math.floor(room / HOUR)
    if (hours > 1) {
      life.now = (life.now + random(hours) * HOUR) as Instant
      return wish
    }
  }
  if (due) life.now = due.at
  return { type: 'tick' }
}

function wishFor({ trials, subscriptions }: Account, random: Random): Command | null {
  const subscription = subscriptions.default
  const bought = random(3) === 0 ? 'professional' : 'basic'
  switch (subscription?.status) {
    case undefined:
      return trials.length === 0
        ? { type: 'start_trial', plan: 'basic' }
        : { type: 'subscribe', plan: bought, trial: false }
    case 'canceled':
    case 'trialing':
    case 'unpaid':
      return { type: 'subscribe', plan: bought, trial: false }
    case 'paused':
      return { type: 'unpause' }
    case 'suspended':
      return { type: 'retry_payment' }
    case 'active':
      return wishOf(subscription, random)
    default:
      return null
  }
}

type Wished = NonNullable<Account['subscriptions'][string]>

function wishOf({ cancelAt, pendingChange, plan }: Wished, random: Random): Command {
  if (cancelAt !== null) return { type: 'resume' }
  if (pendingChange !== null && random(2) === 0) return { type: 'undo_change' }
  const kind = random(6)
  if (kind === 0) return { type: 'cancel', at: 'period_end' }
  if (kind === 1) return { type: 'pause' }
  return { type: 'change_plan', plan: plan === 'basic' ? 'professional' : 'basic' }
}

/** Refused, or told a second time. */
function pointless({ account, random }: Life, last: NonNullable<Life['answered']>): Input {
  const subscription = account.subscriptions.default
  if (random(2) === 0) return last.input
  if (subscription?.status === 'active' && subscription.cancelAt !== null)
    return { type: 'change_plan', plan: 'professional' }
  if (subscription?.status === 'active') return { type: 'resume' }
  return random(2) === 0 ? { type: 'start_trial', plan: 'basic' } : { type: 'undo_change' }
}

function answer(life: Life, asked: Asked): Answer {
  life.asked = null
  life.payments += 1
  const { gateway } = asked
  const [at, id] = [life.now, `pay_${life.payments}`]
  let input: Answer
  let subject = ''
  if (asked.kind === 'checkout.open') {
    const { reference, amount, currency } = asked.checkout
    subject = reference
    const payment = { id, subject: { checkout: reference }, amount, currency, at }
    const shown = { brand: 'visa', last4: '4242', expires: '2030-12', fingerprint: null }
    const method = { gateway, id: 'card_1', reusable: true, ...shown }
    const made = { customer: 'cus_1', subscription: null, method, payment, at }
    input = { type: 'checkout.completed', gateway, reference, ...made }
  } else {
    const { amount, currency } = asked
    subject = asked.invoice
    const about = { invoice: subject }
    input =
      life.random(4) === 0
        ? {
            type: 'payment.failed',
            gateway,
            payment: id,
            subject: about,
            decline: { code: 'insufficient_funds', retry: 'later' },
            amount,
            currency,
            at,
          }
        : {
            type: 'payment.succeeded',
            gateway,
            payment: { id, subject: about, amount, currency, at },
          }
  }
  life.answered = { input, subject }
  return input
}

/** The same input in the small machines' words; what the rules computed is handed over. */
function smallFor(input: Input, life: Life, before: Account, after: Account): SmallEvent {
  const subscription = after.subscriptions.default
  const end = subscription?.period.end ?? 0
  const told = life.answered?.subject ?? ''
  const unpaid = after.invoices.find(({ gate }) => gate === null)?.id ?? null
  switch (input.type) {
    case 'tick':
      return smallTick(before, end, unpaid)
    case 'start_trial':
      return { type: 'start_trial', plan: input.plan, end }
    case 'subscribe':
      return {
        type: 'check_out',
        plan: input.plan,
        checkout: after.checkouts.default?.reference ?? null,
        end,
      }
    case 'change_plan': {
      if (input.plan === 'basic') return { type: 'downgrade', plan: 'basic' }
      const invoice = after.invoices.find(({ gate }) => gate !== null)?.id ?? null
      return { type: 'upgrade', plan: input.plan, invoice }
    }
    case 'undo_change':
      return { type: 'undo' }
    case 'cancel':
      return { type: 'cancel', at: end }
    case 'retry_payment':
      return { type: 'retry' }
    case 'resume':
    case 'pause':
      return { type: input.type }
    case 'unpause':
      return { type: 'unpause', invoice: unpaid, end }
    case 'checkout.completed':
      return { type: 'checkout_paid', checkout: told, end }
    case 'payment.failed':
      return { type: 'declined', invoice: told }
    case 'payment.succeeded':
      return { type: 'paid', invoice: told }
    default:
      throw new Error(`No such input in this life: ${input.type}`)
  }
}

const TICKS = {
  trial_end: 'trial_end',
  cancellation: 'end',
  quote_expiry: 'quote_expired',
  retry: 'retry',
  grace_end: 'grace_end',
  dunning_end: 'dunning_end',
  checkout_expiry: 'checkout_expired',
} as const

function smallTick(before: Account, end: number, invoice: string | null): SmallEvent {
  const kind = nextDue(before, CATALOG)?.kind
  if (kind === 'renewal') return { type: 'renew', invoice, end }
  const type = kind && kind in TICKS ? TICKS[kind as keyof typeof TICKS] : 'remind'
  return { type }
}

function isAsked(effect: Effect): effect is Asked {
  return effect.kind === 'checkout.open' || effect.kind === 'payment.collect'
}

/** Whether a demand still stands: its checkout or invoice may have been closed meanwhile. */
function isOpen({ checkouts, invoices }: Account, asked: Asked): boolean {
  return asked.kind === 'checkout.open'
    ? checkouts.default?.reference === asked.checkout.reference
    : invoices.some(({ id }) => id === asked.invoice)
}
