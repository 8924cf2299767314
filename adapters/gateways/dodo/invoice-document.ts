/** Dodo's invoice of a payment; as the merchant of record it is Dodo that makes it. */
import type { InvoiceDocument, PerformContext } from 'billwright'
import type { Calls } from './client.ts'
import { text } from './read.ts'

/** `null` while Dodo has not made it, and for a payment that Dodo does not have. */
export async function invoiceDocument(
  { read }: Calls,
  payment: string,
  context: PerformContext,
): Promise<InvoiceDocument | null> {
  const reply = await read(context, (dodo, options) => dodo.payments.retrieve(payment, options))
  const url = reply.ok ? text(reply.data.invoice_url) : null
  return url === null ? null : { url }
}
