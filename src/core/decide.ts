/**
 * What an input means: the events that become true and the effects to ask for, or why not.
 * A table of contents: every rule has its file in `rules/`. Time must have been settled up to `now`
 * first; `settle` does one tick after the other, so that nothing due is skipped.
 */
import type { Catalog } from './catalog.ts'
import type { Effect } from './effect.ts'
import type { BillingEvent } from './event.ts'
import type { Command, GatewayEvent, Input, Usage } from './input.ts'
import type { Instant } from './instant.ts'
import type { Refusal } from './refusal.ts'
import type { Account } from './state.ts'
import { begin, type Draft, type Verdict } from './draft.ts'
import { setAddOn } from './rules/add-on.ts'
import { block, migratePrice, remindPayment, resolveIncident, unblock } from './rules/admin.ts'
import { adopt } from './rules/adopt.ts'
import { cancel, resume } from './rules/cancel.ts'
import { changePlan } from './rules/change-plan.ts'
import { undoChange } from './rules/change-terms.ts'
import { checkoutCompleted, checkoutExpired, customerLinked, verify } from './rules/checkout.ts'
import { applyCoupon, removeCoupon } from './rules/coupon.ts'
import { grantCredit } from './rules/credit.ts'
import { extendGrace } from './rules/dunning.ts'
import { methodRemoved, methodSaved, updatePaymentMethod } from './rules/method.ts'
import { move } from './rules/move.ts'
import { observed } from './rules/observe.ts'
import { pageOpened } from './rules/page.ts'
import { pause, unpause } from './rules/pause.ts'
import {
  effectRefused,
  linkDelivered,
  outcomeUnknown,
  paymentFailed,
  paymentPending,
  paymentSucceeded,
  resolveUnknown,
  retryPayment,
} from './rules/payment.ts'
import { setQuantity } from './rules/quantity.ts'
import { disputeClosed, disputed, paymentRefunded, refund, refundFailed } from './rules/refund.ts'
import { register } from './rules/register.ts'
import { startTrial } from './rules/start-trial.ts'
import { subscribe } from './rules/subscribe.ts'
import { tick } from './rules/tick.ts'
import { extendTrial } from './rules/trial.ts'
import { noteUsage, restoreResources } from './rules/usage.ts'
import { nextDue } from './schedule.ts'
import { methodExpiring, tell } from './tell.ts'

/** What follows from an input. A refusal is only ever the answer to a command. */
export type Decision =
  | {
      readonly ok: true
      readonly events: readonly BillingEvent[]
      readonly effects: readonly Effect[]
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** Decides about one input at `now`; pure, so the same arguments always give the same answer. */
export function decide(
  account: Account,
  usage: Usage,
  input: Input,
  now: Instant,
  catalog: Catalog,
): Decision {
  return decideFully(account, usage, input, now, catalog).decision
}

/** The decision together with the account after it, for those that fold it anyway. */
export function decideFully(
  account: Account,
  usage: Usage,
  input: Input,
  now: Instant,
  catalog: Catalog,
): { readonly decision: Decision; readonly account: Account } {
  const due = input.type === 'tick' ? nextDue(account, catalog) : null
  if (input.type === 'tick' && (!due || due.at > now)) return { decision: NOTHING, account }
  const draft = begin(account, usage, due?.at ?? now, catalog)
  if (due) tick(draft, due)
  const refusal = input.type === 'tick' ? undefined : rule(draft, input)
  if (refusal) return { decision: { ok: false, refusal }, account }
  tell(draft, account)
  const { events, effects } = draft
  return { decision: { ok: true, events, effects }, account: draft.account }
}

const NOTHING: Decision = { ok: true, events: [], effects: [] }

type Fact = GatewayEvent['type']

type Rules<Types extends Input['type'], Answer> = {
  readonly [Type in Types]: (draft: Draft, input: Extract<Input, { readonly type: Type }>) => Answer
}

/** What may be asked. Each answers with a refusal, or writes its happy path. */
const COMMANDS = {
  register,
  subscribe,
  start_trial: startTrial,
  verify,
  change_plan: changePlan,
  undo_change: undoChange,
  cancel,
  resume,
  pause,
  unpause,
  set_quantity: setQuantity,
  set_add_on: setAddOn,
  apply_coupon: applyCoupon,
  remove_coupon: removeCoupon,
  update_payment_method: updatePaymentMethod,
  retry_payment: retryPayment,
  refund,
  grant_credit: grantCredit,
  extend_trial: extendTrial,
  extend_grace: extendGrace,
  migrate_price: migratePrice,
  remind_payment: remindPayment,
  move,
  adopt,
  resolve_unknown: resolveUnknown,
  resolve_incident: resolveIncident,
  block,
  unblock,
  restore_resources: restoreResources,
  note_usage: noteUsage,
} satisfies Rules<Command['type'], Verdict>

/** What happens outside. A fact is never refused: it counts, or it is known already. */
const FACTS = {
  'checkout.completed': checkoutCompleted,
  'checkout.expired': checkoutExpired,
  'customer.linked': customerLinked,
  'page.opened': pageOpened,
  'payment.succeeded': paymentSucceeded,
  'payment.failed': paymentFailed,
  'payment.pending': paymentPending,
  'payment.refunded': paymentRefunded,
  'payment.refund_failed': refundFailed,
  'payment.disputed': disputed,
  'payment.dispute_closed': disputeClosed,
  'method.saved': methodSaved,
  'method.removed': methodRemoved,
  'method.expiring': methodExpiring,
  'subscription.observed': observed,
  'link.delivered': linkDelivered,
  'outcome.unknown': outcomeUnknown,
  'effect.refused': effectRefused,
} satisfies Rules<Fact, void>

// The tables are checked line by line; the call cannot be, because its input is a union.
const RULES = new Map(Object.entries({ ...COMMANDS, ...FACTS })) as ReadonlyMap<
  string,
  (draft: Draft, input: Command | GatewayEvent) => Verdict
>

function rule(draft: Draft, input: Command | GatewayEvent): Verdict {
  return RULES.get(input.type)?.(draft, input)
}
