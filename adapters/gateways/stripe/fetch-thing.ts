/** What Stripe shows now of one thing. */
import type { PerformContext, Thing } from 'billwright'
import type { Fields } from './fields.ts'
import type { Read } from './read.ts'
import { type GatewayEvent, HOUR } from 'billwright/core'
import { idAt, numberAt, textAt } from './fields.ts'
import { MARK, markOf, subscriptionMetadata } from './marks.ts'
import {
  disputeEvents,
  instantAt,
  intentEvents,
  referenceOf,
  refundEvents,
  sessionEvents,
} from './translate.ts'
import {
  boughtEvents,
  intentOfInvoice,
  invoiceEvents,
  subscriptionEvents,
} from './translate-billing.ts'

export type LookUp = (thing: Thing, context: PerformContext) => Promise<readonly GatewayEvent[]>

/** Looks things up; what is not there tells nothing. */
export function fetchThing(gateway: string, read: Read): LookUp {
  const at = { gateway, read }
  return async (thing, context) => {
    switch (thing.kind) {
      case 'checkout':
        return checkoutNow({ ...at, context }, thing.reference, thing.customer ?? null)
      case 'invoice':
        return invoiceNow({ ...at, context }, thing.invoice, thing.customer ?? null)
      case 'payment':
        return paymentNow({ ...at, context }, thing.id)
      case 'subscription':
        return subscriptionNow({ ...at, context }, thing.id, thing.since)
      default:
        return []
    }
  }
}

interface Asking {
  readonly gateway: string
  readonly read: Read
  readonly context: PerformContext
}

/** The page of a checkout. Stripe has no look-up by our reference: the customer's pages are listed. */
export async function sessionOf(
  { read, context }: Pick<Asking, 'read' | 'context'>,
  reference: string,
  customer: string | null,
): Promise<Fields | null> {
  if (customer === null) return null
  const sessions = await read.all(context, (stripe, page) =>
    stripe.checkout.sessions.list({ ...page, customer }),
  )
  return (sessions.find((session) => referenceOf(session) === reference) as Fields) ?? null
}

async function checkoutNow(
  asking: Asking,
  reference: string,
  customer: string | null,
): Promise<readonly GatewayEvent[]> {
  const { gateway, read, context } = asking
  const found = await sessionOf(asking, reference, customer)
  const subscription = idAt(found, 'subscription')
  // With all that it billed since: were it told as ended first, what came before would be a stray.
  if (subscription !== null)
    return subscriptionNow(asking, subscription, instantAt(found, 'created') ?? 0)
  const id = textAt(found, 'id')
  if (id === null || textAt(found, 'status') !== 'complete') return sessionEvents(gateway, found)
  const expand = [
    'payment_intent.payment_method',
    'payment_intent.latest_charge',
    'setup_intent.payment_method',
    'setup_intent.latest_attempt',
  ]
  const whole = await read.one(context, (stripe) =>
    stripe.checkout.sessions.retrieve(id, { expand }),
  )
  return sessionEvents(gateway, whole)
}

/** Charges of the core's own collection, and the changes that Stripe billed, for one of our invoices. */
async function invoiceNow(
  asking: Asking,
  ours: string,
  customer: string | null,
): Promise<readonly GatewayEvent[]> {
  const { gateway, read, context } = asking
  if (customer === null) return []
  const intents = await read.all(context, (stripe, page) =>
    stripe.paymentIntents.list({ ...page, customer, expand: ['data.latest_charge'] }),
  )
  const made = intents.filter((intent) => markOf(intent, 'invoice') === ours).reverse()
  const invoices = await read.all(context, (stripe, page) =>
    stripe.invoices.list({ ...page, customer, expand: ['data.payments'] }),
  )
  const billed = invoices
    .filter((invoice) => textAt(subscriptionMetadata(invoice), MARK.change) === ours)
    .filter((invoice) => textAt(invoice, 'billing_reason') === 'subscription_update')
    .reverse()
  const events = made.flatMap((intent) => intentEvents(gateway, intent))
  for (const invoice of billed) events.push(...(await invoiceWithIntent(asking, invoice)))
  return events
}

/** An invoice; one that is unpaid is told with why. */
async function invoiceWithIntent(
  { gateway, read, context }: Asking,
  invoice: unknown,
): Promise<readonly GatewayEvent[]> {
  const tried =
    textAt(invoice, 'status') === 'open' && (numberAt(invoice, 'attempt_count') ?? 0) > 0
  const intent = tried ? intentOfInvoice(invoice) : null
  if (intent === null) return invoiceEvents(gateway, invoice)
  return invoiceEvents(gateway, invoice, await intentAt(read, context, intent))
}

async function paymentNow(asking: Asking, id: string): Promise<readonly GatewayEvent[]> {
  const { gateway, read, context } = asking
  const intent = await intentAt(read, context, id)
  if (intent === null) return []
  const own = intentEvents(gateway, intent)
  const paid = own.length > 0 ? own : await billedBy(asking, id)
  const refunds = await read.all(context, (stripe, page) =>
    stripe.refunds.list({ ...page, payment_intent: id }),
  )
  const disputes = await read.all(context, (stripe, page) =>
    stripe.disputes.list({ ...page, payment_intent: id }),
  )
  return [
    ...paid,
    ...[...refunds].reverse().flatMap((refund) => refundEvents(gateway, refund)),
    ...[...disputes].reverse().flatMap((dispute) => disputeEvents(gateway, dispute)),
  ]
}

/** What the invoice behind a payment intent tells. */
async function billedBy(
  { gateway, read, context }: Asking,
  id: string,
): Promise<readonly GatewayEvent[]> {
  const invoice = await invoiceBehind(read, context, id)
  return invoice ? invoiceEvents(gateway, invoice) : []
}

/** The invoice that a payment intent paid: payment intents no longer name it themselves. */
export async function invoiceBehind(
  read: Read,
  context: PerformContext,
  payment_intent: string,
): Promise<Fields | null> {
  const payment = { type: 'payment_intent', payment_intent } as const
  const found = await read.all(context, (stripe, page) =>
    stripe.invoicePayments.list({ ...page, payment }),
  )
  const id = idAt(found[0], 'invoice')
  return id === null ? null : invoiceAt(read, context, id)
}

/** The subscription, with what it billed since. */
async function subscriptionNow(
  asking: Asking,
  id: string,
  since: number,
): Promise<readonly GatewayEvent[]> {
  const { gateway, read, context } = asking
  const shown = await subscriptionAt(read, context, id)
  if (shown === null) return []
  // An invoice may be made a moment before the period that it is for.
  const gte = Math.max(0, Math.floor((since - HOUR) / 1000))
  const invoices = await read.all(context, (stripe, page) =>
    stripe.invoices.list({
      ...page,
      subscription: id,
      created: { gte },
      expand: ['data.payments'],
    }),
  )
  const events: GatewayEvent[] = []
  for (const invoice of [...invoices].reverse()) {
    const first = textAt(invoice, 'billing_reason') === 'subscription_create'
    const bought = first ? boughtEvents(gateway, shown, invoice) : []
    events.push(...(bought.length > 0 ? bought : await invoiceWithIntent(asking, invoice)))
  }
  return [...events, ...subscriptionEvents(gateway, shown, context.now)]
}

const METHOD = { expand: ['default_payment_method'] }

export function subscriptionAt(read: Read, context: PerformContext, id: string) {
  return read.one(context, (stripe) => stripe.subscriptions.retrieve(id, METHOD))
}

export function invoiceAt(read: Read, context: PerformContext, id: string) {
  return read.one(context, (stripe) => stripe.invoices.retrieve(id, { expand: ['payments'] }))
}

export function intentAt(read: Read, context: PerformContext, id: string) {
  const expand = ['latest_charge']
  return read.one(context, (stripe) => stripe.paymentIntents.retrieve(id, { expand }))
}
