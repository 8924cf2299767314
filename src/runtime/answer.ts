/** What a command came to, read from the account afterwards: the reply is never remembered, always derived. */
import type { CommandOutcome } from '../bill.ts'
import type { Account, Command, Invoice } from '../core/index.ts'
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
  const checkout = account.checkouts[group]
  const invoice = invoiceOf(account, command, group)
  if (page && !(checkout === undefined && OPENS_CHECKOUT.has(command.type))) {
    // The page for another method is of nothing that is owed.
    const opened = command.type === 'update_payment_method' ? undefined : invoice
    return { status: 'redirect', ...page, reference: checkout?.reference ?? opened?.id ?? null }
  }
  // Whoever just came back from the page is not sent there again.
  const url = command.type !== 'verify' && invoice && (invoice.actionUrl ?? invoice.link)
  if (invoice && url) return { status: 'redirect', url, reference: invoice.id }
  if (invoice?.decline && invoice.failures.length >= invoice.attempts)
    return { status: 'declined', decline: invoice.decline, subscription: view }
  // A plan that the customer had before is no answer to whether this one was paid.
  const unpaid =
    command.type === 'verify' && checkout?.reference === command.reference && !checkout.signedUp
  const waiting = invoice !== undefined && WAITS_FOR_INVOICE.has(command.type)
  if (unpaid || waiting || (view && subscription?.request))
    return { status: 'pending', subscription: view }
  if (view?.scheduled && SCHEDULES.has(command.type))
    return { status: 'scheduled', subscription: view }
  return { status: view?.status ?? 'none', subscription: view }
}

/** The invoice that a command is about: the gated one of a change, the one named, else the oldest. */
function invoiceOf(account: Account, command: Command, group: string): Invoice | undefined {
  const open = account.invoices.filter((invoice) => invoice.group === group)
  if (CHANGES.has(command.type)) return open.find(({ gate }) => gate !== null)
  if (command.type === 'verify') return open.find(({ id }) => id === command.reference)
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
const OPENS_CHECKOUT: ReadonlySet<string> = new Set(['subscribe', 'start_trial', 'verify'])
const WAITS_FOR_INVOICE: ReadonlySet<string> = new Set([...CHANGES, 'retry_payment', 'verify'])
const SCHEDULES: ReadonlySet<string> = new Set([...CHANGES])
