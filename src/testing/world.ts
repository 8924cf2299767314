/**
 * One customer with a hand-moved clock and a bank that answers when the test says so. It holds the
 * state, the journal and every effect, and is as honest as a runtime: time is settled before anything
 * is decided, and answers come back as gateway events.
 */
import {
  type Account,
  type BillingEvent,
  type Catalog,
  type Decline,
  decide,
  type Effect,
  emptyAccount,
  evolve,
  type GatewayEvent,
  type Input,
  type Instant,
  instant,
  type PaymentMethod,
  type RefusalCode,
  type Subscription,
  settle,
  type Usage,
} from '../core/index.ts'

/** An effect that asks a customer or a bank for money. */
export type Asked = Extract<Effect, { readonly kind: 'checkout.open' | 'payment.collect' }>

export interface Outcome {
  readonly refused: RefusalCode | null
  readonly detail: Readonly<Record<string, unknown>>
  readonly events: readonly BillingEvent[]
  readonly effects: readonly Effect[]
}

export interface World {
  readonly account: Account
  readonly now: Instant
  /** What happened, in order: folding it gives `account`. */
  readonly journal: readonly BillingEvent[]
  /** Everything asked of the outside so far. */
  readonly effects: readonly Effect[]
  /** The customer's usage; set it before the input that should see it. */
  usage: Usage
  /** Moves the clock and settles everything that fell due. */
  at(time: Date | string | number): World
  /** Decides about an input now. A refusal is returned, not thrown. */
  do(input: Input): Outcome
  /** The newest demand for money that nobody answered. */
  asked(): Asked | undefined
  /** Answers it: the customer or the bank pays. */
  pay(options?: PayOptions): Outcome
  /** Answers it: the bank declines. */
  decline(code?: Decline['code'], retry?: Decline['retry']): Outcome
  /** The subscription of a group; throws where there is none. */
  subscription(group?: string): Subscription
}

export interface PayOptions {
  /** Default: what was asked. */
  readonly amount?: number
  readonly currency?: string
  readonly id?: string
  /** Save this method with the payment. Default: a card that can be charged again. */
  readonly method?: PaymentMethod | null
  /** The gateway's own subscription, where it owns the clock. */
  readonly subscription?: string
}

/** A card that can be charged again. */
export function card(gateway: string, id = 'card_1'): PaymentMethod {
  const shown = { brand: 'visa', last4: '4242', expires: '2030-12', fingerprint: null }
  return { gateway, id, reusable: true, ...shown }
}

export interface WorldOptions {
  readonly id?: string
  readonly usage?: Usage
  readonly account?: Account
}

/** A customer of a catalog at a moment. */
export function world(
  catalog: Catalog,
  start: Date | string | number,
  options: WorldOptions = {},
): World {
  const journal: BillingEvent[] = []
  const effects: Effect[] = []
  const answered = new Set<string>()
  let account = options.account ?? emptyAccount(options.id ?? 'customer')
  let now = instant(start)
  let payments = 0

  function settleNow(): void {
    const settled = settle(account, self.usage, now, catalog)
    account = settled.account
    journal.push(...settled.events)
    effects.push(...settled.effects)
  }

  function decideNow(input: Input): Outcome {
    settleNow()
    const decision = decide(account, self.usage, input, now, catalog)
    if (!decision.ok) {
      const { code, detail } = decision.refusal
      return { refused: code, detail, events: [], effects: [] }
    }
    account = decision.events.reduce(evolve, account)
    journal.push(...decision.events)
    effects.push(...decision.effects)
    return { refused: null, detail: {}, events: decision.events, effects: decision.effects }
  }

  function unanswered(): Asked | undefined {
    return effects
      .filter(isAsked)
      .filter((effect) => !answered.has(effect.key))
      .at(-1)
  }

  function answer(): Asked {
    const asked = unanswered()
    if (!asked) throw new Error('Nobody asked for money')
    answered.add(asked.key)
    return asked
  }

  const self: World = {
    get account() {
      return account
    },
    get now() {
      return now
    },
    journal,
    effects,
    usage: options.usage ?? {},
    at(time) {
      now = instant(time)
      settleNow()
      return self
    },
    do: decideNow,
    asked: unanswered,
    pay(given = {}) {
      const asked = answer()
      payments += 1
      return decideNow(paid(asked, given, `pay_${payments}`, now))
    },
    decline(code = 'insufficient_funds', retry = 'later') {
      const asked = answer()
      payments += 1
      const { gateway } = asked
      const checkout = asked.kind === 'checkout.open'
      return decideNow({
        type: 'payment.failed',
        gateway,
        payment: `pay_${payments}`,
        subject: checkout ? { checkout: asked.checkout.reference } : { invoice: asked.invoice },
        decline: { code, retry },
        amount: checkout ? asked.checkout.amount : asked.amount,
        currency: checkout ? asked.checkout.currency : asked.currency,
        at: now,
      })
    },
    subscription(group = 'default') {
      const subscription = account.subscriptions[group]
      if (!subscription) throw new Error(`No subscription in the group ${group}`)
      return subscription
    },
  }
  return self
}

function isAsked(effect: Effect): effect is Asked {
  return effect.kind === 'checkout.open' || effect.kind === 'payment.collect'
}

function paid(asked: Asked, given: PayOptions, fallback: string, at: Instant): GatewayEvent {
  const { gateway } = asked
  const id = given.id ?? fallback
  if (asked.kind === 'payment.collect') {
    const { amount = asked.amount, currency = asked.currency } = given
    const subject = { invoice: asked.invoice }
    return { type: 'payment.succeeded', gateway, payment: { id, subject, amount, currency, at } }
  }
  const { reference, amount: due, currency: billed } = asked.checkout
  const { amount = due, currency = billed, method = card(gateway), subscription = null } = given
  const payment = { id, subject: { checkout: reference }, amount, currency, at }
  return {
    type: 'checkout.completed',
    gateway,
    reference,
    customer: `cus_${gateway}`,
    subscription,
    method,
    payment: amount > 0 ? payment : null,
    at,
  }
}
