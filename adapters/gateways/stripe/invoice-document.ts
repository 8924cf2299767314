/** Stripe's own document of a payment: the invoice's PDF, or the receipt of a charge that had no invoice. */
import type { InvoiceDocument, PerformContext } from 'billwright'
import type { Read } from './read.ts'
import { intentAt, invoiceAt, invoiceBehind } from './fetch-thing.ts'
import { textAt } from './fields.ts'

/** `null` for a draft, and for a payment that Stripe does not have. */
export async function invoiceDocument(
  read: Read,
  payment: string,
  context: PerformContext,
): Promise<InvoiceDocument | null> {
  const url = await urlOf(read, payment, context)
  return url === null ? null : { url }
}

async function urlOf(read: Read, payment: string, context: PerformContext): Promise<string | null> {
  // What credit or somebody outside of Stripe paid goes by the invoice's own id.
  const invoice = payment.startsWith('in_')
    ? await invoiceAt(read, context, payment)
    : await invoiceBehind(read, context, payment)
  if (invoice) return textAt(invoice, 'invoice_pdf') ?? textAt(invoice, 'hosted_invoice_url')
  const intent = payment.startsWith('pi_') ? await intentAt(read, context, payment) : null
  return textAt(intent, 'latest_charge', 'receipt_url')
}
