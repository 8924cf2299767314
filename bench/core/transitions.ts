/**
 * One input applied: a subscription's life of 4,096 inputs, about a tenth of them refused, told
 * twice or too late, through billwright and through state machines that follow the same life.
 */
import { createActor, getInitialSnapshot, transition } from 'xstate'
import { type Account, decide, emptyAccount, evolve } from '../../src/core/index.ts'
import { NOTHING_YET, type Small, step } from '../support/by-hand.ts'
import { CATALOG, live, type Moment } from '../support/life.ts'
import { startRobot, xstateMachine } from '../support/machines.ts'
import { type Case, inputs, measure } from '../support/measure.ts'
import { digits, printTable } from '../support/table.ts'

let next: (() => Moment) | undefined
const life = inputs((random) => {
  next ??= live(random)
  return next()
})
const journal = life.all.flatMap(({ events }) => events)
const first = journal.slice(0, life.all.length)
const EMPTY = emptyAccount('customer')

/** Where a way of doing it stands after an input. */
interface Place {
  readonly status: string
  readonly plan: string
}

interface Way<State> {
  readonly name: string
  readonly start: () => State
  readonly next: (state: State, moment: Moment) => State
  readonly place: (state: State) => Place
}

const ways = [
  way<Small>({
    name: 'limit: switch by hand on a small state',
    start: () => NOTHING_YET,
    next: (state, { small }) => step(state, small),
    place: (state) => state,
  }),
  way<Account>({
    name: 'billwright evolve, the events of one input',
    start: () => EMPTY,
    next: (account, { events }) => events.reduce(evolve, account),
    place: placeOf,
  }),
  way<Account>({
    name: 'billwright decide and fold',
    start: () => EMPTY,
    next: (account, { input, now }) => {
      const decision = decide(account, {}, input, now, CATALOG)
      return decision.ok ? decision.events.reduce(evolve, account) : account
    },
    place: placeOf,
  }),
  way({
    name: 'robot3 service.send',
    start: startRobot,
    next: (service, { small }) => {
      service.send(small)
      return service
    },
    place: ({ machine, context }) => ({ status: machine.current, plan: context.plan }),
  }),
  way({
    name: 'xstate actor.send',
    start: () => createActor(xstateMachine).start(),
    next: (actor, { small }) => {
      actor.send(small)
      return actor
    },
    place: (actor) => snapshotPlace(actor.getSnapshot()),
  }),
  way({
    name: 'xstate transition()',
    start: () => getInitialSnapshot(xstateMachine),
    next: (snapshot, { small }) => transition(xstateMachine, snapshot, small)[0],
    place: snapshotPlace,
  }),
]

const [limit, ...others] = ways.map(({ asCase }) => asCase)
let account = EMPTY
const oneEvent: Case = {
  name: 'billwright evolve, one event',
  run: (index) => {
    const i = index & (first.length - 1)
    if (i === 0) account = EMPTY
    const event = first[i]
    if (event) account = evolve(account, event)
    return account
  },
}

for (const { check } of ways) check()
const idle = life.all.filter(({ events }) => events.length === 0).length
const perInput = (journal.length / life.all.length).toFixed(2)
console.log(
  `\nA life of ${life.all.length} inputs: ${idle} refused or ignored, ${journal.length} events` +
    ` (${perInput} per input). Every way went through the same statuses and plans.`,
)
const measured = measure(limit ? [limit, oneEvent, ...others] : [])
const actor = measured.find(({ name }) => name === 'xstate actor.send')?.nanoseconds ?? Number.NaN
printTable(
  'One input applied',
  ['case', 'ns', 'ratio', 'x xstate actor'],
  measured.map(({ name, nanoseconds, ratio }) => {
    return [name, digits(nanoseconds), digits(ratio), digits(actor / nanoseconds)]
  }),
)
console.log(
  [
    'The small machines are handed every date, amount and invoice; they keep a status and ten fields.',
    'evolve folds what was decided into the whole account. decide works out dates, periods, prices',
    'and credit, and returns the journal, the effects to perform with their keys, or why not.',
  ].join('\n'),
)

function way<State>({ name, start, next, place }: Way<State>) {
  let state = start()
  return {
    asCase: {
      name,
      run(index: number) {
        if ((index & (life.all.length - 1)) === 0) state = start()
        state = next(state, life.at(index))
        return state
      },
    } satisfies Case,
    /** Goes through the whole life once: whoever takes another turn is not measured. */
    check() {
      let at = start()
      life.all.forEach((moment, i) => {
        at = next(at, moment)
        const { status, plan } = place(at)
        if (status !== moment.status || plan !== moment.plan)
          throw new Error(`${name} is ${status} on ${plan} after input ${i}, not ${moment.status}`)
      })
    },
  }
}

function placeOf({ subscriptions }: Account): Place {
  return subscriptions.default ?? { status: 'none', plan: '' }
}

function snapshotPlace(snapshot: ReturnType<typeof getInitialSnapshot<typeof xstateMachine>>) {
  return { status: String(snapshot.value), plan: snapshot.context.plan }
}
