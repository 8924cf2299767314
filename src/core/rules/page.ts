/** The gateway's own id of a page: what it wants to hear when the page is looked up or closed. */
import type { GatewayEvent } from '../input.ts'
import type { Invoice } from '../state.ts'
import { ask, type Draft, record } from '../draft.ts'

/** A page was opened for a checkout or an invoice. The newest one counts: an older one was closed. */
export function pageOpened(
  draft: Draft,
  { gateway, reference, page }: Extract<GatewayEvent, { readonly type: 'page.opened' }>,
): void {
  const { checkouts, closedCheckouts, invoices, subscriptions } = draft.account
  const sold = [...Object.values(checkouts), ...closedCheckouts]
  const checkout = sold.find((each) => each.reference === reference && each.gateway === gateway)
  const invoice = invoices.find(
    ({ id, group }) => id === reference && subscriptions[group]?.gateway === gateway,
  )
  const opened = checkout ?? invoice
  if (opened && opened.page !== page) record(draft, { type: 'page.opened', reference, page })
}

/** The page of a checkout or an invoice as an effect names it: absent where none was told. */
export function pageOf({ page }: { readonly page?: string }): { readonly page?: string } {
  return page === undefined ? {} : { page }
}

/** Withdraws the payment link of an invoice that is settled or closed otherwise. */
export function dropLink(draft: Draft, invoice: Invoice): void {
  const page = invoice.link === null ? null : openedFor(draft, invoice)
  if (page) ask(draft, { kind: 'checkout.expire', ...page }, invoice.id, 0)
}

/** Asks what became of the page of an invoice. */
export function lookUpInvoice(draft: Draft, invoice: Invoice): void {
  const page = openedFor(draft, invoice)
  if (page) ask(draft, { kind: 'payment.lookup', ...page }, invoice.id)
}

/** The page of an invoice as an effect names it. */
function openedFor({ account }: Draft, invoice: Invoice) {
  const { id: reference, group } = invoice
  const gateway = account.subscriptions[group]?.gateway ?? account.gateway
  if (gateway === null) return null
  const customer = account.gatewayCustomers[gateway] ?? null
  return { gateway, customer, reference, ...pageOf(invoice) }
}
