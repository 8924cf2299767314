/** The hours that a gateway wants between two attempts on one saved method, after a decline. */
import type { Draft } from './draft.ts'
import type { Instant } from './instant.ts'
import type { Invoice } from './state.ts'
import { gatewayOf } from './catalog.ts'
import { HOUR } from './instant.ts'

/** Milliseconds between attempts at the gateway that collects an invoice; 0 where it does not mind. */
export function attemptGap({ account, catalog }: Draft, { group }: Invoice): number {
  const name = account.subscriptions[group]?.gateway ?? account.gateway
  const hours = name === null ? undefined : gatewayOf(catalog, name)?.attemptGapHours
  return (hours ?? 0) * HOUR
}

/**
 * When the saved method may be tried again; `null` when it may at once. What counts is the last
 * attempt that was declined, on whichever open invoice: another method was not tried yet.
 */
export function waitsUntil(draft: Draft, invoice: Invoice): Instant | null {
  const { paymentMethod, invoices } = draft.account
  const tried = invoices.flatMap(({ tried: last, failures }) =>
    last && failures.length > 0 && last.method === paymentMethod?.id ? [last.at] : [],
  )
  const at = (Math.max(...tried) + attemptGap(draft, invoice)) as Instant
  return at > draft.at ? at : null
}
