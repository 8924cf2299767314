/** What an earlier attempt of an effect did, by what it leaves at Dodo. */
import type { Gateway, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { Desk } from './perform/desk.ts'
import { withAnswers } from './answer.ts'
import { standing } from './perform/desk.ts'
import { markOf } from './perform/payment.ts'
import { readRefund } from './read.ts'
import { refundEvents } from './translate.ts'
import { META } from './wire.ts'

export function find(desk: Desk): Gateway['find'] {
  return async (effect, context) => {
    switch (effect.kind) {
      case 'checkout.open':
        return foundCheckout(desk, effect, context)
      case 'payment.refund':
        return foundRefund(desk, effect, context)
      case 'subscription.change':
        return foundChange(desk, effect, context)
      // The others set a state and are simply sent again; an open page is in no list.
      default:
        return null
    }
  }
}

type Of<Kind extends GatewayEffect['kind']> = Extract<GatewayEffect, { readonly kind: Kind }>

async function foundCheckout(
  { lookUp }: Desk,
  effect: Of<'checkout.open'>,
  context: PerformContext,
): Promise<Performed | null> {
  const { checkout, customer } = effect
  const thing = { kind: 'checkout', reference: checkout.reference, customer } as const
  const events = await lookUp(thing, context)
  const paid = events.some(({ type }) => type === 'checkout.completed')
  return paid ? { events: withAnswers(effect, events) } : null
}

/** A refund with the effect's mark, as it stands now. */
async function foundRefund(
  { look, call, settings }: Desk,
  effect: Of<'payment.refund'>,
  context: PerformContext,
): Promise<Performed | null> {
  const payment = await look.payment(effect.payment, context)
  for (const { id } of payment?.refunds ?? []) {
    const reply = await call.read(context, (dodo, options) => dodo.refunds.retrieve(id, options))
    if (!reply.ok || reply.data.metadata[META.effect] !== markOf(effect)) continue
    const refund = readRefund(reply.data)
    const events = refund ? refundEvents(settings.name, effect.payment, refund) : []
    return { events: withAnswers(effect, events) }
  }
  return null
}

/** A payment with the invoice's mark, or what costs nothing now standing as it was asked for. */
async function foundChange(
  desk: Desk,
  effect: Of<'subscription.change'>,
  context: PerformContext,
): Promise<Performed | null> {
  const { subscription: id, invoice, terms } = effect
  if (id === null) return null
  const shown = await desk.look.subscription(id, context)
  if (!shown) return null
  const customer = shown.subscription.customer
  const paid = await desk.lookUp({ kind: 'invoice', invoice, customer }, context)
  if (paid.length > 0) return standing(desk, effect, id, context, paid)
  const cart = desk.settings.products.cartOf(terms)
  const done = cart !== null && isSold(shown.subscription, cart)
  return done ? standing(desk, effect, id, context) : null
}

type Sold = Pick<
  NonNullable<ReturnType<Desk['settings']['products']['cartOf']>>,
  'product' | 'quantity' | 'addons'
>

function isSold(shown: Sold, cart: Sold): boolean {
  const extras = ({ addons }: Sold) =>
    addons
      .map(({ addon_id, quantity }) => `${addon_id} × ${quantity}`)
      .sort()
      .join()
  return (
    shown.product === cart.product &&
    shown.quantity === cart.quantity &&
    extras(shown) === extras(cart)
  )
}
