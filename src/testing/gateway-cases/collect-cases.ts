/** Collection by the core: a saved method is charged, or a link is sent; every attempt is one payment. */
import type { GatewayEffect } from '../../core/index.ts'
import { type CaseDraft, paymentLinks, savedMethods } from './case.ts'
import { holds, same } from './check.ts'
import { assertUrl } from './event-shape.ts'
import { all, assertSameFacts, last } from './same-facts.ts'
import { type BuyOptions, minuteAfter, type Shop } from './shop.ts'

export type Collect = Extract<GatewayEffect, { readonly kind: 'payment.collect' }>

const charged: Pick<CaseDraft, 'renewals' | 'needs'> = {
  renewals: 'billwright',
  needs: [savedMethods],
}
const linked: Pick<CaseDraft, 'renewals' | 'needs'> = {
  renewals: 'billwright',
  needs: [paymentLinks],
}

export const collectCases: readonly CaseDraft[] = [
  {
    ...charged,
    name: 'charging a saved method is told alike by the reply, the webhook and the look-up',
    async run(shop) {
      const effect = await dueCharge(shop)
      const { invoice, amount, currency } = effect
      const reply = { of: 'the reply', events: (await shop.perform(effect)).events }
      const webhook = { of: 'the webhook', events: await shop.hear() }
      const lookUp = { of: 'the look-up', events: await shop.fetch({ kind: 'invoice', invoice }) }
      assertSameFacts(['payment.succeeded'], reply, webhook)
      assertSameFacts(['payment.succeeded'], reply, lookUp)
      const { payment } = last('the reply', reply.events, 'payment.succeeded')
      same('what it is for', payment.subject, { invoice })
      same('what was paid', [payment.amount, payment.currency], [amount, currency])
      same('charges in the book', shop.book().charges.length, 2)
      same('the charge', shop.book().charges.at(-1)?.reference, invoice)
      const byId = { of: 'its id', events: await shop.fetch({ kind: 'payment', id: payment.id }) }
      assertSameFacts(['payment.succeeded'], reply, byId)
      same('incidents', shop.customer.account.incidents, [])
    },
  },
  {
    ...charged,
    name: 'a decline is an event with a code and an advice, and takes nothing',
    async run(shop) {
      const effect = await dueCharge(shop, { card: 'fails_later' })
      const before = shop.book().charges.length
      const reply = { of: 'the reply', events: (await shop.perform(effect)).events }
      const webhook = { of: 'the webhook', events: await shop.hear() }
      const failed = last('the reply', reply.events, 'payment.failed')
      same('what it was for', failed.subject, { invoice: effect.invoice })
      if (all(webhook.events, 'payment.failed').length > 0)
        assertSameFacts(['payment.failed'], reply, webhook)
      same('charges in the book', shop.book().charges.length, before)
    },
  },
  {
    ...charged,
    name: 'another attempt after a decline is another payment',
    async run(shop) {
      const first = await dueCharge(shop, { card: 'fails_later' })
      const one = last('the first', (await shop.perform(first)).events, 'payment.failed')
      await shop.hear()
      await shop.advance(minuteAfter(shop.stage.clock.now()))
      const again = shop.ask({ type: 'retry_payment' })
      const two = last('the second', (await shop.perform(again)).events, 'payment.failed')
      holds('the two have ids of their own', one.payment !== two.payment, one.payment)
    },
  },
  {
    ...charged,
    name: 'a charge that the bank wants confirmed has a page, and is paid after it',
    async run(shop) {
      const effect = await dueCharge(shop, { card: 'needs_authentication' })
      const { events, page } = await shop.perform(effect)
      if (all(events, 'payment.succeeded').length > 0)
        return { skipped: 'the vendor does not have a saved card confirmed again' }
      const [failed] = all(events, 'payment.failed')
      if (failed) {
        same('the code', failed.decline.code, 'authentication_required')
        same('the advice', failed.decline.retry, 'with_customer')
        return { skipped: 'the vendor declines what needs the customer' }
      }
      const { actionUrl } = last('the reply', events, 'payment.pending')
      holds('there is a page to confirm on', actionUrl !== null, events)
      assertUrl('the page has an address', actionUrl)
      const before = shop.book().charges.length
      await shop.stage.authenticate(page ?? { url: actionUrl })
      const paid = last('the webhook', await shop.hear(), 'payment.succeeded')
      same('what it is for', paid.payment.subject, { invoice: effect.invoice })
      same('charges in the book', shop.book().charges.length, before + 1)
      return undefined
    },
  },
  {
    ...linked,
    name: 'without a saved method a link is sent, and charges nothing',
    async run(shop) {
      const { effect, url } = await sentLink(shop)
      const { invoice } = effect
      assertUrl('the link has an address', url)
      same('charges in the book', shop.book().charges.length, 1)
      const lookUp = await shop.fetch({ kind: 'invoice', invoice })
      same('payments before it is paid', all(lookUp, 'payment.succeeded'), [])
    },
  },
  {
    ...linked,
    name: 'a link that is paid settles the invoice, told alike by the webhook and the look-up',
    async run(shop) {
      const { effect, url } = await sentLink(shop)
      const { invoice, amount, currency } = effect
      await shop.stage.pay({ url }, 'wallet')
      const webhook = { of: 'the webhook', events: await shop.hear() }
      const lookUp = { of: 'the look-up', events: await shop.fetch({ kind: 'invoice', invoice }) }
      assertSameFacts(['payment.succeeded'], webhook, lookUp)
      const { payment } = last('the webhook', webhook.events, 'payment.succeeded')
      same('what it is for', payment.subject, { invoice })
      if (shop.gateway.capabilities.amounts === 'exact')
        same('what was paid', [payment.amount, payment.currency], [amount, currency])
      same('charges in the book', shop.book().charges.length, 2)
      same('invoices that are still open', shop.customer.account.invoices, [])
    },
  },
  {
    ...linked,
    name: 'a declined card leaves a link open',
    async run(shop) {
      const { url } = await sentLink(shop)
      await shop.stage.pay({ url }, { declines: 'insufficient_funds' })
      same('payments', all(await shop.hear(), 'payment.succeeded'), [])
      await shop.stage.pay({ url }, 'wallet')
      last('the webhook', await shop.hear(), 'payment.succeeded')
    },
  },
]

/** The core's demand for the next period, at its boundary. */
export async function dueCharge(shop: Shop, options: BuyOptions = {}): Promise<Collect> {
  const { card = 'succeeds' } = options
  const { page } = await shop.openPage(options.plan)
  await shop.stage.pay(page, card)
  if (card === 'needs_authentication') await shop.stage.authenticate(page)
  await shop.hear()
  const { period } = shop.subscription()
  const asked = await shop.advance(period.end)
  const effect = asked.find((each) => each.kind === 'payment.collect')
  holds('the core asks for the next period', effect?.kind === 'payment.collect', asked)
  return effect
}

async function sentLink(shop: Shop): Promise<{ effect: Collect; url: string }> {
  const effect = await dueCharge(shop, { card: 'wallet' })
  same('a method for the charge', effect.method, null)
  const { events } = await shop.perform(effect)
  const { invoice, url } = last('the reply', events, 'link.delivered')
  same('the invoice of the link', invoice, effect.invoice)
  return { effect, url }
}
