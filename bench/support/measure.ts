/**
 * Compares ways of doing the same thing in one process. All cases of a table run in turn in every
 * round, so that what slows the machine for a moment slows them all; a case is judged by the ratio
 * to the limit in the same round, and the table shows the median over rounds.
 */

/** One way of doing it. `run` gets a running number to pick its input by and returns its result. */
export interface Case {
  readonly name: string
  readonly run: (index: number) => unknown
}

export interface Measured {
  readonly name: string
  /** Median time of one run. */
  readonly nanoseconds: number
  /** Median of the limit's time / this case's time in the same round; 1 is as fast as the limit. */
  readonly ratio: number
}

export interface MeasureOptions {
  /** Default 31. */
  readonly rounds?: number
  /** How long one case runs in one round. Default 6. */
  readonly milliseconds?: number
}

type Loop = (run: Case['run'], from: number, times: number, ring: unknown[]) => void

/** How many inputs a case runs through; a power of two, so that picking one costs nothing. */
const INPUTS = 4096

/** Results land here, where no compiler can prove that nobody reads them. */
const ring: unknown[] = new Array(1024).fill(undefined)

/** How many loops there are in this process. */
let loops = 0

/** Measures the cases; the first one is the limit that the others are compared with. */
export function measure(cases: readonly Case[], options: MeasureOptions = {}): Measured[] {
  const { rounds = 31, milliseconds = 6 } = options
  const timed = cases.map((entry) => {
    const loop = loopFor(loops++)
    return { ...entry, loop, times: timesFor(entry, loop, milliseconds), rounds: [] as number[] }
  })
  for (let round = 0; round < rounds; round++) {
    for (const { run, loop, times, rounds: results } of timed) {
      results.push(time(run, loop, round * times, times) / times)
    }
  }
  const limit = timed[0]?.rounds ?? []
  return timed.map(({ name, rounds: results }) => ({
    name,
    nanoseconds: median(results),
    ratio: median(results.map((result, round) => (limit[round] ?? 0) / result)),
  }))
}

/** Measures the cases and prints a table of them. */
export function compare(
  title: string,
  cases: readonly Case[],
  options?: MeasureOptions,
): Measured[] {
  const measured = measure(cases, options)
  const width = Math.max(...measured.map(({ name }) => name.length))
  console.log(`\n${title}\n${'case'.padEnd(width)}${'ns'.padStart(10)}${'ratio'.padStart(9)}`)
  for (const { name, nanoseconds, ratio } of measured) {
    console.log(
      name.padEnd(width) +
        nanoseconds.toFixed(nanoseconds < 100 ? 1 : 0).padStart(10) +
        ratio.toFixed(ratio < 0.1 ? 4 : 2).padStart(9),
    )
  }
  return measured
}

/** A list of inputs, the same in every run, and the one to use at a running number. */
export function inputs<Input>(make: (random: (below: number) => number) => Input): {
  readonly all: readonly Input[]
  at(index: number): Input
} {
  const random = randomFrom(20_251_014)
  const all = Array.from({ length: INPUTS }, () => make(random))
  return { all, at: (index) => all[index & (INPUTS - 1)] as Input }
}

/**
 * A new loop for each case: in a shared one the engine could not inline what it calls. The number
 * in it makes the text differ, else the engine takes the compiled loop of an earlier case.
 */
function loopFor(number: number): Loop {
  return new Function(
    'run',
    'from',
    'times',
    'ring',
    `/* ${number} */ for (let i = 0; i < times; i++) ring[i & 1023] = run(from + i)`,
  ) as Loop
}

/**
 * How often a case runs in a round, after a warm-up that has seen every input, if it is quick
 * enough.
 */
function timesFor({ run }: Case, loop: Loop, milliseconds: number): number {
  const times = 64
  let warm = 0
  for (let from = 0; from < 2 * INPUTS && warm < 200e6; from += times) {
    warm += time(run, loop, from, times)
  }
  let total = times
  let elapsed = 0
  while (elapsed < 2 * milliseconds * 1e6) {
    total *= 2
    elapsed = time(run, loop, 0, total)
  }
  return Math.max(1, Math.round((total * milliseconds * 1e6) / elapsed))
}

function time(run: Case['run'], loop: Loop, from: number, times: number): number {
  const start = process.hrtime.bigint()
  loop(run, from, times, ring)
  return Number(process.hrtime.bigint() - start)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Whole numbers below a bound, the same ones in every run (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
