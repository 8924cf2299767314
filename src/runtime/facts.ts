/** Gateway events on their way in: completed with rows and marks, and without what is another's. */
import type { GatewayEvent } from '../core/index.ts'
import type { Loaded } from '../storage.ts'
import { gatewayClaim, trialClaim } from './claims.ts'
import { neededPayment } from './subject.ts'

/**
 * The facts as the core takes them. One about an old payment gets that payment's row; a checkout that
 * starts a trial is told which of its keys are taken; money and subscriptions that belong to another
 * account are left out: authentic is not valid.
 */
export function factInputs(
  facts: readonly GatewayEvent[],
  loaded: Pick<Loaded, 'payments' | 'account'>,
  taken: ReadonlySet<string>,
): readonly GatewayEvent[] {
  return facts
    .filter((fact) => !isForeign(fact, taken))
    .map((fact) => complete(fact, loaded, taken))
}

function complete(
  fact: GatewayEvent,
  { payments, account }: Pick<Loaded, 'payments' | 'account'>,
  taken: ReadonlySet<string>,
): GatewayEvent {
  switch (fact.type) {
    case 'payment.refunded':
    case 'payment.refund_failed':
    case 'payment.disputed':
    case 'payment.dispute_closed': {
      const { gateway, payment } = fact
      const row = payments.find((each) => each.id === payment && each.gateway === gateway)
      return row ? { ...fact, row } : fact
    }
    case 'checkout.completed': {
      const checkouts = account
        ? [...Object.values(account.checkouts), ...account.closedCheckouts]
        : []
      const keys = checkouts.find(({ reference }) => reference === fact.reference)?.trialKeys ?? []
      const trialKeysTaken = keys.filter((key) => taken.has(trialClaim(key)))
      return trialKeysTaken.length > 0 ? { ...fact, trialKeysTaken } : fact
    }
    default:
      return fact
  }
}

function isForeign(fact: GatewayEvent, taken: ReadonlySet<string>): boolean {
  if (taken.size === 0) return false
  const { gateway } = fact
  const has = (kind: 'payment' | 'subscription', id: string | null | undefined) =>
    typeof id === 'string' && taken.has(gatewayClaim(gateway, { kind, id }))
  switch (fact.type) {
    case 'payment.succeeded':
      return has('payment', fact.payment.id)
    case 'checkout.completed':
      return has('payment', fact.payment?.id) || has('subscription', fact.subscription)
    case 'subscription.observed':
      return has('subscription', fact.observation.subscription)
    default:
      return has('payment', neededPayment(fact))
  }
}

/** Whether facts wait for a payment that nobody has told us of yet. */
export function missesPayment(
  facts: readonly GatewayEvent[],
  { account, payments }: Pick<Loaded, 'payments' | 'account'>,
): boolean {
  return facts.some((fact) => {
    const needed = neededPayment(fact)
    if (needed === null) return false
    const known = [...(account?.payments ?? []), ...payments]
    const told = facts.some(
      (other) =>
        (other.type === 'payment.succeeded' && other.payment.id === needed) ||
        (other.type === 'checkout.completed' && other.payment?.id === needed),
    )
    return !told && !known.some(({ id, gateway }) => id === needed && gateway === fact.gateway)
  })
}
