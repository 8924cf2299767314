import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Account,
  type Command,
  catalog,
  decide,
  type Instant,
  isLive,
  monthly,
  plan,
  type Subscription,
} from '../../src/core/index.ts'
import { world } from '../../src/testing/index.ts'
import { inputEdge } from './edge.ts'
import { catalogOf, type Life, live, lives, PARAMETERS } from './life.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>

/** Every moment of a life in which the default group has a live paid subscription. */
function paidMoments(
  life: Life,
): readonly { account: Account; now: Instant; subscription: Subscription }[] {
  return live(life).flatMap(({ after, now }) => {
    const subscription = after.subscriptions.default
    const paid = isLive(subscription) && subscription.price !== null
    return paid ? [{ account: after, now, subscription }] : []
  })
}

describe('changes', () => {
  it('I17 an immediate change of plan clears what was scheduled', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        for (const edge of live(life)) {
          const { input, events, after } = edge
          const changed = events.some(({ type }) => type === 'subscription.changed')
          if (input?.type !== 'change_plan' || !changed) continue
          expect(after.subscriptions.default?.pendingChange).toBeNull()
        }
      }),
      parameters,
    )
  })

  it('I18 changing to the plan one has changes nothing but an open schedule', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        for (const { account, now, subscription } of paidMoments(life)) {
          const { plan: id, price, pendingChange, status } = subscription
          if (!price || status === 'trialing' || status === 'unpaid') continue
          const command: Command = { type: 'change_plan', plan: id, interval: price.interval }
          const { events } = inputEdge(catalogOf(life), account, command, now)
          const undone = events.some(({ type }) => type === 'subscription.change_undone')
          expect(events.length === 0 || (pendingChange !== null && undone)).toBe(true)
        }
      }),
      parameters,
    )
  })

  it('I20 a change in a trial keeps the clock of the trial: its days count from the first start', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        for (const { before, after, input } of live(life)) {
          const [old, now] = [before, after].map(({ subscriptions }) => subscriptions.default)
          if (input?.type !== 'change_plan' || old?.status !== 'trialing') continue
          if (now?.status === 'trialing') expect(now.trial.startedAt).toBe(old.trial.startedAt)
        }
      }),
      parameters,
    )
  })

  it('I21 a change to another currency is refused, whatever the plans and amounts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (a, b) => {
        const twoCurrencies = catalog({
          plans: [
            plan('one', { price: [monthly(a, 'USD'), monthly(a, 'EUR')] }),
            plan('two', { price: [monthly(b, 'USD'), monthly(b, 'EUR')] }),
          ],
          gateways: [{ name: 'bank' }],
        })
        const customer = world(twoCurrencies, '2025-10-14')
        customer.do({ type: 'subscribe', plan: 'one', currency: 'EUR' })
        customer.pay()
        for (const id of ['one', 'two'])
          expect(customer.do({ type: 'change_plan', plan: id, currency: 'USD' }).refused).toBe(
            'currency_change',
          )
      }),
    )
  })

  it('cancelling and resuming leaves everything as if nothing had been asked', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        for (const { account, now, subscription } of paidMoments(life)) {
          const open = account.invoices.length > 0 || subscription.pendingChange !== null
          if (open || subscription.cancelAt !== null || subscription.status !== 'active') continue
          const catalogue = catalogOf(life)
          const ending = inputEdge(catalogue, account, { type: 'cancel', at: 'period_end' }, now)
          const resumed = inputEdge(catalogue, ending.after, { type: 'resume' }, now)
          expect(resumed.after.subscriptions).toEqual(account.subscriptions)
        }
      }),
      parameters,
    )
  })

  it('a refused command is refused again and has changed nothing', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        for (const { before, input, now, decision, after } of live(life)) {
          if (decision.ok || !input) continue
          expect(after).toBe(before)
          expect(decide(before, {}, input, now, catalogOf(life))).toEqual(decision)
        }
      }),
      parameters,
    )
  })
})
