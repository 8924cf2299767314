/** Whether a gateway can do what a command needs; where neither it nor the core can, a typed refusal. */
import type { Account, Catalog, Command, Effect } from '../core/index.ts'
import type { Gateway, Operation } from '../gateway.ts'
import { isLive, periodAmount, spendsCredit } from '../core/index.ts'
import { BillingError, type ErrorDetail } from '../errors.ts'

const NEEDS: { readonly [Type in Command['type']]?: Operation } = {
  pause: 'pause',
  unpause: 'pause',
  set_quantity: 'quantity',
  set_add_on: 'add_ons',
  apply_coupon: 'coupons',
  update_payment_method: 'update_payment_method',
  retry_payment: 'retry_payment',
}

/** Throws `not_supported`, naming the gateway and the operation. */
export function checkSupport(
  account: Account,
  command: Command,
  {
    gateways,
    catalog,
  }: { readonly gateways: ReadonlyMap<string, Gateway>; readonly catalog: Catalog },
): void {
  if (command.type === 'move') checkMove(account, command, gateways)
  const gives = command.type === 'resolve_incident' && command.choice === 'credit'
  if (gives || command.type === 'grant_credit') checkCredit(account, gateways)
  const operation = NEEDS[command.type]
  if (!operation) return
  const group = 'group' in command ? (command.group ?? 'default') : 'default'
  const subscription = account.subscriptions[group]
  const name = subscription?.gateway ?? account.gateway ?? catalog.gateways[0]?.name
  const gateway = name === undefined ? undefined : gateways.get(name)
  // Where our clock runs the core does it, whatever the vendor lacks.
  const ours = subscription?.renewals !== 'gateway'
  const support = gateway?.capabilities.operations[operation]
  // Where nothing is ever saved, the open link is the way to pay with something else.
  const byLink = operation === 'update_payment_method' && !gateway?.capabilities.savedMethods
  if (byLink && ours) return
  if (support === undefined || support === 'native' || (support === 'core' && ours)) return
  throw notSupported(gateway?.name ?? '', operation)
}

/** Whether another gateway can take over what is held, before anything is asked of it. */
function checkMove(
  account: Account,
  { to, at, group = 'default' }: Extract<Command, { readonly type: 'move' }>,
  gateways: ReadonlyMap<string, Gateway>,
): void {
  const held = account.subscriptions[group]
  const target = gateways.get(to)
  if (!held?.price || !target || held.gateway === to) return
  const { capabilities, renewals } = target
  const { currency } = held.price
  const { currencies, minimum, savedMethods, paymentLinks, operations } = capabilities
  const can = (operation: Operation) =>
    operations[operation] === 'native' ||
    (operations[operation] === 'core' && renewals === 'billwright')
  const lacks = [
    currencies !== 'any' && !currencies.includes(currency) && 'currency',
    periodAmount(held) < (minimum[currency] ?? 0) && 'minimum',
    !savedMethods && !paymentLinks && 'saved_methods',
    held.quantity > 1 && !can('quantity') && 'quantity',
    held.addOns.length > 0 && !can('add_ons') && 'add_ons',
    held.coupon !== null && !can('coupons') && 'coupons',
  ].find((lack) => lack !== false)
  if (lacks) throw notSupported(to, lacks, { currency })
  const before = gateways.get(held.gateway ?? '')
  const waits = at === 'period_end' && held.renewals === 'gateway'
  if (waits && before?.capabilities.operations.cancel_at_period_end === 'no')
    throw notSupported(before.name, 'cancel_at_period_end')
}

/** Credit that no invoice of ours will ever spend is not taken: a gateway bills without it. */
function checkCredit(account: Account, gateways: ReadonlyMap<string, Gateway>): void {
  if (spendsCredit(account)) return
  const billed = Object.values(account.subscriptions).find((each) => isLive(each) && each.gateway)
  const name = billed?.gateway ?? ''
  const support = gateways.get(name)?.capabilities.operations.account_credit
  if (support !== 'native') throw notSupported(name, 'account_credit')
}

/** What an effect asks of a gateway that owns the clock, where its command does not tell. */
function operationOf(effect: Effect): Operation | null {
  switch (effect.kind) {
    case 'subscription.change':
      return 'change_now'
    case 'subscription.schedule':
      return 'change_scheduled'
    case 'subscription.extend_trial':
      return 'extend_trial'
    case 'subscription.cancel':
      return effect.at === 'now' ? null : 'cancel_at_period_end'
    case 'checkout.open':
      return effect.checkout.trialDays === null ? null : 'trial_upfront'
    default:
      return null
  }
}

/** Throws `not_supported` for what was decided and the gateway can't do; nothing is committed then. */
export function checkAsked(
  command: Command,
  effects: readonly Effect[],
  gateways: ReadonlyMap<string, Gateway>,
): void {
  // Its own operation was checked by the command.
  if (NEEDS[command.type]) return
  for (const effect of effects) {
    const operation = operationOf(effect)
    if (operation === null || !('gateway' in effect)) continue
    const support = gateways.get(effect.gateway)?.capabilities.operations[operation]
    if (support === 'no') throw notSupported(effect.gateway, operation)
  }
}

/** The refusal, by name, of what a gateway can't do and nobody does for it. */
export function notSupported(
  gateway: string,
  operation: string,
  more: ErrorDetail = {},
): BillingError {
  return new BillingError('refused', 'not_supported', `${gateway} can't do this: ${operation}.`, {
    gateway,
    operation,
    ...more,
  })
}
