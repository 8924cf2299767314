/** What every effect needs to be performed: a way to write, and the gateway's customer. */

import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import type Stripe from 'stripe'
import type { LookUp } from '../fetch-thing.ts'
import type { Settings } from '../options.ts'
import type { Read } from '../read.ts'
import type { CallOptions, Reply, Transport } from '../transport.ts'
import {
  type Gateway,
  outcomeUnknown,
  type PerformContext,
  type Performed,
  refusedEffect,
} from 'billwright'
import { withAnswers } from '../answer.ts'
import { type Fields, textAt } from '../fields.ts'
import { keyOf } from '../key.ts'
import { MARK } from '../marks.ts'
import { refusal } from './refusal.ts'

type Run = (stripe: Stripe, options: CallOptions) => Promise<unknown>

export interface Desk {
  readonly settings: Settings
  readonly read: Read
  readonly lookUp: LookUp
  readonly find: Gateway['find']
  /** A write under the effect's key; `step` tells its writes apart where it has several. */
  write(effect: GatewayEffect, context: PerformContext, run: Run, step?: string): Promise<Reply>
  /** A write that makes the same thing for whoever asks, such as a price. */
  ensure(key: string, context: PerformContext, run: Run): Promise<Reply>
  /** A write whose reply tells the answer. */
  perform(
    effect: GatewayEffect,
    context: PerformContext,
    how: { readonly run: Run; readonly tell: (data: Fields) => readonly GatewayEvent[] },
  ): Promise<Performed>
  /** Facts that answer an effect, or a refusal where there are none. */
  answer(effect: GatewayEffect, events: readonly GatewayEvent[], orElse?: string): Performed
  refuse(effect: GatewayEffect, reply: Extract<Reply, { ok: false }>, at: PerformContext): Performed
  /** Stripe's customer: the known one, else one that is made. */
  customerOf(known: string | null, context: PerformContext): Promise<string>
}

export function openDesk(
  settings: Settings,
  tools: { call: Transport; read: Read; lookUp: LookUp; find: Gateway['find'] },
): Desk {
  const { call, read, lookUp, find } = tools
  const write: Desk['write'] = async (effect, { signal }, run, step) =>
    call({ signal, key: await keyOf(effect.key, step) }, run)
  const ensure: Desk['ensure'] = async (key, { signal }, run) =>
    call({ signal, key: await keyOf(key) }, run)
  const refuse: Desk['refuse'] = (effect, reply, { now }) => refusal(effect, reply, now)
  return {
    ...{ settings, read, lookUp, find, write, ensure, refuse },
    async perform(effect, context, { run, tell }) {
      const reply = await write(effect, context, run)
      if (!reply.ok) return refuse(effect, reply, context)
      return { events: withAnswers(effect, tell(reply.data)) }
    },
    answer(effect, events, orElse) {
      if (events.length > 0 || orElse === undefined) return { events: withAnswers(effect, events) }
      return { events: [refusedEffect(effect, orElse)] }
    },
    customerOf: (known, context) => customerOf(settings.name, ensure, known, context),
  }
}

/**
 * Content and key come from the customer alone, so that asking twice makes one. Another email is
 * another key: under the same one Stripe would refuse it.
 */
async function customerOf(
  name: string,
  ensure: Desk['ensure'],
  known: string | null,
  context: PerformContext,
): Promise<string> {
  if (known !== null) return known
  const { id, email = '', name: called = '' } = context.customer
  const shown = { ...(email === '' ? {} : { email }), ...(called === '' ? {} : { name: called }) }
  const metadata = { [MARK.customer]: id }
  const key = `customer/${id}/${email}/${called}`
  const reply = await ensure(key, context, (stripe, options) =>
    stripe.customers.create({ ...shown, metadata }, options),
  )
  const made = reply.ok ? textAt(reply.data, 'id') : null
  if (made !== null) return made
  throw outcomeUnknown(name, { vendorCode: reply.ok ? 'reply_unreadable' : reply.code })
}
