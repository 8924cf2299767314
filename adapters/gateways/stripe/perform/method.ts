/** A page for another payment method, and letting one go. */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { idAt, textAt } from '../fields.ts'
import { isMarked, MARK } from '../marks.ts'

type Update = Extract<GatewayEffect, { readonly kind: 'method.update' }>

export function methodEffects(desk: Desk): Pick<EffectHandlers, 'method.update' | 'method.detach'> {
  return {
    'method.update': async (effect, context) => {
      const returnUrl = effect.returnUrl ?? desk.settings.returnUrl
      if (returnUrl === null) return { events: [refusedEffect(effect, 'return_url_required')] }
      const customer = await desk.customerOf(effect.customer, context)
      const billed = await subscriptionsOf(desk, customer, context)
      const asked = { customer, returnUrl }
      if (billed.length === 0) return setupPage(desk, effect, context, asked)
      for (const each of billed) await promote(desk, effect, context, each)
      return portalPage(desk, effect, context, asked)
    },
    'method.detach': (effect, context) => {
      const { method, gateway } = effect
      return desk.perform(effect, context, {
        run: (stripe, options) => stripe.paymentMethods.detach(method, {}, options),
        tell: () => [{ type: 'method.removed', gateway, method }],
      })
    },
  }
}

interface Asked {
  readonly customer: string
  readonly returnUrl: string
}

/** Subscriptions of ours that Stripe bills and that have not ended. */
async function subscriptionsOf(desk: Desk, customer: string, context: PerformContext) {
  const shown = await desk.read.all(context, (stripe, page) =>
    stripe.subscriptions.list({ ...page, customer }),
  )
  return shown.filter((each) => isMarked(Reflect.get(Object(each), 'metadata')))
}

/**
 * The portal changes the customer's default card, and a card of the subscription's own would win over
 * it. So that card becomes the customer's default first; only then does the subscription let go of it.
 */
async function promote(
  desk: Desk,
  effect: Update,
  context: PerformContext,
  subscription: unknown,
): Promise<void> {
  const [id, customer] = [textAt(subscription, 'id'), idAt(subscription, 'customer')]
  const own = idAt(subscription, 'default_payment_method')
  if (id === null || customer === null || own === null) return
  const invoice_settings = { default_payment_method: own }
  const kept = await desk.write(
    effect,
    context,
    (stripe, options) => stripe.customers.update(customer, { invoice_settings }, options),
    `default/${id}`,
  )
  if (!kept.ok) return
  await desk.write(
    effect,
    context,
    (stripe, options) => stripe.subscriptions.update(id, { default_payment_method: '' }, options),
    `release/${id}`,
  )
}

async function portalPage(
  desk: Desk,
  effect: Update,
  context: PerformContext,
  { customer, returnUrl }: Asked,
): Promise<Performed> {
  const { portalConfiguration: configuration } = desk.settings
  const reply = await desk.write(effect, context, (stripe, options) =>
    stripe.billingPortal.sessions.create(
      {
        customer,
        return_url: returnUrl,
        ...(configuration === null ? {} : { configuration }),
        flow_data: {
          type: 'payment_method_update',
          after_completion: { type: 'redirect', redirect: { return_url: returnUrl } },
        },
      },
      options,
    ),
  )
  if (!reply.ok) return desk.refuse(effect, reply, context)
  return withPage(effect, textAt(reply.data, 'url'))
}

/** Where the core charges the card, a page that saves one is enough. */
async function setupPage(
  desk: Desk,
  effect: Update,
  context: PerformContext,
  { customer, returnUrl }: Asked,
): Promise<Performed> {
  const metadata = { [MARK.customer]: context.customer.id.slice(0, 500) }
  const reply = await desk.write(effect, context, (stripe, options) =>
    stripe.checkout.sessions.create(
      {
        ...{ mode: 'setup', customer, success_url: returnUrl, cancel_url: returnUrl, metadata },
        ...{ currency: 'usd', setup_intent_data: { metadata } },
      },
      options,
    ),
  )
  if (!reply.ok) return desk.refuse(effect, reply, context)
  return withPage(effect, textAt(reply.data, 'url'))
}

function withPage(effect: Update, url: string | null): Performed {
  if (url === null) return { events: [refusedEffect(effect, 'page_missing')] }
  return { events: [], page: { url } }
}
