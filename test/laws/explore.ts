/**
 * Visits every state of a small world, breadth first, with the real functions. Times are kept
 * relative to now, so that the same situation a period later is the same state and the space is
 * finite. Every law is checked on every edge; edges are kept to find dead ends backwards.
 */
import {
  type Account,
  type Catalog,
  type Command,
  emptyAccount,
  type GatewayEvent,
  type Instant,
  type Invoice,
  type Subscription,
} from '../../src/core/index.ts'
import { type Edge, inputEdge, timeEdge } from './edge.ts'
import { violations } from './invariants.ts'
import { factsFor, isBounded, ONE_DAY, START } from './small-world.ts'

export interface Exploration {
  readonly states: number
  readonly edges: number
  readonly depth: number
  readonly seconds: number
  readonly problems: readonly string[]
  /** Reached states from which no end can be reached. */
  readonly deadEnds: readonly string[]
  /** How often each kind of event was seen. */
  readonly events: ReadonlyMap<string, number>
}

export interface ExploreOptions {
  readonly catalog: Catalog
  readonly commands: readonly Command[]
  /** Facts to leave out. Default: none. */
  readonly without?: (fact: GatewayEvent) => boolean
  /** Situations with more open invoices are not entered. Default 3. */
  readonly mostInvoices?: number
  /** Stops with a problem when there are more. Default 2,000,000. */
  readonly mostStates?: number
}

interface Frontier {
  readonly account: Account
  readonly now: Instant
  readonly id: number
}

export function explore({
  catalog,
  commands,
  without = () => false,
  mostInvoices = 3,
  mostStates = 2_000_000,
}: ExploreOptions): Exploration {
  const started = performance.now()
  const seen = new Map<string, number>()
  const ends: boolean[] = []
  const from: number[] = []
  const to: number[] = []
  const problems: string[] = []
  const events = new Map<string, number>()
  let depth = 0
  let frontier: Frontier[] = []
  let next: Frontier[] = []

  const enter = (account: Account, now: Instant): number => {
    const key = situation(account, now)
    const known = seen.get(key)
    if (known !== undefined) return known
    const id = seen.size
    seen.set(key, id)
    ends.push(isEnd(account))
    next.push({ account: forget(account), now, id })
    return id
  }

  const walk = ({ id }: Frontier, edge: Edge) => {
    for (const { type } of edge.events) events.set(type, (events.get(type) ?? 0) + 1)
    if (problems.length < 20)
      for (const problem of violations(edge))
        problems.push(
          `${problem} ⟵ ${JSON.stringify(edge.input)} in ${situation(edge.before, edge.now)}`,
        )
    if (edge.after.invoices.length > mostInvoices) return
    from.push(id)
    to.push(enter(edge.after, edge.now))
  }

  enter(inputEdge(catalog, emptyAccount('c'), { type: 'register' }, START).after, START)
  while (next.length > 0 && seen.size < mostStates && problems.length === 0) {
    frontier = next
    next = []
    depth += 1
    for (const state of frontier) {
      const { account, now } = state
      for (const input of [
        ...commands.filter((command) => isBounded(command, account, now)),
        ...factsFor(account, now).filter((fact) => !without(fact)),
      ]) {
        const edge = inputEdge(catalog, account, input, now)
        if (edge.events.length > 0) walk(state, edge)
        else if (edge.decision.ok && edge.effects.length > 0 && input.type !== 'verify')
          problems.push(`effects without an event ⟵ ${JSON.stringify(input)}`)
      }
      walk(state, timeEdge(catalog, account, (now + ONE_DAY) as Instant))
    }
  }
  if (seen.size >= mostStates) problems.push(`more than ${mostStates} states`)
  return {
    states: seen.size,
    edges: from.length,
    depth,
    seconds: (performance.now() - started) / 1000,
    problems,
    deadEnds: problems.length > 0 ? [] : deadEnds(seen, ends, from, to),
    events,
  }
}

/** An end: nothing is owed, asked or paid for any more. */
function isEnd({ subscriptions, invoices, checkouts }: Account): boolean {
  const over = Object.values(subscriptions).every(
    ({ status, price }) => status === 'canceled' || status === 'expired' || price === null,
  )
  return over && invoices.length === 0 && Object.keys(checkouts).length === 0
}

/** Walks backwards from every end; what is not reached cannot end. */
function deadEnds(
  seen: ReadonlyMap<string, number>,
  ends: readonly boolean[],
  from: readonly number[],
  to: readonly number[],
): readonly string[] {
  const before: number[][] = ends.map(() => [])
  to.forEach((target, i) => {
    before[target]?.push(from[i] ?? 0)
  })
  const alive = [...ends]
  const queue = ends.flatMap((end, id) => (end ? [id] : []))
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const source of before[id] ?? [])
      if (!alive[source]) {
        alive[source] = true
        queue.push(source)
      }
  return [...seen].filter(([, id]) => !alive[id]).map(([key]) => key)
}

/** What only remembers the past and decides nothing here: kept out, so that states can meet again. */
function forget(account: Account): Account {
  return { ...account, payments: [], closedCheckouts: [], incidents: [] }
}

/**
 * The situation of an account, relative to now: everything that can decide what comes next. Amounts
 * stand as «some» or «none», reminders follow from the dates; both would only multiply the states.
 */
function situation(account: Account, now: Instant): string {
  const days = since(now, END_OF_DUNNING)
  const parts: unknown[] = [
    account.gateway ?? '',
    // The gateway that owns the clock charges what it has; ours decides between charge and link.
    account.gateway === 'vendor' ? '' : (account.paymentMethod?.id ?? ''),
    (account.credit.USD ?? 0) > 0 ? 1 : 0,
    account.trials.length,
    account.couponsUsed.length > 0 ? 1 : 0,
  ]
  for (const group in account.subscriptions) {
    const subscription = account.subscriptions[group]
    if (subscription) parts.push(subscriptionKey(subscription, now))
  }
  for (const group in account.checkouts) {
    const checkout = account.checkouts[group]
    if (checkout)
      parts.push('c', checkout.terms.plan, checkout.coupon?.code ?? '', days(checkout.expiresAt))
  }
  for (const invoice of account.invoices) parts.push(invoiceKey(invoice, days))
  return parts.join(' ')
}

/** The oldest dates that still decide anything: of an unpaid invoice, and of a silent boundary. */
const END_OF_DUNNING = 6
const END_OF_SLACK = 3

/** Days from now; longer ago than any rule looks back makes no difference. */
function since(now: Instant, most: number): Days {
  return (at) => (at === null ? '-' : Math.max((at - now) / ONE_DAY, -most - 1))
}

type Days = (at: Instant | null) => number | '-'

function terms({
  plan,
  price,
  quantity,
  addOns,
}: Pick<Subscription, 'plan' | 'price' | 'quantity' | 'addOns'>) {
  return `${plan}${price?.interval.count ?? ''}x${quantity}${addOns.length > 0 ? '+' : ''}`
}

function subscriptionKey(subscription: Subscription, now: Instant): string {
  const days = since(now, END_OF_SLACK)
  const { status, period, paidThrough, pendingChange, cancelAt, coupon, request, lookups } =
    subscription
  // Ended, or free: only what it is matters, not since when.
  if (status === 'canceled' || status === 'expired') return `${status} ${subscription.renewals}`
  if (subscription.price === null) return 'free'
  if (status === 'unpaid') return `unpaid ${terms(subscription)} ${coupon?.periodsLeft ?? ''}`
  // A paused one goes on at the next boundary: only the phase is left of its dates.
  const phase = status === 'paused' ? ((period.end - now) / ONE_DAY) % 2 : days(period.end)
  return [
    status,
    terms(subscription),
    subscription.renewals === 'gateway' ? 'g' : '',
    phase,
    paidThrough !== null && paidThrough > now ? days(paidThrough) : '-',
    pendingChange ? `${terms(pendingChange.terms)}@${days(pendingChange.at)}` : '',
    days(cancelAt),
    coupon?.periodsLeft ?? '',
    request ? `${request.kind}${(request.cancelAt ?? 0) > now ? days(request.cancelAt) : ''}` : '',
    request?.change ? terms(request.change.terms) : '',
    lookups,
    status === 'trialing' ? days(subscription.trial.endsAt) : '',
  ].join(':')
}

function invoiceKey(invoice: Invoice, days: Days): string {
  const { reason, due, dueAt, attempts, failures, nextAttemptAt, firstFailedAt, gate } = invoice
  return [
    reason,
    due > 0 ? 1 : 0,
    // Once it has failed, dunning counts from there and the due date decides nothing.
    firstFailedAt === null ? days(dueAt) : '',
    reason === 'renewal' ? '' : days(invoice.period.end),
    // How many attempts there were decides nothing, only whether one is under way.
    attempts > failures.length ? 1 : 0,
    days(nextAttemptAt),
    days(firstFailedAt),
    invoice.link ? 1 : 0,
    gate ? `${terms(gate.terms)}@${days(gate.expiresAt)}` : '',
    gate?.pendingChange ? terms(gate.pendingChange.terms) : '',
  ].join(':')
}
