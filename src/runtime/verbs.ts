/** The verbs that change something: each makes one command of its arguments. */
import type { Bill, CallOptions, CommandOutcome, CustomerRef } from '../bill.ts'
import type { Runtime } from './runtime.ts'
import { type Command, type Instant, instant, type Payment } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { adoptCommand, markAdopted, previewAdopted } from './adopt.ts'
import { answer, runCommand } from './command.ts'
import { checkId, customerOf } from './ids.ts'
import { accountOfReference } from './subject.ts'

type Verbs = Pick<
  Bill,
  | 'register'
  | 'subscribe'
  | 'startTrial'
  | 'verify'
  | 'changePlan'
  | 'undoChange'
  | 'cancel'
  | 'resume'
  | 'pause'
  | 'unpause'
  | 'setQuantity'
  | 'addOn'
  | 'applyCoupon'
  | 'removeCoupon'
  | 'updatePaymentMethod'
  | 'retryPayment'
  | 'move'
  | 'adopt'
  | 'restore'
  | 'refund'
  | 'grantCredit'
  | 'extendTrial'
  | 'extendGrace'
  | 'migratePrice'
  | 'remindPayment'
  | 'block'
  | 'unblock'
  | 'resolveUnknown'
  | 'resolveIncident'
>

export function verbs(runtime: Runtime): Verbs {
  const run = (
    ref: CustomerRef,
    command: Command,
    options: CallOptions = {},
  ): Promise<CommandOutcome> => runCommand(runtime, { customer: customerOf(ref), command, options })

  return {
    register: (customer, options) => run(customer, { type: 'register' }, options),
    subscribe: (customer, plan, options = {}) =>
      run(customer, subscribeCommand(plan, options), options),
    startTrial: (customer, plan, options = {}) =>
      run(customer, { ...subscribeCommand(plan, options), type: 'start_trial' }, options),
    verify: (reference, options = {}) => verify(runtime, reference, options.customer),
    changePlan: (customer, plan, options = {}) =>
      run(customer, { type: 'change_plan', plan, ...commandFields(options) }, options),
    undoChange: (customer, options = {}) =>
      run(customer, { type: 'undo_change', ...groupOf(options) }, options),
    cancel: (customer, options = {}) => run(customer, cancelCommand(options), options),
    resume: (customer, options = {}) =>
      run(customer, { type: 'resume', ...groupOf(options) }, options),
    pause(customer, options = {}) {
      const until = options.until === undefined ? {} : { until: instant(options.until) }
      return run(customer, { type: 'pause', ...groupOf(options), ...until }, options)
    },
    unpause: (customer, options = {}) =>
      run(customer, { type: 'unpause', ...groupOf(options) }, options),
    setQuantity: (customer, quantity, options = {}) =>
      run(customer, { type: 'set_quantity', quantity, ...commandFields(options) }, options),
    addOn: (customer, addOn, quantity, options = {}) =>
      run(customer, { type: 'set_add_on', addOn, quantity, ...commandFields(options) }, options),
    applyCoupon: (customer, coupon, options = {}) =>
      run(customer, { type: 'apply_coupon', coupon, ...groupOf(options) }, options),
    removeCoupon: (customer, options = {}) =>
      run(customer, { type: 'remove_coupon', ...groupOf(options) }, options),
    updatePaymentMethod: (customer, options = {}) =>
      run(customer, { type: 'update_payment_method', ...commandFields(options) }, options),
    retryPayment: (customer, options = {}) =>
      run(customer, { type: 'retry_payment', ...groupOf(options) }, options),
    move: (customer, options) =>
      run(customer, { type: 'move', ...commandFields(options), to: options.to }, options),
    async adopt(ref, plan, options) {
      const customer = customerOf(ref)
      const command = await adoptCommand(runtime, customer, plan, options)
      await previewAdopted(runtime, customer, command)
      await markAdopted(runtime, customer.id, command)
      return run(customer, command, options)
    },
    restore: (customer, feature, ids, options) =>
      run(customer, { type: 'restore_resources', feature, ids }, options),
    async refund(customer, payment, options = {}) {
      const row = await paymentOf(runtime, customerOf(customer).id, payment, options.gateway)
      const amount = options.amount === undefined ? {} : { amount: options.amount }
      return run(customer, { type: 'refund', payment: row, ...amount }, options)
    },
    grantCredit: (customer, amount, currency, options) =>
      run(customer, { type: 'grant_credit', amount, currency }, options),
    extendTrial: (customer, days, options = {}) =>
      run(customer, { type: 'extend_trial', days, ...groupOf(options) }, options),
    extendGrace: (customer, days, options = {}) =>
      run(customer, { type: 'extend_grace', days, ...groupOf(options) }, options),
    migratePrice: (customer, options = {}) =>
      run(customer, { type: 'migrate_price', ...groupOf(options) }, options),
    remindPayment: (customer, options = {}) =>
      run(customer, { type: 'remind_payment', ...groupOf(options) }, options),
    block: (customer, reason, options = {}) =>
      run(customer, { type: 'block', reason, ...groupOf(options) }, options),
    unblock: (customer, reason, options = {}) =>
      run(customer, { type: 'unblock', reason, ...groupOf(options) }, options),
    resolveUnknown: (customer, invoice, outcome, options) =>
      run(
        customer,
        { type: 'resolve_unknown', invoice, outcome, payment: options.payment },
        options,
      ),
    resolveIncident: (customer, incident, choice, options) =>
      run(customer, { type: 'resolve_incident', incident, choice }, options),
  }
}

/** The fields of the options that belong to a command; what makes the call repeatable does not. */
export function commandFields<Options extends object>(
  options: Options,
): Omit<Options, 'idempotencyKey' | 'actor'> {
  const { idempotencyKey: _, actor: __, ...fields } = options as Options & CallOptions
  // What a caller left undefined was left out.
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Omit<Options, 'idempotencyKey' | 'actor'>
}

export function subscribeCommand(
  plan: string,
  options: Parameters<Bill['subscribe']>[2] = {},
): Extract<Command, { readonly type: 'subscribe' }> {
  const { addOns, ...fields } = commandFields(options)
  return { type: 'subscribe', plan, ...fields, ...(addOns && { addOns: countsOf(addOns) }) }
}

/** How many of each add-on; one left undefined is none. */
function countsOf(
  addOns: Readonly<Partial<Record<string, number>>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(addOns).map(([id, count]) => [id, count ?? 0]))
}

export function cancelCommand({
  at = 'period_end',
  ...options
}: Parameters<Bill['cancel']>[1] & object): Extract<Command, { readonly type: 'cancel' }> {
  const when: 'period_end' | 'now' | Instant = typeof at === 'string' ? at : instant(at)
  return { type: 'cancel', at: when, ...groupOf(options) }
}

function groupOf({ group }: { readonly group?: string }): { readonly group?: string } {
  return group === undefined ? {} : { group }
}

/** Of a reference that somebody brings back: only its own customer may ask about it. */
async function verify(
  runtime: Runtime,
  returned: string,
  ref: CustomerRef | undefined,
): Promise<CommandOutcome> {
  const reference = checkoutReference(runtime, returned)
  checkId(reference, 'reference')
  const account = accountOfReference(reference)
  const own = ref === undefined ? null : customerOf(ref)
  // Ours are written without one: it is a page's key, which names an account and proves no page.
  const isPage = reference.includes('/')
  if (account === null || (own ? own.id !== account : isPage))
    throw new BillingError('request', 'not_found', 'No checkout has that reference.', { reference })
  const command = { type: 'verify', reference } as const
  const call = { customer: own ?? { id: account }, command, options: {} }
  // Looked up, a page would bring its card back, though another was saved since.
  return isPage ? answer(runtime, call, null) : runCommand(runtime, call)
}

/** Ours, or what a vendor made of it in the address that it sent the customer back to. */
function checkoutReference({ gateways }: Runtime, returned: string): string {
  if (typeof returned !== 'string' || accountOfReference(returned) !== null) return returned
  for (const { checkoutReference: read } of gateways.values()) {
    const reference = read?.(returned) ?? null
    if (reference !== null) return reference
  }
  return returned
}

/** A payment of this customer, from the document or from its row. */
async function paymentOf(
  { storage, gateways }: Runtime,
  account: string,
  id: string,
  gateway: string | undefined,
): Promise<Payment> {
  const names = gateway === undefined ? [...gateways.keys()] : [gateway]
  const payments = names.map((name) => ({ gateway: name, id }))
  const loaded = await storage.load({ by: { account }, payments })
  const known = [...(loaded.account?.payments ?? []), ...loaded.payments]
  const payment = known.find((each) => each.id === id && names.includes(each.gateway))
  if (payment) return payment
  throw new BillingError('request', 'not_found', 'The customer has no such payment.', { id })
}
