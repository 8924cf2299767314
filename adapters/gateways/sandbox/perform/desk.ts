/** What every effect needs to be performed: a way to write, and the gateway's customer. */
import type { PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { LookUp } from '../fetch-thing.ts'
import type { Settings } from '../options.ts'
import type { Ask, Transport } from '../transport.ts'
import { answer } from '../answer.ts'
import { refusal } from './refusal.ts'

/** Content comes from the effect alone: under one key it is always the same. */
export type Content = Readonly<Record<string, unknown>>

export interface Desk {
  readonly name: string
  readonly lookUp: LookUp
  /** Posts a content under the effect's key and answers with what came of it. */
  post(
    effect: GatewayEffect,
    context: PerformContext,
    to: { readonly path: string; readonly body: Content },
  ): Promise<Performed>
  write(
    effect: GatewayEffect,
    context: PerformContext,
    ask: Pick<Ask, 'method' | 'path' | 'body'>,
  ): Promise<Performed>
  /** The gateway's customer: one for each of ours, however often it is asked for. */
  customerOf(known: string | null, context: PerformContext): Promise<string>
}

export function openDesk({ name }: Settings, call: Transport, lookUp: LookUp): Desk {
  const write: Desk['write'] = async (effect, { signal, now }, ask) => {
    const reply = await call({ ...ask, key: effect.key, signal })
    if (reply.ok) return answer(name, effect, reply.data)
    return { events: refusal(effect, reply.code, now) }
  }
  return {
    name,
    lookUp,
    write,
    post: (effect, context, to) => write(effect, context, { method: 'POST', ...to }),
    async customerOf(known, { signal, customer }) {
      if (known !== null) return known
      const path = `/v1/customers/${encodeURIComponent(customer.id)}`
      const reply = await call({ method: 'PUT', path, body: {}, signal })
      return reply.ok ? idOf(reply.data) : ''
    },
  }
}

function idOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'id' in data ? String(data.id) : ''
}
