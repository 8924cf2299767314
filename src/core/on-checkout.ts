/** Changes one checkout of an account, whether it is open or closed. */
import type { Account, Checkout } from './state.ts'
import { type Writable, withEntry } from './copy.ts'

export function onCheckout(
  next: Writable<Account>,
  reference: string,
  change: Pick<Partial<Checkout>, 'gatewayRef' | 'page' | 'signedUp' | 'lookups'>,
): void {
  const link = <T extends Checkout>(checkout: T): T =>
    checkout.reference === reference ? { ...checkout, ...change } : checkout
  next.closedCheckouts = next.closedCheckouts.map(link)
  const open = Object.values(next.checkouts).find((checkout) => checkout.reference === reference)
  if (open) next.checkouts = withEntry(next.checkouts, open.group, link(open))
}
