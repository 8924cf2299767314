/** Where the gateway owns the clock: what is asked of its subscription is answered with what it shows. */
import type {
  Command,
  GatewayEffect,
  GatewayEvent,
  Instant,
  Observation,
} from '../../core/index.ts'
import { type CaseDraft, native } from './case.ts'
import { holds, same } from './check.ts'
import { all, assertSameFacts, last } from './same-facts.ts'
import { assertCharged, minuteAfter, monthlyOf, type Shop } from './shop.ts'

const theirs = { renewals: 'gateway' } as const

export const requestCases: readonly CaseDraft[] = [
  {
    ...theirs,
    name: 'a cancel at the period end is answered, told, and the vendor ends it then',
    needs: [native('cancel_at_period_end')],
    async run(shop) {
      await shop.buy()
      const { period } = shop.subscription()
      const { cancelAt } = await request(shop, { type: 'cancel', at: 'period_end' })
      same('when it ends', cancelAt, period.end)
      same('the ending on record', shop.subscription().cancelAt, period.end)
      await shop.advance(period.end)
      const { observation } = last('the end', await shop.hear(), 'subscription.observed')
      same('the state', observation.state, 'canceled')
      same('charges in the book', shop.book().charges.length, 1)
      same('the status', shop.customer.subscription().status, 'canceled')
    },
  },
  {
    ...theirs,
    name: 'a cancel that is taken back goes on as before',
    needs: [native('cancel_at_period_end')],
    async run(shop) {
      await shop.buy()
      await request(shop, { type: 'cancel', at: 'period_end' })
      await later(shop)
      const { cancelAt, state } = await request(shop, { type: 'resume' })
      same('the ending', [cancelAt, state], [null, 'active'])
      await shop.advance(shop.subscription().period.end)
      await shop.hear()
      same('charges in the book', shop.book().charges.length, 2)
      same('the status', shop.subscription().status, 'active')
    },
  },
  {
    ...theirs,
    name: 'a cancel now ends it now',
    async run(shop) {
      await shop.buy()
      await later(shop)
      const { state } = await request(shop, { type: 'cancel', at: 'now' })
      same('the state', state, 'canceled')
      same('the status', shop.customer.subscription().status, 'canceled')
      same(
        'states in the book',
        shop.book().subscriptions.map((each) => each.state),
        ['canceled'],
      )
    },
  },
  {
    ...theirs,
    name: 'a change that is scheduled is answered now and billed from the boundary on',
    needs: [native('change_scheduled')],
    async run(shop) {
      await shop.buy({ plan: 'pro' })
      const { period } = shop.subscription()
      await request(shop, { type: 'change_plan', plan: 'basic' })
      same('the plan now', shop.subscription().plan, 'pro')
      same('charges now', shop.book().charges.length, 1)
      await shop.advance(period.end)
      await shop.hear()
      same('the plan after the boundary', shop.subscription().plan, 'basic')
      assertCharged(shop, monthlyOf(shop, 'basic'))
    },
  },
  {
    ...theirs,
    name: 'a scheduled change that is undone never comes',
    needs: [native('change_scheduled')],
    async run(shop) {
      await shop.buy({ plan: 'pro' })
      const { period } = shop.subscription()
      await request(shop, { type: 'change_plan', plan: 'basic' })
      await later(shop)
      await request(shop, { type: 'undo_change' })
      same('what is scheduled', shop.subscription().pendingChange, null)
      await shop.advance(period.end)
      await shop.hear()
      same('the plan after the boundary', shop.subscription().plan, 'pro')
      assertCharged(shop, monthlyOf(shop, 'pro'))
    },
  },
  {
    ...theirs,
    name: 'a pause is answered, bills nothing, and is taken back',
    needs: [native('pause')],
    async run(shop) {
      await shop.buy()
      const { period } = shop.subscription()
      const { state } = await request(shop, { type: 'pause' })
      same('the state', state, 'paused')
      await shop.advance(period.end)
      await shop.hear()
      same('charges while it is paused', shop.book().charges.length, 1)
      const after = await request(shop, { type: 'unpause' })
      same('the state', after.state, 'active')
    },
  },
  {
    ...theirs,
    name: 'a coupon comes off the next period, and no longer once it is removed',
    needs: [native('coupons')],
    async run(shop) {
      await shop.buy()
      await answered(shop, shop.ask({ type: 'apply_coupon', coupon: 'TEN' }))
      await shop.advance(shop.subscription().period.end)
      await shop.hear()
      assertCharged(shop, (monthlyOf(shop, 'basic') * 9) / 10)
      await answered(shop, shop.ask({ type: 'remove_coupon' }))
      await shop.advance(shop.subscription().period.end)
      await shop.hear()
      assertCharged(shop, monthlyOf(shop, 'basic'))
    },
  },
  {
    ...theirs,
    name: 'a longer trial charges nothing at its old end, and its first period at the new one',
    needs: [native('trial_upfront'), native('extend_trial')],
    async run(shop) {
      await shop.buy({ plan: 'tried' })
      const before = trialEndOf(shop)
      await later(shop)
      const { period } = await request(shop, { type: 'extend_trial', days: 3 })
      const after = trialEndOf(shop)
      same('the days that were added', Math.round((after - before) / 86_400_000), 3)
      same('the end at the vendor', period.end, after)
      await shop.advance(before)
      await shop.hear()
      same('charges at the old end', shop.book().charges.length, 0)
      await shop.advance(after)
      await shop.hear()
      assertCharged(shop, monthlyOf(shop, 'tried'))
      same('the status', shop.subscription().status, 'active')
      await refusesLate(shop)
    },
  },
  {
    ...theirs,
    name: 'a preview, where the gateway has one, changes nothing and is what the change takes',
    needs: [native('change_now')],
    async run(shop) {
      const { gateway } = shop
      if (!gateway.preview) return
      await shop.buy()
      await shop.advance(shop.stage.clock.now() + 10 * 86_400_000)
      const effect = shop.ask({ type: 'change_plan', plan: 'pro' })
      holds('the change is asked for', effect.kind === 'subscription.change', effect)
      const quoted = await gateway.preview(effect, shop.context())
      holds('a change that is charged has a figure', quoted !== null && quoted.due > 0, quoted)
      same('charges after asking', shop.book().charges.length, 1)
      await shop.advance(minuteAfter(shop.stage.clock.now()))
      await shop.perform(effect)
      await shop.hear()
      same('what it took', shop.book().charges[1]?.amount, quoted.due)
      same('its currency', shop.book().charges[1]?.currency, quoted.currency)
      same('the plan', shop.subscription().plan, 'pro')
    },
  },
  {
    ...theirs,
    name: 'what somebody cancels in the dashboard is told',
    async run(shop) {
      await shop.buy()
      await later(shop)
      const { gatewayRef } = shop.subscription()
      await shop.stage.cancelInDashboard(gatewayRef ?? '')
      const { observation } = last('the webhook', await shop.hear(), 'subscription.observed')
      same('what is told', [observation.subscription, observation.state], [gatewayRef, 'canceled'])
      same('the status', shop.customer.subscription().status, 'canceled')
    },
  },
  {
    ...theirs,
    name: 'an observation made later is dated later',
    needs: [native('cancel_at_period_end')],
    async run(shop) {
      const seen: number[] = observedIn(await shop.buy())
      for (const command of [{ type: 'cancel', at: 'period_end' }, { type: 'resume' }] as const) {
        await later(shop)
        const { observedAt } = await request(shop, command)
        seen.push(observedAt)
        holds('it is not dated in the future', observedAt <= shop.stage.clock.now(), observedAt)
      }
      const rising = seen.every((at, i) => i === 0 || at >= (seen[i - 1] ?? 0))
      holds('observations rise', rising && new Set(seen.slice(-2)).size === 2, seen)
    },
  },
  {
    ...theirs,
    name: 'a subscription is looked up by effect, by its id and by webhook alike',
    async run(shop) {
      const webhook = { of: 'the webhook', events: await shop.buy() }
      const { gatewayRef, period, startedAt } = shop.subscription()
      const id = gatewayRef ?? ''
      const thing = { kind: 'subscription', id, since: startedAt } as const
      const lookUp = { of: 'the look-up', events: await shop.fetch(thing) }
      const remote = { gateway: shop.gateway.name, group: 'default', subscription: id }
      const effect = { kind: 'subscription.lookup', key: 'look-up/1', ...remote, period } as const
      const answer = { of: 'the answer', events: (await shop.perform(effect)).events }
      assertSameFacts(['subscription.observed'], lookUp, answer)
      if (all(webhook.events, 'subscription.observed').length > 0)
        assertSameFacts(['subscription.observed'], webhook, lookUp)
      const { observation } = last('the look-up', lookUp.events, 'subscription.observed')
      same('the plan', observation.plan, { id: 'basic', interval: { unit: 'month', count: 1 } })
      same('the period', observation.period, period)
      same('the quantity', observation.quantity, 1)
    },
  },
]

/** Asks, and gives what the vendor then shows; the webhooks agree with the answer. */
async function request(shop: Shop, command: Command): Promise<Observation> {
  const reply = { of: 'the answer', events: await answered(shop, shop.ask(command)) }
  const told = last('the answer', reply.events, 'subscription.observed')
  const webhook = { of: 'the webhook', events: await shop.hear() }
  if (all(webhook.events, 'subscription.observed').length > 0)
    assertSameFacts(['subscription.observed'], reply, webhook)
  same(`the request to ${command.type}`, shop.customer.subscription().request, null)
  return told.observation
}

async function answered(shop: Shop, effect: GatewayEffect): Promise<readonly GatewayEvent[]> {
  const { events } = await shop.perform(effect)
  last(`the answer to ${effect.kind}`, events, 'subscription.observed')
  return events
}

/** Two observations of one moment could not be told apart. */
async function later(shop: Shop): Promise<void> {
  await shop.advance(minuteAfter(shop.stage.clock.now()))
}

/** A request that comes when the trial is over must not put the next period off. */
async function refusesLate(shop: Shop): Promise<void> {
  const asked = shop.customer.effects.find(({ kind }) => kind === 'subscription.extend_trial')
  holds('a longer trial was asked for', asked?.kind === 'subscription.extend_trial', asked)
  const { end } = shop.subscription().period
  const endsAt = (end + 86_400_000) as Instant
  const { events } = await shop.perform({ ...asked, key: `${asked.key}/late`, endsAt })
  last('a longer trial when it is over', events, 'effect.refused')
  await shop.advance(end)
  await shop.hear()
  same('charges after the next period began', shop.book().charges.length, 2)
}

function trialEndOf(shop: Shop): Instant {
  const subscription = shop.subscription()
  holds('the trial is running', subscription.status === 'trialing', subscription.status)
  return subscription.trial.endsAt
}

function observedIn(events: readonly GatewayEvent[]): number[] {
  return all(events, 'subscription.observed').map(({ observation }) => observation.observedAt)
}
