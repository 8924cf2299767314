/** Reading from Paystack: a transaction by its reference, with what happened to it since. */
import type { PerformContext, Thing } from 'billwright'
import type { GatewayEvent } from 'billwright/core'
import type { Settings } from './options.ts'
import type { Ask } from './send.ts'
import type { Transport } from './transport.ts'
import {
  type PaystackDispute,
  type PaystackRefund,
  type PaystackTransaction,
  readDispute,
  readRefund,
  readTransaction,
} from './read.ts'
import { type Reference, readReference, writeReference } from './reference.ts'
import { disputeEvents, refundEvents, transactionEvents } from './translate.ts'

export interface LookUps {
  /** `null` when there is none. */
  transaction(reference: string, context: PerformContext): Promise<PaystackTransaction | null>
  /** By Paystack's own number; `null` where it is none of ours. */
  numbered(id: string, context: PerformContext): Promise<PaystackTransaction | null>
  refunds(transaction: string, context: PerformContext): Promise<readonly PaystackRefund[]>
  thing(thing: Thing, context: PerformContext): Promise<readonly GatewayEvent[]>
}

/** Attempts on one invoice, and pages of one attempt, that are looked for. */
const MAX_ATTEMPTS = 30
const MAX_PAGES = 9
/** An attempt that Paystack refused left no transaction behind. */
const MISSES = 3

export function lookUps(settings: Settings, call: Transport): LookUps {
  const read = async (
    asked: Pick<Ask, 'path' | 'query'>,
    { signal }: PerformContext,
  ): Promise<unknown> => {
    const reply = await call({ method: 'GET', ...asked, signal })
    return reply.ok ? reply.data : null
  }
  const transaction: LookUps['transaction'] = async (reference, context) => {
    const path = `/transaction/verify/${encodeURIComponent(reference)}`
    const found = readTransaction(await read({ path }, context))
    return found?.reference === reference ? found : null
  }
  const numbered: LookUps['numbered'] = async (id, context) => {
    const path = `/transaction/${encodeURIComponent(id)}`
    const found = readTransaction(await read({ path }, context))
    return found && readReference(settings.prefix, found.reference) ? found : null
  }
  const listOf = async (path: string, id: string, context: PerformContext) => {
    const query = { transaction: id, perPage: '100' }
    const found = await read({ path, query }, context)
    return Array.isArray(found) ? found : []
  }
  // Oldest first, whichever way they are listed.
  const refunds: LookUps['refunds'] = async (id, context) =>
    (await listOf('/refund', id, context))
      .map(readRefund)
      .filter((each) => each !== null)
      .sort((a, b) => Number(a.id) - Number(b.id))
  const disputes = async (id: string, context: PerformContext): Promise<PaystackDispute[]> =>
    (await listOf('/dispute', id, context)).map(readDispute).filter((each) => each !== null)

  async function history(found: PaystackTransaction, context: PerformContext) {
    const { id, reference } = found
    const told = transactionEvents(settings, found)
    if (told.length === 0) return []
    return [
      ...told,
      ...(await refunds(id, context)).flatMap((each) => refundEvents(settings, reference, each)),
      ...(await disputes(id, context)).flatMap((each) => disputeEvents(settings, reference, each)),
    ]
  }

  /** Every page of one attempt. */
  async function pagesOf(of: Omit<Reference, 'page'>, context: PerformContext) {
    const found: PaystackTransaction[] = []
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const reference = writeReference(settings.prefix, { ...of, page })
      const one = await transaction(reference, context)
      if (one === null) break
      found.push(one)
    }
    return found
  }

  async function attemptsOn(invoice: string, context: PerformContext) {
    const found: PaystackTransaction[] = []
    let misses = 0
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && misses < MISSES; attempt += 1) {
      const charges = await pagesOf({ purpose: 'charge', id: invoice, attempt }, context)
      const links = await pagesOf({ purpose: 'link', id: invoice, attempt }, context)
      found.push(...charges, ...links)
      misses = charges.length + links.length === 0 ? misses + 1 : 0
    }
    return found
  }

  async function thing(asked: Thing, context: PerformContext): Promise<readonly GatewayEvent[]> {
    switch (asked.kind) {
      case 'checkout': {
        const of = { purpose: 'checkout', id: asked.reference, attempt: 1 } as const
        const found = await pagesOf(of, context)
        return found.flatMap((each) => transactionEvents(settings, each))
      }
      case 'invoice': {
        const found = await attemptsOn(asked.invoice, context)
        return found.flatMap((each) => transactionEvents(settings, each))
      }
      case 'payment': {
        const found = await transaction(asked.id, context)
        return found ? history(found, context) : []
      }
      default:
        return []
    }
  }

  return { transaction, numbered, refunds, thing }
}
