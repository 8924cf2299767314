/** A change at once of the vendor's own subscription: it takes what was asked, or leaves all as it was. */
import type { Command, GatewayEffect } from '../../core/index.ts'
import { type CaseDraft, native, prorates } from './case.ts'
import { holds, same } from './check.ts'
import { all, assertSameFacts, last } from './same-facts.ts'
import { assertCharged, minuteAfter, type Shop } from './shop.ts'

export type Change = Extract<GatewayEffect, { readonly kind: 'subscription.change' }>

const DAY = 86_400_000
const theirs = { renewals: 'gateway' } as const
const now = [native('change_now')]

export const changeCases: readonly CaseDraft[] = [
  {
    ...theirs,
    name: 'an upgrade takes what was asked, and says so with the invoice it is for',
    needs: now,
    run: (shop) => paidChange(shop, { type: 'change_plan', plan: 'pro' }),
  },
  {
    ...theirs,
    name: 'another interval is paid at once and begins a new period',
    needs: now,
    async run(shop) {
      const before = shop.stage.clock.now()
      await paidChange(shop, { type: 'change_plan', plan: 'basic', interval: 'year' })
      const { period } = shop.subscription()
      holds('the period begins with the change', period.start > before, period)
      holds('the period is a year', period.end - period.start > 360 * DAY, period)
    },
  },
  {
    ...theirs,
    name: 'more units are paid and shown',
    needs: [...now, native('quantity')],
    async run(shop) {
      await paidChange(shop, { type: 'set_quantity', quantity: 3 }, 'pro')
      same('the quantity', shop.subscription().quantity, 3)
    },
  },
  {
    ...theirs,
    name: 'an add-on is paid',
    needs: [...now, native('add_ons')],
    async run(shop) {
      await paidChange(shop, { type: 'set_add_on', addOn: 'seats', quantity: 2 })
      same(
        'add-ons',
        shop.subscription().addOns.map(({ id, quantity }) => [id, quantity]),
        [['seats', 2]],
      )
    },
  },
  {
    ...theirs,
    name: 'an upgrade whose payment is declined changes nothing',
    needs: now,
    async run(shop) {
      const effect = await dueChange(shop, { type: 'change_plan', plan: 'pro' }, 'fails_later')
      const { events } = await shop.perform(effect)
      const failed = last('the answer', [...events, ...(await shop.hear())], 'payment.failed')
      same('what it was for', failed.subject, { invoice: effect.invoice })
      same('charges in the book', shop.book().charges.length, 1)
      const since = shop.subscription().startedAt
      const thing = { kind: 'subscription', id: effect.subscription ?? '', since } as const
      const shown = last('the look-up', await shop.fetch(thing), 'subscription.observed')
      same('the plan at the vendor', shown.observation.plan?.id, 'basic')
      same('the plan on record', shop.subscription().plan, 'basic')
    },
  },
  {
    ...theirs,
    name: 'a change that is charged with the next invoice is confirmed without a payment',
    needs: [...now, prorates('next_invoice')],
    behavior: 'next_invoice',
    async run(shop) {
      const effect = await dueChange(shop, { type: 'change_plan', plan: 'pro' })
      same('what is expected now', effect.expected, 0)
      const { events } = await shop.perform(effect)
      const { observation } = last('the answer', events, 'subscription.observed')
      same('the plan at the vendor', observation.plan?.id, 'pro')
      await shop.hear()
      same('charges in the book', shop.book().charges.length, 1)
      same('the plan on record', shop.subscription().plan, 'pro')
    },
  },
  {
    ...theirs,
    name: 'a change that can only be charged now is refused where it must wait for the next invoice',
    needs: [
      ...now,
      (can) => (prorates('next_invoice')(can) === null ? 'capabilities.prorations has it' : null),
    ],
    behavior: 'next_invoice',
    async run(shop) {
      const effect = await dueChange(shop, { type: 'change_plan', plan: 'pro' })
      const { answers } = last('the answer', (await shop.perform(effect)).events, 'effect.refused')
      same('what is refused', answers, effect.key)
      await shop.hear()
      same('charges in the book', shop.book().charges.length, 1)
      same('the plan on record', shop.subscription().plan, 'basic')
      same('invoices that are open', shop.customer.account.invoices, [])
    },
  },
]

/** The core's request for a change, ten days into the first period. */
export async function dueChange(
  shop: Shop,
  command: Command,
  card: 'succeeds' | 'fails_later' = 'succeeds',
): Promise<Change> {
  if (shop.customer.account.subscriptions.default === undefined) await shop.buy({ card })
  await shop.advance(shop.stage.clock.now() + 10 * DAY)
  const effect = shop.ask(command)
  holds('the core asks for a change', effect.kind === 'subscription.change', effect)
  return effect
}

async function paidChange(
  shop: Shop,
  command: Command,
  plan: 'basic' | 'pro' = 'basic',
): Promise<undefined> {
  await shop.buy({ plan })
  const effect = await dueChange(shop, command)
  const { invoice, expected, terms } = effect
  const reply = { of: 'the answer', events: (await shop.perform(effect)).events }
  last('the answer', reply.events, 'subscription.observed')
  const webhook = { of: 'the webhook', events: await shop.hear() }
  const lookUp = { of: 'the look-up', events: await shop.fetch({ kind: 'invoice', invoice }) }
  assertSameFacts(['payment.succeeded'], webhook, lookUp)
  if (all(reply.events, 'payment.succeeded').length > 0)
    assertSameFacts(['payment.succeeded'], reply, webhook)
  const { payment } = last('the webhook', webhook.events, 'payment.succeeded')
  same('what it is for', payment.subject, { invoice })
  same('charges in the book', shop.book().charges.length, 2)
  assertCharged(shop, expected)
  same('the plan on record', shop.subscription().plan, terms.plan)
  same('invoices that are open', shop.customer.account.invoices, [])
  same('incidents', shop.customer.account.incidents, [])
  await shop.advance(minuteAfter(shop.stage.clock.now()))
}
