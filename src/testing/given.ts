/** Rules as sentences: given a history, when an input arrives, then these events follow. */
import type { BillingEvent, Catalog, Input, RefusalCode, Usage } from '../core/index.ts'
import { type Outcome, type World, world } from './world.ts'

export interface Given {
  /** The account as it stands before the input. */
  readonly world: World
  when(input: Input): Then
  /** Moves the clock: what time alone brings about. */
  whenTimeIs(time: Date | string | number): Then
}

export interface Then {
  readonly world: World
  readonly outcome: Outcome
  /** Exactly these events, in this order. */
  then(...types: readonly BillingEvent['type'][]): Then
  thenRefused(code: RefusalCode): Then
  thenNothing(): Then
  /** A look at the state afterwards. */
  and(look: (world: World) => void): Then
}

export interface GivenOptions {
  readonly at: Date | string | number
  readonly usage?: Usage
  /** Brings the customer where the sentence starts. */
  readonly history?: (world: World) => void
}

/** Opens a sentence about one customer of a catalog. */
export function given(catalog: Catalog, { at, usage = {}, history }: GivenOptions): Given {
  const start = world(catalog, at, { usage })
  history?.(start)
  return {
    world: start,
    when: (input) => sentence(start, start.do(input)),
    whenTimeIs(time) {
      const before = [start.journal.length, start.effects.length] as const
      start.at(time)
      const events = start.journal.slice(before[0])
      const effects = start.effects.slice(before[1])
      return sentence(start, { refused: null, detail: {}, events, effects })
    },
  }
}

function sentence(after: World, outcome: Outcome): Then {
  const told = outcome.refused ?? outcome.events.map(({ type }) => type)
  const self: Then = {
    world: after,
    outcome,
    // biome-ignore lint/suspicious/noThenProperty: the word of the sentence; nobody awaits one.
    then(...types) {
      expectSame(told, types)
      return self
    },
    thenRefused(code) {
      expectSame(told, code)
      return self
    },
    thenNothing() {
      expectSame(told, [])
      return self
    },
    and(look) {
      look(after)
      return self
    },
  }
  return self
}

function expectSame(found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  if (a !== b) throw new Error(`Expected ${b}, found ${a}`)
}
