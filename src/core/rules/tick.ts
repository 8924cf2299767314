/** Time passed: the earliest thing that is due happens, dated when it was due. */
import { ask, type Draft, record } from '../draft.ts'
import { awaitedBoundary, type Due, isSlackOver } from '../schedule.ts'
import { isLive, type LiveSubscription } from '../state.ts'
import { remind } from '../tell.ts'
import { closeCheckout, verify } from './checkout.ts'
import { collect } from './collect.ts'
import { endDunning } from './dunning.ts'
import { dropInvoice, end } from './end.ts'
import { switchOver } from './finish-move.ts'
import { heldMove } from './held-move.ts'
import { raise } from './ledger.ts'
import { goOn } from './pause.ts'
import { decline } from './payment.ts'
import { invoiceEarly, renew } from './renewal.ts'
import { atGateway } from './request.ts'
import { endTrial } from './trial.ts'

export function tick(draft: Draft, due: Due): void {
  const { kind, group, invoice } = due
  const checkout = draft.account.checkouts[group]
  if (kind === 'checkout_expiry' && checkout) closeCheckout(draft, checkout, 'expired')
  if (kind === 'checkout_look_up' && checkout)
    lookUpPage(draft, checkout.reference, checkout.lookups)
  if (kind === 'link_look_up' && invoice) lookUpPage(draft, invoice.id, invoice.lookups)
  const moving = heldMove(draft, group)
  if (kind === 'move' && moving) switchOver(draft, moving)
  if (kind === 'retry' && invoice) collect(draft, invoice)
  if (kind === 'quote_expiry' && invoice) dropInvoice(draft, invoice)
  // A link that was delivered and is due without payment is the fact that dunning starts from; one
  // that came after its due date gives the whole grace from then on.
  if (kind === 'link_due' && invoice)
    decline(draft, invoice.id, `due:${invoice.id}`, LINK_UNPAID, draft.at)
  const subscription = draft.account.subscriptions[group]
  if (isLive(subscription)) onSubscription(draft, due, subscription)
}

const LINK_UNPAID = { code: 'unknown', retry: 'with_customer' } as const

function onSubscription(draft: Draft, due: Due, subscription: LiveSubscription): void {
  const { group } = subscription
  switch (due.kind) {
    case 'trial_end':
      if (subscription.status === 'trialing') endTrial(draft, subscription)
      return
    case 'cancellation':
      end(draft, subscription, 'requested')
      return
    case 'renewal':
      renew(draft, subscription)
      return
    case 'unpause':
      goOn(draft, subscription)
      return
    case 'grace_end':
      record(draft, { type: 'subscription.suspended', group })
      return
    case 'dunning_end':
      endDunning(draft, subscription)
      return
    case 'early_invoice':
      invoiceEarly(draft, subscription)
      return
    case 'look_up':
      lookUp(draft, subscription)
      return
    case 'trial_reminder':
    case 'renewal_reminder':
    case 'grace_reminder':
      remind(draft, due)
      return
    default:
      return
  }
}

/** The tab may be closed and the webhook lost. */
function lookUpPage(draft: Draft, reference: string, lookups = 0): void {
  record(draft, { type: 'page.awaited', reference, lookups: lookups + 1 })
  verify(draft, { reference })
}

/** A boundary passed without the gateway's word: ask, and after the slack tell a person. */
function lookUp(draft: Draft, subscription: LiveSubscription): void {
  const { group, period, lookups } = subscription
  const remote = atGateway(subscription)
  const boundary = awaitedBoundary(subscription)
  record(draft, { type: 'renewal.awaited', group })
  if (!remote) return
  const subject = `${remote.subscription}/${boundary}`
  ask(draft, { kind: 'subscription.lookup', ...remote, period }, subject, lookups)
  if (isSlackOver(subscription)) raise(draft, 'renewal_unconfirmed', null, group)
}
