/** Renewals that the vendor makes by itself: each period is told, with its dates, paid or not. */
import { type CaseDraft, native } from './case.ts'
import { holds, same } from './check.ts'
import { all, assertSameFacts, last } from './same-facts.ts'
import { assertCharged, monthlyOf } from './shop.ts'

const theirs = { renewals: 'gateway' } as const

export const renewalCases: readonly CaseDraft[] = [
  {
    ...theirs,
    name: 'a renewal is told with its subscription and period, alike by webhook and look-up',
    async run(shop) {
      await shop.buy()
      const { period, gatewayRef } = shop.subscription()
      const id = gatewayRef ?? ''
      await shop.advance(period.end)
      const webhook = { of: 'the webhook', events: await shop.hear() }
      const thing = { kind: 'subscription', id, since: period.end } as const
      const lookUp = { of: 'the look-up', events: await shop.fetch(thing) }
      assertSameFacts(['payment.succeeded'], webhook, lookUp)
      const { payment } = last('the webhook', webhook.events, 'payment.succeeded')
      const { subject } = payment
      holds('it is for a period', subject !== null && 'period' in subject, subject)
      same('the subscription', subject.subscription, id)
      same('where the period begins', subject.period.start, period.end)
      same('the period on record', shop.subscription().period, subject.period)
      same('paid through', shop.subscription().paidThrough, subject.period.end)
      same('charges in the book', shop.book().charges.length, 2)
      assertCharged(shop, monthlyOf(shop, 'basic'))
    },
  },
  {
    ...theirs,
    name: 'a look-up tells every period that was paid since, though no webhook came',
    async run(shop) {
      await shop.buy()
      const { gatewayRef, startedAt } = shop.subscription()
      for (const _ of [1, 2, 3]) {
        await shop.advance(shop.subscription().period.end)
        const id = gatewayRef ?? ''
        await shop.fetch({ kind: 'subscription', id, since: startedAt })
      }
      same('charges in the book', shop.book().charges.length, 4)
      same(
        'payments on record',
        shop.customer.account.payments.map(({ id }) => id).sort(),
        shop
          .book()
          .charges.map(({ id }) => id)
          .sort(),
      )
      await shop.hear()
      same('incidents', shop.customer.account.incidents, [])
    },
  },
  {
    ...theirs,
    name: 'a renewal that is declined is told with its period, a code and what was asked',
    async run(shop) {
      await shop.buy({ card: 'fails_later' })
      const { period, gatewayRef } = shop.subscription()
      await shop.advance(period.end)
      const failed = last('the webhook', await shop.hear(), 'payment.failed')
      const { subject } = failed
      holds('it is for a period', 'period' in subject, subject)
      same('the subscription', subject.subscription, gatewayRef)
      same('where the period begins', subject.period.start, period.end)
      if (shop.gateway.capabilities.amounts === 'exact')
        same('what was asked', failed.amount, monthlyOf(shop, 'basic'))
      same('charges in the book', shop.book().charges.length, 1)
      same('the status', shop.subscription().status, 'past_due')
    },
  },
  {
    ...theirs,
    name: 'a renewal that was declined is told again when another card pays it',
    needs: [native('update_payment_method')],
    async run(shop) {
      await shop.buy({ card: 'fails_later' })
      const { period } = shop.subscription()
      await shop.advance(period.end)
      await shop.hear()
      const { page } = await shop.perform(shop.ask({ type: 'update_payment_method' }))
      holds('method.update gives a page', page !== undefined, page)
      await shop.stage.pay(page)
      const heard = [...(await shop.hear())]
      // The vendor tries at once, or at its next retry.
      for (let day = 1; day <= 7 && all(heard, 'payment.succeeded').length === 0; day += 1) {
        await shop.advance(period.end + day * 86_400_000)
        heard.push(...(await shop.hear()))
      }
      const { payment } = last('the webhooks', heard, 'payment.succeeded')
      const { subject } = payment
      holds('it is for a period', subject !== null && 'period' in subject, subject)
      same('where the period begins', subject.period.start, period.end)
      same('the status', shop.subscription().status, 'active')
      same('charges in the book', shop.book().charges.length, 2)
    },
  },
]
