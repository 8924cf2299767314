/**
 * Adopting: a subscription that was sold at the gateway without us stands here as if it had been bought
 * here. Whatever differs from the plan refuses it, and all that differs is named at once.
 */

import type { GatewayProfile } from '../catalog-options.ts'
import type { Command } from '../input.ts'
import type { Plan } from '../plan.ts'
import type { Price } from '../price.ts'
import type { LiveSubscription, Terms, Trialing } from '../state.ts'
import { findPrice, gatewayOf } from '../catalog.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { periodAmount } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { isPaid } from '../state.ts'
import { sameInterval } from '../terms.ts'
import { closeCheckout } from './checkout.ts'
import { isQuantity, newSubscription } from './start.ts'
import { trialKeysOf } from './trial.ts'

type Adopt = Extract<Command, { readonly type: 'adopt' }>

interface Difference {
  readonly what: string
  readonly expected: unknown
  readonly found: unknown
}

export function adopt(draft: Draft, command: Adopt): Verdict {
  const plan = draft.catalog.plans.get(command.plan)
  if (!plan) return refuse('unknown_plan', { plan: command.plan })
  const gateway = gatewayOf(draft.catalog, command.gateway)
  if (!gateway) return refuse('gateway_required', { gateway: command.gateway })
  const { found } = command
  const { group } = plan
  const current = liveIn(draft, group)
  const again = current?.gateway === gateway.name && current.gatewayRef === found.subscription
  if (again) return undefined
  const { currency, interval } = found.price
  const price = findPrice(plan.prices, interval, currency)
  const differences = [
    ...ofTerms(plan, command, price ?? plan.prices[0]),
    ...ofState(command, gateway),
    ...ofAccount(draft, command, current),
  ]
  if (differences.length > 0 || !price) {
    const { subscription } = found
    return refuse('adoption_mismatch', { gateway: gateway.name, subscription, differences })
  }
  const open = draft.account.checkouts[group]
  if (open) closeCheckout(draft, open, 'superseded')
  const { id, version: planVersion } = plan
  start(draft, command, { plan: id, planVersion, price, quantity: found.quantity, addOns: [] })
  return undefined
}

/** What is sold: by the plan as the catalog has it today. */
function ofTerms(plan: Plan, { found }: Adopt, expected: Price | undefined): readonly Difference[] {
  const { price } = found
  const units = plan.quantity ?? { min: 1, max: 1 }
  return [
    ...differs('plan', plan.id, found.plan ?? plan.id),
    ...differs('currency', expected?.currency ?? null, price.currency),
    ...when(
      expected !== undefined && !sameInterval(expected.interval, price.interval),
      'interval',
      {
        expected: expected?.interval,
        found: price.interval,
      },
    ),
    ...differs('amount', expected?.amount ?? null, price.amount),
    ...when(!isQuantity(plan, found.quantity), 'quantity', {
      expected: units,
      found: found.quantity,
    }),
    ...differs('items', 1, found.items),
    ...differs('discounted', false, found.discounted),
    ...differs('scheduled', false, found.scheduled),
  ]
}

function ofState({ found, mode }: Adopt, gateway: GatewayProfile): readonly Difference[] {
  const runs = found.state === 'active' || found.state === 'trialing'
  return [
    ...when(!runs, 'status', { expected: ['active', 'trialing'], found: found.state }),
    ...differs('mode', mode, found.mode),
    ...differs('collection', 'automatic', found.collection),
    ...differs('renewals', 'gateway', gateway.renewals),
  ]
}

function ofAccount(
  { account }: Draft,
  { found, gateway, takenElsewhere = [] }: Adopt,
  current: LiveSubscription | undefined,
): readonly Difference[] {
  const known = account.gatewayCustomers[gateway] ?? found.customer
  return [
    ...when(isPaid(current), 'subscribed', { expected: null, found: current?.plan }),
    ...differs('customer', known, found.customer),
    ...takenElsewhere.map((what) => ({ what: `${what}_taken`, expected: false, found: true })),
  ]
}

function differs(what: string, expected: unknown, found: unknown): readonly Difference[] {
  return expected === found ? [] : [{ what, expected, found }]
}

function when(
  is: boolean | undefined,
  what: string,
  values: Omit<Difference, 'what'>,
): readonly Difference[] {
  return is ? [{ what, ...values }] : []
}

/** As if it had been bought here, and nothing is billed for it. */
function start(draft: Draft, { gateway, found }: Adopt, terms: Terms): void {
  const { period, customer, method, cancelAt, anchor, startedAt, state } = found
  const group = draft.catalog.plans.get(terms.plan)?.group ?? 'default'
  const linked = { gateway, customer, group: null, checkout: null, subscription: null }
  if (draft.account.gatewayCustomers[gateway] !== customer)
    record(draft, { type: 'gateway.linked', ...linked })
  const from = { at: startedAt, anchor, period, gateway, renewals: 'gateway' } as const
  const base = {
    ...newSubscription(draft, group, terms, from),
    gatewayRef: found.subscription,
    observedAt: found.observedAt,
    cancelAt,
  }
  if (state === 'trialing') {
    const trial = { startedAt: period.start, endsAt: period.end, payment: 'upfront' } as const
    const subscription: Trialing = { ...base, trial, status: 'trialing' }
    record(draft, { type: 'subscription.started', group, subscription })
    record(draft, { type: 'trial.started', group, plan: terms.plan, keys: trialKeysOf(draft) })
  } else {
    const charged = [{ item: 'plan', amount: periodAmount(terms), from: period.start }]
    const paid = { paidThrough: period.end, charged, status: 'active' } as const
    record(draft, { type: 'subscription.started', group, subscription: { ...base, ...paid } })
  }
  if (method) record(draft, { type: 'method.saved', method })
}
