/**
 * A million journal events folded into the states of many accounts, as a rebuild from the journal
 * does it: account by account, the events parsed from JSON.
 */
import { createActor } from 'xstate'
import { type Account, type BillingEvent, emptyAccount, evolve } from '../../src/core/index.ts'
import { NOTHING_YET, type Small, type SmallEvent, step } from '../support/by-hand.ts'
import { live } from '../support/life.ts'
import { xstateMachine } from '../support/machines.ts'
import { randomFrom } from '../support/measure.ts'
import { digits, printTable } from '../support/table.ts'

const TOTAL = 1_000_000
/** The actor gets a twentieth of it; its time is scaled. */
const ACTOR_TOTAL = TOTAL / 20
const LIVES = 500
const INPUTS_OF_A_LIFE = 140
const ROUNDS = 7

interface Lived {
  readonly journal: readonly BillingEvent[]
  readonly small: readonly SmallEvent[]
  readonly status: string
}

const lives = Array.from({ length: LIVES }, (_, i): Lived => {
  const next = live(randomFrom(i), `customer-${i}`)
  const moments = Array.from({ length: INPUTS_OF_A_LIFE }, next)
  return {
    journal: moments.flatMap(({ events }) => events),
    small: moments.map(({ small }) => small),
    status: moments.at(-1)?.status ?? 'none',
  }
})

interface Way {
  readonly name: string
  readonly total: number
  /** Folds one life from its start and says the status at the end and how many it folded. */
  readonly fold: (
    lived: Lived,
    most: number,
  ) => { readonly status: string; readonly folded: number }
}

const ways: readonly Way[] = [
  { name: 'limit: switch by hand on a small state', total: TOTAL, fold: foldByHand },
  { name: 'billwright evolve', total: TOTAL, fold: foldJournal },
  { name: 'xstate actor.send', total: ACTOR_TOTAL, fold: foldActor },
]

const seconds = ways.map((): number[] => [])
let accounts = 0
for (let round = 0; round < ROUNDS; round++)
  ways.forEach((way, i) => {
    seconds[i]?.push(run(way))
  })

const [limit = 0, , actor = 0] = ways.map((_, i) => median(seconds[i] ?? []))
printTable(
  `Replay of ${TOTAL.toLocaleString('en')} events over ${accounts.toLocaleString('en')} accounts`,
  ['case', 'seconds', 'events/s', 'ratio', 'x xstate actor'],
  ways.map(({ name, total }, i) => {
    const took = median(seconds[i] ?? [])
    const label = total === TOTAL ? name : `${name}, ${total.toLocaleString('en')} scaled`
    const perSecond = Math.round(TOTAL / took).toLocaleString('en')
    return [label, took.toFixed(3), perSecond, digits(limit / took), digits(actor / took)]
  }),
)
console.log(
  'evolve folds journal events into whole accounts; the small machines are given the inputs of the\n' +
    'same lives, about 1.8 events each, with every date, amount and invoice worked out.',
)

/** Folds lives one after the other until the total is reached; the time for the whole million. */
function run({ name, total, fold }: Way): number {
  const states: string[] = []
  let left = total
  const start = process.hrtime.bigint()
  for (let i = 0; left > 0; i++) {
    const lived = lives[i % LIVES]
    if (!lived) break
    const { status, folded } = fold(lived, left)
    left -= folded
    states.push(status)
  }
  const took = Number(process.hrtime.bigint() - start) / 1e9
  // The last account may stop in the middle of its life.
  const wrong = states.slice(0, -1).findIndex((status, i) => status !== lives[i % LIVES]?.status)
  if (wrong >= 0) throw new Error(`${name}: account ${wrong} ended as ${states[wrong]}`)
  if (left !== 0) throw new Error(`${name}: ${left} events are left`)
  if (name === 'billwright evolve') accounts = states.length
  return took * (TOTAL / total)
}

function foldJournal({ journal }: Lived, most: number) {
  let account: Account = emptyAccount('customer')
  const folded = Math.min(journal.length, most)
  for (let i = 0; i < folded; i++) {
    const event = journal[i]
    if (event) account = evolve(account, event)
  }
  return { status: account.subscriptions.default?.status ?? 'none', folded: account.version }
}

function foldByHand({ small }: Lived, most: number) {
  let state: Small = NOTHING_YET
  const folded = Math.min(small.length, most)
  for (let i = 0; i < folded; i++) {
    const event = small[i]
    if (event) state = step(state, event)
  }
  return { status: state.status, folded }
}

function foldActor({ small }: Lived, most: number) {
  const actor = createActor(xstateMachine).start()
  const folded = Math.min(small.length, most)
  for (let i = 0; i < folded; i++) {
    const event = small[i]
    if (event) actor.send(event)
  }
  return { status: String(actor.getSnapshot().value), folded }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
