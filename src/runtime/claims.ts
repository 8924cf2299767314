/**
 * Claims: words that one account holds alone. A gateway's ids lead to their account and are never
 * taken over by another; a trial key and a single-use coupon are spent once.
 */

import type { Account, BillingEvent, Catalog } from '../core/index.ts'
import type { GatewayRef } from '../gateway.ts'

/** The claim on something at a gateway: how a webhook finds its account. */
export function gatewayClaim(gateway: string, { kind, id }: GatewayRef): string {
  return `gateway/${gateway}/${kind}/${id}`
}

/** The claim on a trial: one per key, for ever. */
export function trialClaim(key: string): string {
  return `trial/${key}`
}

/** The claim on a coupon of which there is one use in all. */
function couponClaim(code: string): string {
  return `coupon/${code}`
}

/** What a claim is about, for those who must react to one that is taken. */
export type ClaimKind = GatewayRef['kind'] | 'trial' | 'coupon'

export function kindOfClaim(claim: string): ClaimKind {
  if (claim.startsWith('trial/')) return 'trial'
  if (claim.startsWith('coupon/')) return 'coupon'
  const kind = claim.split('/')[2]
  return kind === 'subscription' || kind === 'method' || kind === 'payment' ? kind : 'customer'
}

/** The claims that a step makes, and those it lets go. */
export function claimsOf(
  before: Account | null,
  after: Account,
  events: readonly BillingEvent[],
  catalog: Catalog,
): { readonly claims: readonly string[]; readonly releases: readonly string[] } {
  const held = new Set(before ? refsOf(before) : [])
  const claims = new Set(refsOf(after).filter((claim) => !held.has(claim)))
  const releases = new Set<string>()
  const coupons = new Map<string, string>()
  for (const checkout of Object.values(before?.checkouts ?? {}))
    if (isSingle(catalog, checkout.coupon?.code))
      coupons.set(checkout.reference, couponClaim(checkout.coupon?.code ?? ''))
  for (const event of events) {
    if (event.type === 'trial.started') for (const key of event.keys) claims.add(trialClaim(key))
    if (event.type === 'coupon.applied' && event.single) claims.add(couponClaim(event.coupon.code))
    if (event.type === 'checkout.opened' && isSingle(catalog, event.checkout.coupon?.code)) {
      // Set aside from the moment it is shown as a price, so that two customers never both pay it.
      const claim = couponClaim(event.checkout.coupon?.code ?? '')
      coupons.set(event.checkout.reference, claim)
      claims.add(claim)
    }
    if (event.type === 'checkout.closed' && event.outcome !== 'completed') {
      const claim = coupons.get(event.reference)
      if (claim) releases.add(claim)
    }
  }
  // Given up and taken again in one step: it stays ours.
  for (const claim of claims) releases.delete(claim)
  return { claims: [...claims], releases: [...releases] }
}

function isSingle(catalog: Catalog, code: string | undefined): boolean {
  return code !== undefined && (catalog.coupons.get(code)?.single ?? false)
}

/** Every id of a gateway that the document knows. */
function refsOf(account: Account): readonly string[] {
  const { gatewayCustomers, subscriptions, checkouts, closedCheckouts, paymentMethod } = account
  const subscribed = [
    ...Object.values(subscriptions),
    ...Object.values(checkouts),
    ...closedCheckouts,
  ]
  const claims = Object.entries(gatewayCustomers).map(([gateway, id]) =>
    gatewayClaim(gateway, { kind: 'customer', id }),
  )
  for (const { gateway, gatewayRef } of subscribed)
    if (gateway !== null && gatewayRef !== null)
      claims.push(gatewayClaim(gateway, { kind: 'subscription', id: gatewayRef }))
  if (paymentMethod)
    claims.push(gatewayClaim(paymentMethod.gateway, { kind: 'method', id: paymentMethod.id }))
  for (const { gateway, id } of account.payments)
    claims.push(gatewayClaim(gateway, { kind: 'payment', id }))
  return claims
}
