/**
 * The state diagram in docs/concepts.md, drawn from what the code does: scripted and random lives go
 * through the real rules in both clock modes, and every event that moved a subscription to another
 * status is an edge. `npx tsx scripts/state-diagram.ts` writes it, with `--check` it only compares.
 */
import {
  type Catalog,
  type Command,
  catalog,
  DAY,
  days,
  emptyAccount,
  evolve,
  type GatewayEvent,
  type Instant,
  monthly,
  type Observation,
  type Policies,
  plan,
  type Renewals,
  type Status,
} from '../src/core/index.ts'
import { type World, world } from '../src/testing/index.ts'
import { type PageBlock, runScript } from './page-block.ts'

/** Where the diagram stands. */
export const diagramBlock = {
  page: 'docs/concepts.md',
  name: 'state diagram, written by scripts/state-diagram.ts',
  make: () => stateDiagram(statusEdges()),
} satisfies PageBlock

/** A change of status and the event that made it; `none` is before the first subscription. */
export interface StatusEdge {
  readonly from: Status | 'none'
  readonly to: Status
  readonly event: string
}

/** In the order of a life, which is the order of the diagram's lines. */
const ORDER = [
  'none',
  'trialing',
  'active',
  'past_due',
  'suspended',
  'unpaid',
  'paused',
  'canceled',
  'expired',
] as const satisfies readonly (Status | 'none')[]

/** Every edge that the lives went through, each once and in a fixed order. */
export function statusEdges(): readonly StatusEdge[] {
  const found = new Map<string, StatusEdge>()
  for (const each of [...scriptedLives(), ...randomLives()])
    for (const edge of edgesOf(each)) found.set(`${edge.from} ${edge.to} ${edge.event}`, edge)
  const rank = ({ from, to }: StatusEdge) => ORDER.indexOf(from) * ORDER.length + ORDER.indexOf(to)
  return [...found.values()].sort((a, b) => rank(a) - rank(b) || (a.event < b.event ? -1 : 1))
}

/** The edges as a Mermaid diagram; events that join the same two statuses share a line. */
export function stateDiagram(edges: readonly StatusEdge[]): string {
  const lines = new Map<string, string[]>()
  for (const { from, to, event } of edges) {
    const arrow = `${from === 'none' ? '[*]' : from} --> ${to}`
    lines.set(arrow, [...(lines.get(arrow) ?? []), event.replace('subscription.', '')])
  }
  const drawn = [...lines].map(([arrow, events]) => `  ${arrow}: ${events.join(', ')}`)
  return ['```mermaid', 'stateDiagram-v2', ...drawn, '```'].join('\n')
}

function edgesOf({ journal }: World): readonly StatusEdge[] {
  const edges: StatusEdge[] = []
  let account = emptyAccount('customer')
  for (const event of journal) {
    const from = account.subscriptions.default?.status ?? 'none'
    account = evolve(account, event)
    const to = account.subscriptions.default?.status
    if (to && to !== from) edges.push({ from, to, event: event.type })
  }
  return edges
}

type Options = Partial<Pick<Policies, 'trialEnd' | 'pause'>> & {
  readonly renewals?: Renewals
  readonly free?: boolean
  readonly end?: Policies['dunning']['end']
}

function shop({ renewals = 'billwright', free = true, end = 'cancel', ...rest }: Options): Catalog {
  const paid = [
    plan('basic', { price: monthly(49_00, 'USD'), rank: 1, trial: days(14) }),
    plan('pro', {
      price: monthly(99_00, 'USD'),
      rank: 2,
      trial: days(14, { payment: 'upfront' }),
    }),
  ]
  return catalog({
    plans: free ? [plan('free', { default: true }), ...paid] : paid,
    gateways: [{ name: 'bank', renewals, amounts: renewals === 'gateway' ? 'session' : 'exact' }],
    policies: { ...rest, dunning: { end } },
  })
}

/** One thing that happens in a life. */
type Move = (life: World, random: (below: number) => number) => void

const ask =
  (command: Command): Move =>
  (life) => {
    life.do(command)
  }
const wait =
  (wanted: number): Move =>
  (life) => {
    life.at(life.now + wanted * DAY)
  }
const pay: Move = (life) => {
  if (life.asked()) life.pay({ subscription: 'sub_vendor' })
}
const decline: Move = (life) => {
  if (life.asked()) life.decline()
}
/** What a gateway that owns the clock tells of the subscription; nothing where it has none. */
const told =
  (fact: (about: Remote) => GatewayEvent): Move =>
  (life) => {
    const { gatewayRef, gateway, period } = life.account.subscriptions.default ?? {}
    if (!gatewayRef || !gateway || !period) return
    const start = period.end
    const next = { start, end: (start + 30 * DAY) as Instant }
    life.do(fact({ gateway, subscription: gatewayRef, period, next, now: life.now }))
  }

interface Remote {
  readonly gateway: string
  readonly subscription: string
  readonly period: Observation['period']
  readonly next: Observation['period']
  readonly now: Instant
}

const observed = (change: Partial<Observation>): Move =>
  told(({ gateway, subscription, period, now }) => {
    const seen = { subscription, observedAt: now, state: 'active', period, cancelAt: null } as const
    const observation: Observation = { ...seen, plan: null, quantity: 1, ...change }
    return { type: 'subscription.observed', gateway, observation }
  })
const renewed: Move = told(({ gateway, subscription, next, now }) => {
  const subject = { subscription, period: next }
  const payment = { id: `in_${next.start}`, subject, amount: 49_00, currency: 'USD', at: now }
  return { type: 'payment.succeeded', gateway, payment }
})
const notRenewed: Move = told(({ gateway, subscription, next, now: at }) => {
  const subject = { subscription, period: next }
  const asked = { payment: `fail_${at}`, subject, amount: 49_00, currency: 'USD', at }
  const decline = { code: 'insufficient_funds', retry: 'later' } as const
  return { type: 'payment.failed', gateway, ...asked, decline }
})
/** The overdue invoice of the running period, paid at the gateway after all. */
const paidLate: Move = told(({ gateway, subscription, period, now }) => {
  const subject = { subscription, period }
  const payment = { id: `in_${period.start}`, subject, amount: 49_00, currency: 'USD', at: now }
  return { type: 'payment.succeeded', gateway, payment }
})
const disputed: Move = (life) => {
  const payment = life.account.payments.at(-1)
  if (!payment) return
  const { gateway, id } = payment
  life.do({ type: 'payment.disputed', gateway, payment: id })
  life.do({ type: 'payment.dispute_closed', gateway, payment: id, outcome: 'lost' })
}

const register = ask({ type: 'register' })
const buy = ask({ type: 'subscribe', plan: 'basic', trial: false })
const tryOut = ask({ type: 'start_trial', plan: 'basic' })
const tryWithCard = ask({ type: 'start_trial', plan: 'pro' })
const extend = ask({ type: 'extend_grace', days: 10 })
const pause = ask({ type: 'pause' })
const unpause = ask({ type: 'unpause' })
const cancelNow = ask({ type: 'cancel', at: 'now' })
const cancel = ask({ type: 'cancel', at: 'period_end' })

const MOVES: readonly Move[] = [
  register,
  buy,
  buy,
  tryOut,
  tryWithCard,
  pay,
  pay,
  pay,
  decline,
  decline,
  ask({ type: 'subscribe', plan: 'pro', trial: false }),
  ask({ type: 'change_plan', plan: 'free' }),
  ask({ type: 'resume' }),
  ask({ type: 'retry_payment' }),
  ask({ type: 'move', to: 'bank' }),
  extend,
  pause,
  unpause,
  cancelNow,
  cancel,
  disputed,
  renewed,
  notRenewed,
  paidLate,
  observed({}),
  observed({ state: 'past_due' }),
  observed({ state: 'paused' }),
  observed({ state: 'canceled' }),
  observed({ state: 'expired' }),
  wait(1),
  wait(3),
  wait(8),
  (life, random) => wait(random(32))(life, random),
]

/** The stories that everybody knows, so that no diagram can miss them. */
function scriptedLives(): readonly World[] {
  const live = (options: Options, ...moves: readonly Move[]) => {
    const life = world(shop(options), '2025-01-31T10:00:00Z')
    for (const move of moves) move(life, () => 0)
    return life
  }
  const gateway = { renewals: 'gateway' } as const
  const unpaid = [buy, pay, wait(31), decline] as const
  return [
    live({ free: false }, tryOut, wait(15), buy, pay, cancel, wait(40), buy, pay),
    live({}, ...unpaid, pay),
    live({}, ...unpaid, wait(8), ask({ type: 'retry_payment' }), pay),
    live({}, ...unpaid, wait(8), extend, wait(30)),
    live({}, buy, pay, wait(51), decline, wait(11), extend),
    live({ end: 'keep' }, ...unpaid, wait(40), cancelNow),
    live({ free: false }, ...unpaid, wait(15), tryOut),
    live({}, buy, pay, pause, wait(3), unpause),
    live({ trialEnd: 'pause' }, tryOut, wait(15), buy, pay),
    live({ trialEnd: 'cancel', free: false }, tryOut, wait(15)),
    live(gateway, tryWithCard, pay, wait(14), renewed, notRenewed, paidLate, cancel, wait(40)),
    live(gateway, buy, pay, wait(31), notRenewed, wait(8), paidLate),
    live(gateway, buy, pay, wait(31), notRenewed, wait(15), observed({ state: 'canceled' })),
    live(gateway, buy, pay, observed({ state: 'paused' }), wait(1), observed({})),
    live({ ...gateway, free: false }, buy, pay, observed({ state: 'expired' }), buy, pay),
  ]
}

const RANDOM_LIVES = 800
const MOVES_IN_A_LIFE = 40

/** The same random lives on every run, over every policy that decides about a status. */
function randomLives(): readonly World[] {
  const shops = (['billwright', 'gateway'] as const).flatMap((renewals) =>
    [true, false].flatMap((free) =>
      (['unpaid', 'cancel', 'pause', 'downgrade'] as const).flatMap((trialEnd) =>
        (['cancel', 'keep'] as const).map((end) => shop({ renewals, free, trialEnd, end })),
      ),
    ),
  )
  const random = randomFrom(20_250_131)
  return Array.from({ length: RANDOM_LIVES }, (_, i) => {
    const life = world(shops[i % shops.length] ?? shop({}), '2025-01-31T10:00:00Z')
    for (let move = 0; move < MOVES_IN_A_LIFE; move++) MOVES[random(MOVES.length)]?.(life, random)
    return life
  })
}

/** Whole numbers below a bound, the same ones in every run (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

runScript(import.meta.url, diagramBlock)
