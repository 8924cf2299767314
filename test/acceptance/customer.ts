/**
 * One customer whose renewals run by either clock. Where the gateway owns it, this plays the vendor:
 * it answers what was asked of its subscription and tells what it billed.
 */
import type { Clock } from './products.ts'
import {
  type Catalog,
  type Effect,
  instant,
  type Observation,
  type Period,
  periodAt,
} from '../../src/core/index.ts'
import { type Outcome, type PayOptions, type World, world } from '../../src/testing/index.ts'

/** The vendor's own subscription. */
export const VENDOR_SUBSCRIPTION = 'sub_vendor'

export interface Customer {
  readonly world: World
  /** Pays the open checkout. */
  buys(plan: string, options?: { readonly interval?: 'month' | 'year' } & PayOptions): Outcome
  /** Pays for the change that waits for it: what we asked, or what the vendor says it took. */
  paysChange(amount?: number): Outcome
  declinesChange(): Outcome
  /** The vendor does what was asked of its subscription; with our own clock it is done already. */
  vendorConfirms(): void
  /** The vendor can't do it. */
  vendorRefuses(): Outcome
  /** A boundary: the next period costs this and is paid. */
  renews(at: string, amount: number): void
  /** A boundary: the charge is declined. */
  failsToRenew(at: string, amount: number): void
  /** The vendor's final word, once the date has come; our own clock needs none. */
  vendorEnds(): void
}

export function customer(catalog: Catalog, start: string, clock: Clock): Customer {
  const w = world(catalog, start)
  const gateway = catalog.gateways[0]?.name ?? ''
  let observed = 0
  let payments = 0

  function observe(change: Partial<Observation> = {}, answers?: string): Outcome {
    const { period, cancelAt, plan, price, quantity } = w.subscription()
    // A vendor's versions rise even when two things happen in one instant.
    observed = Math.max(observed + 1, w.now)
    const known = price && { id: plan, interval: price.interval }
    const observation: Observation = {
      subscription: VENDOR_SUBSCRIPTION,
      observedAt: instant(observed),
      state: 'active',
      period,
      cancelAt,
      plan: known,
      quantity,
      ...change,
    }
    return w.do({
      type: 'subscription.observed',
      gateway,
      observation,
      ...(answers && { answers }),
    })
  }

  function nextPeriod(): Period {
    const { anchor, period, price, pendingChange } = w.subscription()
    const interval = price?.interval ?? { unit: 'month', count: 1 }
    const other = pendingChange?.terms.price?.interval ?? interval
    // Another interval counts from where it begins.
    const from = other.unit === interval.unit ? anchor : period.end
    return { start: period.end, end: periodAt(from, other, period.end, catalog.policies).end }
  }

  function billed(period: Period, amount: number) {
    payments += 1
    const subject = { subscription: VENDOR_SUBSCRIPTION, period }
    return { id: `vendor_${payments}`, subject, amount, currency: currency(), at: w.now }
  }

  const currency = () => w.subscription().price?.currency ?? 'USD'

  return {
    world: w,
    buys(plan, { interval = 'month', ...paid } = {}) {
      w.do({ type: 'subscribe', plan, interval })
      return w.pay(clock === 'gateway' ? { subscription: VENDOR_SUBSCRIPTION, ...paid } : paid)
    },
    paysChange(amount) {
      if (clock === 'billwright') return w.pay()
      const { invoice, expected, terms } = newest(w, 'subscription.change')
      payments += 1
      const outcome = w.do({
        type: 'payment.succeeded',
        gateway,
        payment: {
          id: `vendor_${payments}`,
          subject: { invoice },
          amount: amount ?? expected,
          currency: currency(),
          at: w.now,
        },
      })
      const { plan, price, quantity } = terms
      observe({ plan: price && { id: plan, interval: price.interval }, quantity })
      return outcome
    },
    declinesChange() {
      if (clock === 'billwright') return w.decline()
      const { invoice, expected: amount } = newest(w, 'subscription.change')
      payments += 1
      return w.do({
        type: 'payment.failed',
        gateway,
        payment: `vendor_${payments}`,
        subject: { invoice },
        decline: { code: 'insufficient_funds', retry: 'later' },
        amount,
        currency: currency(),
        at: w.now,
      })
    },
    vendorConfirms() {
      if (clock === 'billwright') return
      const asked = newestRequest(w)
      if (asked.kind === 'subscription.cancel')
        observe(asked.at === 'now' ? { state: 'canceled' } : { cancelAt: asked.at }, asked.key)
      else if (asked.kind === 'subscription.resume') observe({ cancelAt: null }, asked.key)
      else {
        const { plan, price, quantity } = asked.terms
        observe({ plan: price && { id: plan, interval: price.interval }, quantity }, asked.key)
      }
    },
    vendorRefuses() {
      const answers = newestRequest(w).key
      return w.do({ type: 'effect.refused', gateway, answers, code: 'unavailable' })
    },
    renews(at, amount) {
      w.at(at)
      if (clock === 'billwright') {
        const due = newest(w, 'payment.collect').amount
        if (due !== amount) throw new Error(`Asked for ${due}, not ${amount}`)
        w.pay()
      } else w.do({ type: 'payment.succeeded', gateway, payment: billed(nextPeriod(), amount) })
    },
    failsToRenew(at, amount) {
      w.at(at)
      if (clock === 'billwright') {
        w.decline()
        return
      }
      const { id: payment, ...rest } = billed(nextPeriod(), amount)
      const decline = { code: 'insufficient_funds', retry: 'later' } as const
      w.do({ type: 'payment.failed', gateway, payment, decline, ...rest })
    },
    vendorEnds() {
      if (clock === 'gateway') observe({ state: 'canceled' })
    },
  }
}

type Requested = Extract<
  Effect,
  {
    readonly kind:
      | 'subscription.cancel'
      | 'subscription.resume'
      | 'subscription.schedule'
      | 'subscription.unschedule'
  }
>

function newestRequest(w: World): Requested {
  const asked = w.effects.filter((effect): effect is Requested =>
    /^subscription\.(cancel|resume|schedule|unschedule)$/.test(effect.kind),
  )
  return last(asked)
}

function newest<Kind extends Effect['kind']>(
  w: World,
  kind: Kind,
): Extract<Effect, { readonly kind: Kind }> {
  return last(asked(w, kind))
}

/** Everything of one kind that was asked of the outside. */
export function asked<Kind extends Effect['kind']>(
  { effects }: Pick<World, 'effects'>,
  kind: Kind,
): readonly Extract<Effect, { readonly kind: Kind }>[] {
  return effects.filter(
    (effect): effect is Extract<Effect, { readonly kind: Kind }> => effect.kind === kind,
  )
}

/** The notices that went out, by name. */
export function notices({ effects }: Pick<World, 'effects'>, name: string) {
  return asked({ effects }, 'notice.send')
    .map(({ notice }) => notice)
    .filter((notice) => notice.name === name)
}

function last<T>(things: readonly T[]): T {
  const found = things.at(-1)
  if (found === undefined) throw new Error('Nothing was asked')
  return found
}
