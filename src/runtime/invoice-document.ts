/** The gateway's document of an invoice, by the payment that settled it. */
import type { InvoiceDocument } from '../gateway.ts'
import type { InvoiceRow, Storage } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { BillingError } from '../errors.ts'
import { LARGEST_LIMIT } from './operations.ts'
import { readGateway } from './perform.ts'
import { notSupported } from './support.ts'

/** Looks among the customer's own invoices alone: anybody else's is as unknown as one that never was. */
export async function invoiceDocument(
  runtime: Runtime,
  account: string,
  invoice: string,
): Promise<InvoiceDocument | null> {
  const { storage, gateways } = runtime
  const row = await rowOf(storage, account, invoice)
  const id = row?.payment ?? null
  const payments = id === null ? [] : [...gateways.keys()].map((gateway) => ({ gateway, id }))
  const loaded = await storage.load({ by: { account }, payments })
  const open = loaded.account?.invoices.some((each) => each.id === invoice) === true
  if (!row && !open)
    throw new BillingError('request', 'not_found', 'The customer has no such invoice.', { invoice })
  // Two gateways may have a payment of one id: the invoice tells which it is.
  const paid = [...(loaded.account?.payments ?? []), ...loaded.payments].find(
    (each) => each.id === id && each.invoice === invoice,
  )
  if (!paid) return null
  const { gateway: name } = paid
  const document = gateways.get(name)?.document
  if (!document) throw notSupported(name, 'invoice_document')
  return readGateway(runtime, { gateway: name, account }, (context) => document(paid.id, context))
}

async function rowOf(storage: Storage, account: string, id: string): Promise<InvoiceRow | null> {
  let after: string | null | undefined
  while (after !== null) {
    const page = { limit: LARGEST_LIMIT, ...(after === undefined ? {} : { after }) }
    const { items, next } = await storage.invoices(account, page)
    const found = items.find((each) => each.id === id)
    if (found) return found
    after = next
  }
  return null
}
