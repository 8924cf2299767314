/** What a customer confirms on a page of the portal. */
import type { Portal, PortalFlow, Subscription, Vendor } from './vendor.ts'
import { changeItems } from './changes.ts'
import { touch } from './subscriptions.ts'
import { known } from './vendor.ts'
import { isVendorError } from './vendor-error.ts'

type Update = Extract<PortalFlow, { readonly type: 'subscription_update_confirm' }>

/** Does what the page is for. A change whose payment fails changes nothing, and the page says so. */
export function confirmFlow(vendor: Vendor, page: Portal): void {
  const { flow, status } = page
  if (status !== 'open' || flow.type === 'payment_method_update') return
  const subscription = known(vendor.subscriptions, flow.subscription)
  if (flow.type === 'subscription_cancel') cancelAtEnd(vendor, subscription)
  else if (!isPaid(page, () => change(vendor, subscription, flow))) return
  page.status = 'complete'
}

/** Flexible billing says when it ends, not that it ends with the period. */
function cancelAtEnd(vendor: Vendor, subscription: Subscription): void {
  subscription.cancelAt = subscription.end
  subscription.canceledAt = vendor.now()
  touch(vendor, subscription)
}

/** How a change is prorated is a setting of the account's portal: here it is invoiced at once. */
function change(vendor: Vendor, subscription: Subscription, flow: Update): void {
  const { item, price, quantity } = flow
  const items = subscription.items.map((old) =>
    old.id === item ? { ...old, price, quantity } : old,
  )
  changeItems(vendor, subscription, {
    ...{ items, behavior: 'always_invoice', payment: 'error_if_incomplete' },
    ...{ at: vendor.now(), metadata: subscription.metadata },
  })
  touch(vendor, subscription)
}

function isPaid(page: Portal, run: () => void): boolean {
  page.decline = null
  try {
    run()
    return true
  } catch (error) {
    if (!isVendorError(error)) throw error
    page.decline = error.body.decline_code ?? error.body.code ?? 'card_declined'
    return false
  }
}
