/**
 * Money that goes back: never more than came in, each refund once; what a bank takes back; and what
 * the vendor writes of a payment.
 */
import type { GatewayEffect, Payment } from '../../core/index.ts'
import { type CaseDraft, refunds } from './case.ts'
import { holds, same } from './check.ts'
import { all, assertSameFacts, last } from './same-facts.ts'
import { minuteAfter, type Shop } from './shop.ts'

export const refundCases: readonly CaseDraft[] = [
  {
    name: 'a payment refunded in full is told alike by every source',
    needs: [refunds('full')],
    async run(shop) {
      const payment = await paidPayment(shop)
      const events = await refunded(shop, shop.ask({ type: 'refund', payment }))
      same('what went back', last('the refund', events, 'payment.refunded').amount, payment.amount)
      same('refunds in the book', inBook(shop), [payment.amount])
      same('left to confirm', currentPayment(shop, payment).refunding, 0)
    },
  },
  {
    name: 'a payment refunded in two parts has two refunds',
    needs: [refunds('partial')],
    async run(shop) {
      const payment = await paidPayment(shop)
      const part = Math.floor(payment.amount / 3)
      await refunded(shop, shop.ask({ type: 'refund', payment, amount: part }))
      await shop.advance(minuteAfter(shop.stage.clock.now()))
      const rest = payment.amount - part
      await refunded(shop, shop.ask({ type: 'refund', payment: currentPayment(shop, payment) }))
      same('refunds in the book', inBook(shop), [part, rest])
      same('refunded on record', currentPayment(shop, payment).refunded, payment.amount)
    },
  },
  {
    name: 'a document, where the gateway makes them, is an address for a payment and nothing for none',
    async run(shop) {
      const { document } = shop.gateway
      if (!document) return { skipped: 'document is absent' }
      const payment = await paidPayment(shop)
      const made = await document(payment.id, shop.context())
      holds('it is an address', made !== null && /^https?:$/.test(new URL(made.url).protocol), made)
      same('of another payment', await document(`${payment.id}none`, shop.context()), null)
      return undefined
    },
  },
  {
    name: 'more than is left is refused, and nothing goes back',
    needs: [refunds('full')],
    async run(shop) {
      const payment = await paidPayment(shop)
      const effect = shop.ask({ type: 'refund', payment })
      holds('the core asks for a refund', effect.kind === 'payment.refund', effect)
      const { events } = await shop.perform({ ...effect, amount: payment.amount + 1 })
      same('refunds that are told', all(events, 'payment.refunded'), [])
      const refused = ['effect.refused', 'payment.refund_failed']
      holds(
        'it is refused',
        events.some(({ type }) => refused.includes(type)),
        events,
      )
      same('refunds in the book', inBook(shop), [])
    },
  },
  {
    name: 'a dispute is told when it is opened, and when it is won',
    run: (shop) => dispute(shop, 'won'),
  },
  {
    name: 'a dispute is told when it is opened, and when it is lost',
    run: (shop) => dispute(shop, 'lost'),
  },
]

/** A payment that was really made, as the core has it on record. */
export async function paidPayment(shop: Shop): Promise<Payment> {
  await shop.buy()
  const payment = shop.customer.account.payments.at(-1)
  holds('the payment is on record', payment !== undefined, shop.customer.account.payments)
  return payment
}

function currentPayment(shop: Shop, { id }: Payment): Payment {
  const payment = shop.customer.account.payments.find((each) => each.id === id)
  holds('the payment is on record', payment !== undefined, id)
  return payment
}

/** Refunds, and compares what is told of it. A vendor that takes its time tells it by webhook alone. */
async function refunded(shop: Shop, effect: GatewayEffect) {
  holds('the core asks for a refund', effect.kind === 'payment.refund', effect)
  const { amount, payment: id } = effect
  const reply = { of: 'the reply', events: (await shop.perform(effect)).events }
  const webhook = { of: 'the webhook', events: await shop.hear() }
  const lookUp = { of: 'the look-up', events: await shop.fetch({ kind: 'payment', id }) }
  assertSameFacts(['payment.refunded'], webhook, lookUp)
  if (all(reply.events, 'payment.refunded').length > 0)
    assertSameFacts(['payment.refunded'], reply, webhook)
  const told = last('the webhook', webhook.events, 'payment.refunded')
  same('the refund', [told.payment, told.amount], [id, amount])
  holds(
    'the refund has the id that it has in the book',
    shop.book().refunds.some((each) => each.id === told.refund),
    told.refund,
  )
  return webhook.events
}

async function dispute(shop: Shop, outcome: 'won' | 'lost'): Promise<undefined> {
  const { id } = await paidPayment(shop)
  const { events: before } = { events: await shop.fetch({ kind: 'payment', id }) }
  same('disputes before', all(before, 'payment.disputed'), [])
  await shop.stage.dispute(id)
  const opened = { of: 'the webhook', events: await shop.hear() }
  const shown = { of: 'the look-up', events: await shop.fetch({ kind: 'payment', id }) }
  assertSameFacts(['payment.disputed'], opened, shown)
  same('the disputed payment', last('the webhook', opened.events, 'payment.disputed').payment, id)
  await shop.stage.decideDispute(id, outcome)
  const closed = { of: 'the webhook', events: await shop.hear() }
  const after = { of: 'the look-up', events: await shop.fetch({ kind: 'payment', id }) }
  // A look-up may show no more than that nothing is disputed now; then it tells neither.
  if (after.events.some(({ type }) => type.startsWith('payment.dispute')))
    assertSameFacts(['payment.dispute_closed'], closed, after)
  const decided = last('the webhook', closed.events, 'payment.dispute_closed')
  same('the decision', [decided.payment, decided.outcome], [id, outcome])
}

function inBook(shop: Shop): readonly number[] {
  return shop.book().refunds.map(({ amount }) => amount)
}
