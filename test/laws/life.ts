/** Random lives: what a customer, the app, the bank and the calendar may do to one account. */
import * as fc from 'fast-check'
import {
  type Account,
  type Catalog,
  type Command,
  emptyAccount,
  type GatewayEvent,
  type Instant,
} from '../../src/core/index.ts'
import { proving, sized } from '../support/sized.ts'
import { type Edge, inputEdge, timeEdge } from './edge.ts'
import { type ClockMode, COMMANDS, factsFor, ONE_DAY, START, smallCatalog } from './small-world.ts'

/** One thing that happens: which one of those possible then is counted round. */
export type Step =
  | { readonly kind: 'command'; readonly index: number }
  | { readonly kind: 'fact'; readonly index: number }
  | { readonly kind: 'hours'; readonly hours: number }

export interface Life {
  readonly mode: ClockMode
  readonly steps: readonly Step[]
}

const hours = fc.oneof(
  fc.constantFrom(1, 6, 24, 48, 72, 168, 400),
  fc.integer({ min: 1, max: 1000 }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('command' as const), index: fc.nat(50) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fact' as const), index: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hours' as const), hours }) },
)

/** Lives in one clock mode, or in both. */
export function lives(mode?: ClockMode): fc.Arbitrary<Life> {
  return fc.record({
    mode: mode ? fc.constant(mode) : fc.constantFrom<ClockMode>('billwright', 'gateway'),
    steps: fc.array(step, { minLength: 5, maxLength: 60 }),
  })
}

const CATALOGS = { billwright: smallCatalog('billwright'), gateway: smallCatalog('gateway') }

export function catalogOf({ mode }: Life): Catalog {
  return CATALOGS[mode]
}

/** Lives a life: each step is an edge; facts that are impossible then are left out. */
export function live(life: Life, catalog: Catalog = catalogOf(life)): readonly Edge[] {
  const edges: Edge[] = []
  let account: Account = emptyAccount('c')
  let now = START
  const go = (edge: Edge) => {
    edges.push(edge)
    account = edge.after
  }
  go(inputEdge(catalog, account, { type: 'register' }, now))
  for (const each of life.steps) {
    if (each.kind === 'hours') now = (now + each.hours * (ONE_DAY / 24)) as Instant
    go(timeEdge(catalog, account, now))
    const input = inputOf(each, account, now)
    if (input) go(inputEdge(catalog, account, input, now))
  }
  return edges
}

function inputOf(each: Step, account: Account, now: Instant): Command | GatewayEvent | undefined {
  if (each.kind === 'command') return COMMANDS[each.index % COMMANDS.length]
  if (each.kind === 'hours') return undefined
  const facts = factsFor(account, now)
  return facts[each.index % Math.max(1, facts.length)]
}

/** How many lives a law is tried on; a larger run of the same when proving. */
const RUNS = sized({ prove: 20_000, ci: 400 })

/** The same lives on every run, new ones when proving. */
export const PARAMETERS: fc.Parameters<unknown> = proving
  ? { numRuns: RUNS }
  : { numRuns: RUNS, seed: 20251014 }
