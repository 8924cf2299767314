/**
 * The same small machine for the state machine libraries. One table says what may happen in which
 * status; both machines are built from it, so that they differ in nothing but the library.
 */
import type { Facts, SmallEvent, Status } from './by-hand.ts'
import { createMachine, guard, interpret, type Machine, reduce, state, transition } from 'robot3'
import { assign, setup } from 'xstate'
import { NOTHING_YET } from './by-hand.ts'

type Type = SmallEvent['type']
type Of<Wanted extends Type> = Extract<SmallEvent, { readonly type: Wanted }>

interface Rule<Wanted extends Type> {
  readonly type: Wanted
  readonly from: readonly Status[]
  readonly to?: Status
  readonly when?: (now: Facts, event: Of<Wanted>) => boolean
  readonly set?: (now: Facts, event: Of<Wanted>) => Partial<Facts>
}

const STATUSES = [
  'none',
  'trialing',
  'active',
  'past_due',
  'suspended',
  'unpaid',
  'paused',
  'canceled',
] as const satisfies readonly Status[]
const BUYING: readonly Status[] = ['none', 'trialing', 'unpaid', 'canceled']
const RENEWING: readonly Status[] = ['active', 'past_due']

const isEnding = ({ cancelAt }: Facts) => cancelAt !== null
const isOpen = ({ cancelAt, invoice }: Facts) => cancelAt === null && invoice === null

const RULES = [
  rule('start_trial', {
    from: ['none'],
    to: 'trialing',
    when: ({ trialUsed }) => !trialUsed,
    set: (_, { plan, end }) => ({ plan, periodEnd: end, trialUsed: true }),
  }),
  rule('check_out', {
    from: BUYING,
    to: 'active',
    when: (_, { checkout }) => checkout === null,
    set: (_, { plan, end }) => ({ plan, periodEnd: end, checkout: null }),
  }),
  rule('check_out', {
    from: BUYING,
    when: (now, { checkout }) => checkout !== now.checkout,
    set: (_, { plan, checkout }) => ({ wanted: plan, checkout }),
  }),
  rule('checkout_paid', {
    from: BUYING,
    to: 'active',
    when: (now, { checkout }) => now.checkout === checkout,
    set: ({ wanted }, { end }) => ({ plan: wanted, checkout: null, periodEnd: end }),
  }),
  rule('checkout_expired', {
    from: BUYING,
    when: ({ checkout }) => checkout !== null,
    set: () => ({ checkout: null }),
  }),
  rule('trial_end', { from: ['trialing'], to: 'unpaid', set: () => ({ cancelAt: null }) }),
  rule('renew', {
    from: RENEWING,
    set: ({ scheduled, plan }, { invoice, end }) => {
      return { plan: scheduled ?? plan, scheduled: null, invoice, periodEnd: end }
    },
  }),
  rule('upgrade', {
    from: ['active'],
    when: (now, { invoice }) => invoice === null && isOpen(now),
    set: (_, { plan }) => ({ plan, scheduled: null, quote: null }),
  }),
  rule('upgrade', {
    from: ['active'],
    when: isOpen,
    set: (_, { plan, invoice }) => ({ quote: invoice, quoted: plan }),
  }),
  rule('downgrade', {
    from: ['active'],
    when: (now, { plan }) => !isEnding(now) && now.scheduled !== plan,
    set: (_, { plan }) => ({ scheduled: plan, quote: null }),
  }),
  rule('undo', {
    from: STATUSES,
    when: ({ scheduled }) => scheduled !== null,
    set: () => ({ scheduled: null }),
  }),
  rule('quote_expired', {
    from: STATUSES,
    when: ({ quote }) => quote !== null,
    set: () => ({ quote: null }),
  }),
  rule('cancel', {
    from: ['active'],
    when: ({ cancelAt }, { at }) => cancelAt !== at,
    set: (_, { at }) => ({ cancelAt: at, scheduled: null, quote: null }),
  }),
  rule('resume', { from: STATUSES, when: isEnding, set: () => ({ cancelAt: null }) }),
  rule('end', {
    from: RENEWING,
    to: 'canceled',
    when: isEnding,
    set: () => ({ cancelAt: null }),
  }),
  rule('pause', { from: ['active'], to: 'paused', when: isOpen, set: () => ({ quote: null }) }),
  rule('unpause', {
    from: ['paused'],
    to: 'active',
    when: ({ periodEnd }, { end }) => end === periodEnd,
    set: (_, { invoice }) => ({ invoice }),
  }),
  rule('unpause', {
    from: ['paused'],
    to: 'active',
    set: ({ scheduled, plan }, { invoice, end }) => {
      return { plan: scheduled ?? plan, scheduled: null, invoice, periodEnd: end }
    },
  }),
  rule('paid', {
    from: STATUSES,
    when: ({ quote }, { invoice }) => quote === invoice,
    set: ({ quoted }) => ({ plan: quoted, scheduled: null, quote: null }),
  }),
  rule('paid', {
    from: ['active', 'past_due', 'suspended'],
    to: 'active',
    when: (now, { invoice }) => now.invoice === invoice,
    set: () => ({ invoice: null }),
  }),
  rule('declined', {
    from: ['active'],
    to: 'past_due',
    when: (now, { invoice }) => now.invoice === invoice,
  }),
  rule('declined', {
    from: ['past_due', 'suspended'],
    when: (now, { invoice }) => now.invoice === invoice,
  }),
  rule('grace_end', { from: ['past_due'], to: 'suspended', set: () => ({ cancelAt: null }) }),
  rule('dunning_end', {
    from: ['suspended'],
    to: 'canceled',
    set: () => ({ cancelAt: null, invoice: null, scheduled: null }),
  }),
  rule('retry', { from: STATUSES }),
  rule('remind', { from: STATUSES }),
]

/** What xstate and robot3 start with. */
const FACTS: Facts = NOTHING_YET

export const xstateMachine = setup({
  types: {} as { context: Facts; events: SmallEvent },
}).createMachine({
  context: FACTS,
  initial: 'none',
  states: Object.fromEntries(
    STATUSES.map((status) => [status, { on: transitionsOf(status) }]),
  ) as Record<Status, { on: ReturnType<typeof transitionsOf> }>,
})

const robotMachine = createMachine(
  'none',
  Object.fromEntries(
    STATUSES.map((status) => [
      status,
      state(
        ...RULES.filter(({ from }) => from.includes(status)).map(({ type, to, when, set }) =>
          transition(type, to ?? status, guard(when), reduce(set)),
        ),
      ),
    ]),
  ),
  () => FACTS,
)

export interface RobotService {
  readonly machine: { readonly current: string }
  readonly context: Facts
  readonly send: (event: SmallEvent) => void
}

/** A running robot3 service, under the types that its own cannot say. */
export function startRobot(): RobotService {
  return interpret(robotMachine as Machine, () => undefined) as unknown as RobotService
}

function transitionsOf(status: Status) {
  const on: Record<string, object[]> = {}
  for (const { type, from, to, when, set } of RULES) {
    if (!from.includes(status)) continue
    const target = to && to !== status ? { target: to } : {}
    const list = on[type] ?? []
    on[type] = list
    list.push({
      ...target,
      guard: ({ context, event }: { context: Facts; event: SmallEvent }) => when(context, event),
      actions: assign<Facts, SmallEvent, undefined, SmallEvent, never>(({ context, event }) =>
        set(context, event),
      ),
    })
  }
  return on
}

interface AnyRule {
  readonly type: Type
  readonly from: readonly Status[]
  readonly to: Status | undefined
  readonly when: (now: Facts, event: SmallEvent) => boolean
  readonly set: (now: Facts, event: SmallEvent) => Facts
}

/** Every accepted event counts one version. A library calls a rule only with events of its type. */
function rule<Wanted extends Type>(
  type: Wanted,
  { from, to, when = () => true, set }: Omit<Rule<Wanted>, 'type'>,
): AnyRule {
  return {
    type,
    from,
    to,
    when: when as AnyRule['when'],
    set: (now, event) => ({
      ...now,
      ...set?.(now, event as Of<Wanted>),
      version: now.version + 1,
    }),
  }
}
