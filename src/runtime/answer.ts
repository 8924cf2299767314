/** What a command came to, read from the account afterwards: the reply is never remembered, always derived. */
import type { CommandOutcome, SubscriptionView } from '../bill.ts'
import type { Account, Command, Decline, Invoice } from '../core/index.ts'
import type { HostedPage } from '../gateway.ts'
import { type Seen, subscriptionView } from './views.ts'

export interface AnswerInput {
  readonly seen: Seen
  readonly command: Command
  readonly group: string
  /** A page that the gateway opened for this command. */
  readonly page: HostedPage | null
}

/** The outcome of a command, in the order in which a caller must act on it. */
export function answerOf({ seen, command, group, page }: AnswerInput): CommandOutcome {
  const { account } = seen
  const subscription = account.subscriptions[group]
  const view = subscription ? subscriptionView(subscription, seen) : null
  if (command.type === 'verify') return afterPage(command.reference, { account, group, view })
  const checkout = account.checkouts[group]
  const invoice = invoiceOf(account, command, group)
  if (page && !(checkout === undefined && OPENS_CHECKOUT.has(command.type))) {
    // The page for another method is opened for nothing that is owed.
    const owed =
      command.type === 'update_payment_method' ? null : (checkout?.reference ?? invoice?.id)
    return { status: 'redirect', ...page, reference: owed ?? null }
  }
  const url = invoice && (invoice.actionUrl ?? invoice.link)
  if (invoice && url) return { status: 'redirect', url, reference: invoice.id }
  const decline = invoice && declineOf(invoice)
  if (decline) return { status: 'declined', decline, subscription: view }
  const waiting = invoice !== undefined && WAITS_FOR_INVOICE.has(command.type)
  if (waiting || (view && subscription?.request)) return { status: 'pending', subscription: view }
  if (view?.scheduled && SCHEDULES.has(command.type))
    return { status: 'scheduled', subscription: view }
  return { status: view?.status ?? 'none', subscription: view }
}

interface Returned {
  readonly account: Account
  readonly group: string
  readonly view: SubscriptionView | null
}

/**
 * Back from a page: what became of what it was opened for. Another plan that the customer has is no
 * answer to that, and nobody is sent to the page again.
 */
function afterPage(reference: string, { account, group, view }: Returned): CommandOutcome {
  const checkout = account.checkouts[group]
  const invoice = account.invoices.find(({ id }) => id === reference)
  // What was declined on a link can still be paid there.
  const decline = invoice?.link === null ? declineOf(invoice) : null
  if (decline) return { status: 'declined', decline, subscription: view }
  const unpaid = checkout?.reference === reference && !checkout.signedUp
  if (invoice || unpaid || account.subscriptions[group]?.request)
    return { status: 'pending', subscription: view }
  return { status: view?.status ?? 'none', subscription: view }
}

/** Why the last attempt failed; `null` while one is under way. */
function declineOf({ decline, failures, attempts }: Invoice): Decline | null {
  return failures.length >= attempts ? decline : null
}

/** The invoice that a command opened or tried: the gated one of a change, else the oldest. */
function invoiceOf(account: Account, command: Command, group: string): Invoice | undefined {
  const open = account.invoices.filter((invoice) => invoice.group === group)
  if (CHANGES.has(command.type)) return open.find(({ gate }) => gate !== null)
  if (command.type === 'retry_payment') return open.find(({ gate }) => gate === null) ?? open[0]
  if (command.type === 'update_payment_method') return open.find(({ link }) => link !== null)
  return undefined
}

const CHANGES: ReadonlySet<string> = new Set([
  'subscribe',
  'change_plan',
  'set_quantity',
  'set_add_on',
])
const OPENS_CHECKOUT: ReadonlySet<string> = new Set(['subscribe', 'start_trial'])
const WAITS_FOR_INVOICE: ReadonlySet<string> = new Set([...CHANGES, 'retry_payment'])
const SCHEDULES: ReadonlySet<string> = new Set([...CHANGES])
