/** What every effect needs to be performed: calls, look-ups, and a page that is made once. */
import type { HostedPage, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { LookUps } from '../look-up.ts'
import type { Settings } from '../options.ts'
import type { Reference } from '../reference.ts'
import type { Transport } from '../transport.ts'
import { outcomeUnknown } from 'billwright'
import { amountRefusal, toPaystack } from '../amounts.ts'
import { refused, withAnswers } from '../answer.ts'
import { isFields, text } from '../read.ts'
import { writeReference } from '../reference.ts'
import { transactionEvents } from '../translate.ts'

export interface Desk {
  readonly settings: Settings
  readonly call: Transport
  readonly look: LookUps
}

export interface PageOf extends Omit<Reference, 'page'> {
  readonly amount: number
  readonly currency: string
  readonly successUrl: string | null
  readonly cancelUrl: string | null
  /** Only what can be charged again is offered. */
  readonly recurring: boolean
}

/** More lost replies in a row than anybody has. */
const MAX_PAGES = 9

/**
 * Makes a page. A reference that is taken belongs to a page whose address was lost: if it was paid,
 * that is the answer; else the next one is made.
 */
export async function openPage(
  desk: Desk,
  effect: GatewayEffect,
  context: PerformContext,
  of: PageOf,
): Promise<Performed & { readonly page?: HostedPage }> {
  const { settings, call, look } = desk
  const { email } = context.customer
  if (email === undefined) return refused(effect, 'customer_email_required')
  const wrong = amountRefusal(settings, of.amount, of.currency)
  if (wrong !== null) return refused(effect, wrong)
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { purpose, id, attempt } = of
    const reference = writeReference(settings.prefix, { purpose, id, attempt, page })
    const body = { email, reference, ...contentOf(settings, of) }
    const path = '/transaction/initialize'
    const reply = await call({ method: 'POST', path, body, signal: context.signal })
    if (reply.ok) return { events: [], page: pageOf(settings, reply.data) }
    if (reply.code !== 'duplicate_reference') return refused(effect, reply.code)
    const earlier = await look.transaction(reference, context)
    const events = earlier ? transactionEvents(settings, earlier) : []
    if (events.length > 0) return { events: withAnswers(effect, events) }
  }
  return refused(effect, 'too_many_pages')
}

function contentOf({ xof }: Settings, of: PageOf) {
  const { amount, currency, successUrl, cancelUrl, recurring } = of
  const metadata = {
    ...(recurring ? { custom_filters: { recurring: true } } : {}),
    ...(cancelUrl === null ? {} : { cancel_action: cancelUrl }),
  }
  return {
    amount: toPaystack(amount, currency, xof),
    currency,
    ...(successUrl === null ? {} : { callback_url: successUrl }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  }
}

function pageOf({ name, publicKey }: Settings, data: unknown): HostedPage {
  const url = isFields(data) ? text(data.authorization_url) : null
  if (url === null) throw outcomeUnknown(name, { vendorCode: 'page_missing' })
  const accessCode = isFields(data) ? text(data.access_code) : null
  if (accessCode === null) return { url }
  return publicKey === null ? { url, accessCode } : { url, accessCode, publicKey }
}
