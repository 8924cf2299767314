/** One page for one amount: opened under the effect's key, and closed by its own id. */

import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type { WireSession } from '../wire.ts'
import type { Desk } from './desk.ts'
import { outcomeUnknown, type PerformContext, refusedEffect } from 'billwright'
import { pagePath, sessionAt } from '../fetch-thing.ts'
import { readSession } from '../read-resource.ts'
import { REFERENCE_KEY, type Sold, writeReference } from '../reference.ts'
import { isPaid } from '../translate.ts'
import { type Bill, lineItems } from './line-items.ts'

export interface NewPage {
  readonly sold: Sold
  readonly bill: Bill
  /** The app finds the reference of what was sold in it. */
  readonly successUrl: string | null
  readonly cancelUrl: string | null
}

const CURRENCY = 'PHP'
const MINIMUM = 2000

/** Opens a page; its refusal as an event where there is none. */
export async function openPage(
  desk: Desk,
  effect: GatewayEffect,
  context: PerformContext,
  page: NewPage,
): Promise<WireSession | GatewayEvent> {
  const wrong = refusalOf(page.bill)
  if (wrong !== null) return refusedEffect(effect, wrong)
  const attributes = attributesOf(desk, page, context)
  const { signal } = context
  const path = '/v1/checkout_sessions'
  const reply = await desk.call({ method: 'POST', path, attributes, key: effect.key, signal })
  if (!reply.ok) return refusedEffect(effect, reply.code)
  const session = readSession(reply.data)
  if (!session) throw outcomeUnknown(desk.name, { vendorCode: 'reply_unreadable' })
  return session
}

/** What came of closing a page: it is closed, or it is as it was found. */
export type Closing = { readonly session: WireSession } | { readonly refused: string } | null

/**
 * Closes a page. One that the vendor would not close is looked at: it may be paid, or closed already.
 * `null` where there is no such page.
 */
export async function closePage(
  { call, read }: Desk,
  page: string | undefined,
  context: PerformContext,
): Promise<Closing> {
  if (page === undefined) return null
  const path = `${pagePath(page)}/expire`
  const reply = await call({ method: 'POST', path, signal: context.signal })
  const told = reply.ok ? readSession(reply.data) : null
  const session = told ?? (await sessionAt(read, page, context))
  if (!session) return null
  const closed = session.status === 'expired' || session.payments.some(isPaid)
  if (closed) return { session }
  return { refused: reply.ok ? 'page_still_open' : reply.code }
}

/** Why PayMongo would refuse it: told before the call, and in our words. */
function refusalOf({ amount, currency }: Bill): string | null {
  if (currency !== CURRENCY) return 'currency_unsupported'
  if (amount === 0) return 'nothing_to_pay'
  return amount < MINIMUM ? 'amount_below_minimum' : null
}

/** Content comes from the effect and the app: under one key it is always the same. */
function attributesOf(
  { paymentMethods }: Desk,
  { sold, bill, successUrl, cancelUrl }: NewPage,
  { customer, titleOf }: PerformContext,
): Readonly<Record<string, unknown>> {
  const { email, name } = customer
  const reference = writeReference(sold)
  const line_items = lineItems(bill, titleOf)
  const billing = { ...(email && { email }), ...(name && { name }) }
  return {
    line_items,
    payment_method_types: paymentMethods,
    ...(successUrl !== null && { success_url: withReference(successUrl, sold) }),
    ...(cancelUrl !== null && { cancel_url: cancelUrl }),
    reference_number: reference,
    // The payment carries it on: its own event shows no reference number.
    metadata: { [REFERENCE_KEY]: reference },
    description: line_items.map((line) => line.name).join(', '),
    ...(Object.keys(billing).length > 0 && { billing }),
    // The app tells its customers itself.
    send_email_receipt: false,
  }
}

function withReference(successUrl: string, sold: Sold): string {
  const url = new URL(successUrl)
  url.searchParams.set('reference', 'checkout' in sold ? sold.checkout : sold.invoice)
  return url.href
}
