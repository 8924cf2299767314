/** The vendor's books as its API shows them. */
import type {
  WireChange,
  WireCharge,
  WireMethod,
  WireObject,
  WirePage,
  WireRefund,
  WireSubscription,
} from '../wire.ts'
import type { Change, Charge, Method, Page, Refund, Subscription, Vendor } from './vendor.ts'

export function showMethod({ id, customer, card }: Method): WireMethod {
  const { number, brand, behavior } = card
  const reusable = behavior.kind !== 'wallet'
  const expires = reusable ? '2034-12' : null
  const last4 = number.slice(-4)
  const fingerprint = `fp_${number}`
  return { object: 'method', id, customer, reusable, brand, last4, expires, fingerprint }
}

export function showCharge(vendor: Vendor, charge: Charge): WireCharge {
  const { id, customer, subject, amount, currency, status, decline, at, dispute, page } = charge
  const refunds = [...vendor.refunds.values()].filter((each) => each.charge === id).map(showRefund)
  const actionUrl = status === 'pending' && page !== null ? vendor.pageUrl(page) : null
  return {
    object: 'charge',
    ...{
      id,
      customer,
      subject,
      amount,
      currency,
      status,
      decline,
      actionUrl,
      at,
      refunds,
      dispute,
    },
  }
}

export function showRefund({ id, charge, amount }: Refund): WireRefund {
  return { object: 'refund', id, charge, amount, status: 'succeeded' }
}

export function showPage(vendor: Vendor, page: Page): WirePage {
  const { id, kind, reference, status, customer, subscription, doneAt } = page
  const method = vendor.methods.get(page.method ?? '')
  const charge = vendor.charges.get(page.charge ?? '')
  return {
    object: 'page',
    ...{ id, kind, reference, status, url: vendor.pageUrl(id), customer, subscription },
    method: method ? showMethod(method) : null,
    charge: charge ? showCharge(vendor, charge) : null,
    doneAt,
  }
}

export function showSubscription(subscription: Subscription): WireSubscription {
  const { id, customer, status, period, cancelAt, terms, changedAt } = subscription
  const { plan, interval, quantity } = terms
  return {
    object: 'subscription',
    ...{ id, customer, status, period, cancelAt, plan, interval, quantity, changedAt },
  }
}

export function showChange(vendor: Vendor, change: Change): WireChange | null {
  const charge = vendor.charges.get(change.charge ?? '')
  const subscription = vendor.subscriptions.get(change.subscription)
  if (!subscription) return null
  return {
    object: 'change',
    id: change.id,
    charge: charge ? showCharge(vendor, charge) : null,
    subscription: showSubscription(subscription),
  }
}

/** Anything by its id, as it is now. */
export function showAny(vendor: Vendor, id: string): WireObject | null {
  const { charges, refunds, pages, subscriptions, changes, methods, customers } = vendor
  const [charge, refund, page] = [charges.get(id), refunds.get(id), pages.get(id)]
  if (charge) return showCharge(vendor, charge)
  if (refund) return showRefund(refund)
  if (page) return showPage(vendor, page)
  const [subscription, change] = [subscriptions.get(id), changes.get(id)]
  if (subscription) return showSubscription(subscription)
  if (change) return showChange(vendor, change)
  const [method, customer] = [methods.get(id), customers.get(id)]
  if (method) return showMethod(method)
  return customer ? { object: 'customer', id, reference: customer.reference } : null
}
