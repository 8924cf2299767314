/** Saved methods: another one is saved on the vendor's page, and one that is given up charges nothing. */
import { effectKey } from '../../core/index.ts'
import { type CaseDraft, native, savedMethods } from './case.ts'
import { holds, same } from './check.ts'
import { dueCharge } from './collect-cases.ts'
import { assertUrl } from './event-shape.ts'
import { all, last } from './same-facts.ts'

export const methodCases: readonly CaseDraft[] = [
  {
    name: 'another card is saved on a page, charges nothing, and is the one that is charged next',
    renewals: 'billwright',
    needs: [savedMethods, native('update_payment_method')],
    async run(shop) {
      const effect = await dueCharge(shop, { card: 'fails_later' })
      await shop.perform(effect)
      await shop.hear()
      const { page } = await shop.perform(
        shop.ask({ type: 'update_payment_method', returnUrl: 'https://app.example/card' }),
      )
      holds('method.update gives a page', page !== undefined, page)
      assertUrl('the page has an address', page.url)
      const before = shop.book().charges.length
      await shop.stage.pay(page)
      const { method } = last('the webhook', await shop.hear(), 'method.saved')
      holds('it is another method', method.id !== effect.method?.id, method.id)
      same('charges in the book', shop.book().charges.length, before)
      // The core tries at once what is owed.
      const again = shop.customer.effects.filter(({ kind }) => kind === 'payment.collect').at(-1)
      holds('the core charges the new one', again?.kind === 'payment.collect', again)
      same('the method that is charged', again.method?.id, method.id)
      last('the charge', (await shop.perform(again)).events, 'payment.succeeded')
    },
  },
  {
    name: "another card for the vendor's own subscription is told",
    renewals: 'gateway',
    needs: [native('update_payment_method')],
    async run(shop) {
      await shop.buy()
      const known = shop.customer.account.paymentMethod
      const { page } = await shop.perform(shop.ask({ type: 'update_payment_method' }))
      holds('method.update gives a page', page !== undefined, page)
      await shop.stage.pay(page)
      const { method } = last('the webhook', await shop.hear(), 'method.saved')
      holds('it is another method', method.id !== known?.id, method.id)
    },
  },
  {
    name: 'a method that is given up is told, and cannot be charged any more',
    renewals: 'billwright',
    needs: [savedMethods],
    async run(shop) {
      const effect = await dueCharge(shop)
      const method = effect.method?.id ?? ''
      const { account } = shop.customer
      const key = effectKey('method.detach', account.id, method, account.version)
      const detach = { kind: 'method.detach', key, gateway: shop.gateway.name, method } as const
      const { events } = await shop.perform(detach)
      same('what is told', last('the answer', events, 'method.removed').method, method)
      const before = shop.book().charges.length
      const tried = await shop.gateway.perform(effect, shop.context())
      same('payments', all(tried.events, 'payment.succeeded'), [])
      same('charges in the book', shop.book().charges.length, before)
    },
  },
]
