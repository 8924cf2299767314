/** A checkout: a page that charges nothing until it is paid, and is told alike by every source. */
import type { GatewayEvent, Renewals } from '../../core/index.ts'
import { effectKey } from '../../core/index.ts'
import { type CaseDraft, closesPages, native, savedMethods } from './case.ts'
import { currencyWith } from './case-catalog.ts'
import { holds, same } from './check.ts'
import { assertUrl } from './event-shape.ts'
import { all, assertSameFacts, last } from './same-facts.ts'
import { openShop, type Shop } from './shop.ts'

const CLOCKS: Readonly<Record<Renewals, string>> = {
  billwright: 'the core renews',
  gateway: 'the gateway renews',
}

export const checkoutCases: readonly CaseDraft[] = [
  ...(['billwright', 'gateway'] as const).flatMap((renewals) =>
    whoeverRenews().map((each) => ({
      ...each,
      name: `${each.name} (${CLOCKS[renewals]})`,
      renewals,
    })),
  ),
  {
    name: 'a declined card stays on the page, and another card pays it',
    async run(shop) {
      const { effect, page } = await shop.openPage()
      await shop.stage.pay(page, { declines: 'insufficient_funds' })
      const declined = await shop.hear()
      assertNothingPaid(shop, declined)
      for (const { subject } of all(declined, 'payment.failed'))
        same('the subject of the decline', subject, { checkout: effect.checkout.reference })
      await shop.stage.pay(page)
      last('the webhooks of the paid page', await shop.hear(), 'checkout.completed')
      same('charges in the book', shop.book().charges.length, 1)
    },
  },
  {
    name: 'a payment that the bank wants confirmed is paid once it is, and not before',
    async run(shop) {
      const { page } = await shop.openPage()
      await shop.stage.pay(page, 'needs_authentication')
      const before = await shop.hear()
      assertNothingPaid(shop, before)
      for (const { actionUrl } of all(before, 'payment.pending'))
        holds('a payment that needs the customer has a page', actionUrl !== null, actionUrl)
      await shop.stage.authenticate(page)
      last('the webhooks of the confirmed payment', await shop.hear(), 'checkout.completed')
      same('charges in the book', shop.book().charges.length, 1)
    },
  },
  {
    name: 'a payment that the customer does not confirm is not paid',
    async run(shop) {
      const { page } = await shop.openPage()
      await shop.stage.pay(page, 'needs_authentication')
      await shop.stage.authenticate(page, 'refuses')
      assertNothingPaid(shop, await shop.hear())
    },
  },
  {
    name: 'a wallet pays and cannot be charged again',
    renewals: 'billwright',
    async run(shop) {
      const { method } = last('a wallet', await shop.buy({ card: 'wallet' }), 'checkout.completed')
      same('whether a wallet is reusable', method?.reusable ?? false, false)
    },
  },
  {
    name: 'a card is saved with the payment and can be charged again',
    renewals: 'billwright',
    needs: [savedMethods],
    async run(shop) {
      const { method } = last('a card', await shop.buy(), 'checkout.completed')
      same('whether a card is reusable', method?.reusable, true)
      same('the gateway of the method', method?.gateway, shop.gateway.name)
    },
  },
  {
    name: 'a page that the customer left is told, and can be looked up',
    needs: [closesPages],
    async run(shop) {
      const { effect, page } = await shop.openPage()
      const { reference } = effect.checkout
      await shop.stage.expire(page)
      const webhooks = { of: 'the webhook', events: await shop.hear() }
      const lookUp = {
        of: 'the look-up',
        events: await shop.fetch({ kind: 'checkout', reference }),
      }
      last('the look-up', lookUp.events, 'checkout.expired')
      // Not every vendor has an event for it; the core's own time for a checkout runs out anyway.
      if (webhooks.events.length > 0) assertSameFacts(['checkout.expired'], webhooks, lookUp)
      assertNothingPaid(shop, [...webhooks.events, ...lookUp.events])
    },
  },
  {
    name: 'a page that is not wanted any more is closed, and closing it twice is no error',
    needs: [closesPages],
    async run(shop) {
      const { page } = await shop.openPage('basic')
      await shop.perform(closing(shop))
      await shop.perform(closing(shop))
      // Whether the vendor shows an error or an empty page is its own business.
      await shop.stage.pay(page).catch(() => {})
      assertNothingPaid(shop, await shop.hear())
    },
  },
  {
    name: 'a page that cannot be closed is no error, and money for it afterwards is a stray payment',
    needs: [(can) => (can.closesPages === false ? null : 'capabilities.closesPages is true')],
    async run(shop) {
      const { page } = await shop.openPage('basic')
      const { events } = await shop.perform(closing(shop))
      same('checkouts that are told as completed', all(events, 'checkout.completed'), [])
      await shop.stage.pay(page)
      await shop.hear()
      same('subscriptions', shop.customer.account.subscriptions.default, undefined)
      same('charges in the book', shop.book().charges.length, 1)
      // It is kept as credit or given back, by policy; and the vendor's subscription is let go.
      if (shop.gateway.renewals === 'billwright') return
      const asked = shop.customer.effects.map(({ kind }) => kind)
      holds('what the page sold is ended', asked.includes('subscription.cancel'), asked)
    },
  },
  {
    name: 'closing a page that was paid tells of the payment',
    async run(shop) {
      const { effect, page } = await shop.openPage('basic')
      await shop.stage.pay(page)
      const { events } = await shop.perform(closing(shop))
      const heard = await shop.hear()
      const done = last('closing it', [...events, ...heard], 'checkout.completed')
      same('its reference', done.reference, effect.checkout.reference)
      same('charges in the book', shop.book().charges.length, 1)
    },
  },
  {
    name: 'a trial with the card first saves the card and charges nothing',
    renewals: 'billwright',
    needs: [native('trial_upfront')],
    run: trialUpfront,
  },
  {
    name: 'a trial at the gateway charges nothing, and then its first period',
    renewals: 'gateway',
    needs: [native('trial_upfront')],
    async run(shop) {
      await trialUpfront(shop)
      const begun = shop.subscription()
      holds('the trial is running', begun.status === 'trialing', begun.status)
      await shop.advance(begun.trial.endsAt)
      const paid = last('the end of the trial', await shop.hear(), 'payment.succeeded')
      holds('it is paid for a period', isPeriod(paid.payment.subject), paid.payment)
      same('the status', shop.subscription().status, 'active')
    },
  },
  ...[0, 2].map(inDigits),
]

function whoeverRenews(): readonly Omit<CaseDraft, 'renewals'>[] {
  return [
    {
      name: 'opening a checkout gives a page and charges nothing',
      async run(shop) {
        const { page } = await shop.openPage()
        assertUrl('the page has an address', page.url)
        assertNothingPaid(shop, await shop.hear())
      },
    },
    {
      name: 'a paid checkout is told alike by the webhook, the look-up and the answer',
      run: toldAlike,
    },
    {
      name: 'the redirect tells of the payment before any webhook does',
      async run(shop) {
        const { effect, page } = await shop.openPage()
        await shop.stage.pay(page)
        const { reference } = effect.checkout
        await shop.fetch({ kind: 'checkout', reference })
        const bought = shop.subscription()
        await shop.hear()
        same('the subscription after the webhooks', shop.subscription().id, bought.id)
        same('payments on record', shop.customer.account.payments.length, 1)
        same('incidents', shop.customer.account.incidents, [])
      },
    },
  ]
}

async function toldAlike(shop: Shop): Promise<undefined> {
  const { effect, page } = await shop.openPage()
  const { reference, amount, currency } = effect.checkout
  await shop.stage.pay(page)
  const webhooks = { of: 'the webhook', events: await shop.hear() }
  const lookUp = { of: 'the look-up', events: await shop.fetch({ kind: 'checkout', reference }) }
  const key = effectKey('payment.lookup', shop.customer.account.id, reference, 1)
  const { name: gateway } = shop.gateway
  const known = shop.customer.account.gatewayCustomers[gateway] ?? null
  const opened = { reference, ...shop.page(reference) }
  const lookup = { kind: 'payment.lookup', key, gateway, ...opened, customer: known } as const
  const answer = { of: 'the answer', events: (await shop.perform(lookup)).events }
  assertSameFacts(['checkout.completed'], webhooks, lookUp)
  assertSameFacts(['checkout.completed'], webhooks, answer)
  const { payment, subscription } = last('the webhook', webhooks.events, 'checkout.completed')
  if (shop.gateway.capabilities.amounts === 'exact')
    same('what was paid', [payment?.amount, payment?.currency], [amount, currency])
  same('a subscription at the vendor', subscription !== null, shop.gateway.renewals === 'gateway')
  same(
    'charges in the book',
    shop.book().charges.map(({ id }) => id),
    [payment?.id],
  )
  same('incidents', shop.customer.account.incidents, [])
}

async function trialUpfront(shop: Shop): Promise<undefined> {
  const { page } = await shop.openPage('tried')
  await shop.stage.pay(page)
  const { payment, method } = last('the page', await shop.hear(), 'checkout.completed')
  same('a payment for the trial', payment, null)
  same('whether the card is reusable', method?.reusable, true)
  same('charges in the book', shop.book().charges, [])
}

/** A currency without decimals is where an adapter that divides by 100 is found out. */
function inDigits(digits: number): CaseDraft {
  return {
    name: `amounts are whole minor units in a currency with ${digits} decimals`,
    needs: [
      (can) =>
        currencyWith(can, digits) === undefined
          ? `capabilities.currencies has none with ${digits} decimals`
          : null,
    ],
    async run({ stage, gateway }) {
      const currency = currencyWith(gateway.capabilities, digits) ?? ''
      const shop = openShop(stage, { currency })
      const { effect, page } = await shop.openPage()
      await stage.pay(page)
      const { payment } = last('the page', await shop.hear(), 'checkout.completed')
      same('the currency', payment?.currency, currency)
      if (gateway.capabilities.amounts === 'exact')
        same('the amount', payment?.amount, effect.checkout.amount)
    },
  }
}

/** Another plan takes the place of the open checkout, so the core has its page closed. */
function closing(shop: Shop) {
  const { customer } = shop
  const known = customer.effects.filter(({ kind }) => kind === 'checkout.expire')
  if (known.length === 0) shop.ask({ type: 'subscribe', plan: 'pro', gateway: shop.gateway.name })
  const effect = customer.effects.find((each) => each.kind === 'checkout.expire')
  holds('a superseded checkout is closed', effect?.kind === 'checkout.expire', effect)
  return effect
}

function assertNothingPaid(shop: Shop, events: readonly GatewayEvent[]): void {
  same('charges in the book', shop.book().charges, [])
  same('payments that are told', all(events, 'payment.succeeded'), [])
  same('checkouts that are told as completed', all(events, 'checkout.completed'), [])
}

function isPeriod(subject: unknown): boolean {
  return typeof subject === 'object' && subject !== null && 'period' in subject
}
