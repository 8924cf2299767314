/**
 * The comparison of `measure.ts` for what answers later: cases take turns in every round, one call
 * after the other, and are judged by the ratio to the limit in the same round.
 */

export interface AsyncCase {
  readonly name: string
  readonly run: () => unknown
}

const ROUNDS = 31
const MILLISECONDS = 6

/** Measures the cases and prints a table of them; the first is the limit. */
export async function compareAsync(title: string, cases: readonly AsyncCase[]): Promise<void> {
  const timed = []
  for (const each of cases) timed.push({ ...each, times: await timesFor(each), rounds: [0] })
  for (const each of timed) each.rounds.length = 0
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { run, times, rounds } of timed) rounds.push((await time(run, times)) / times)
  const limit = timed[0]?.rounds ?? []
  const width = Math.max(...cases.map(({ name }) => name.length))
  console.log(`\n${title}\n${'case'.padEnd(width)}${'ns'.padStart(10)}${'ratio'.padStart(9)}`)
  for (const { name, rounds } of timed) {
    const ratio = median(rounds.map((took, round) => (limit[round] ?? 0) / took))
    console.log(
      name.padEnd(width) + median(rounds).toFixed(0).padStart(10) + ratio.toFixed(2).padStart(9),
    )
  }
}

async function timesFor({ run }: AsyncCase): Promise<number> {
  await time(run, 2000)
  const took = await time(run, 500)
  return Math.max(8, Math.round((500 * MILLISECONDS * 1e6) / took))
}

async function time(run: AsyncCase['run'], times: number): Promise<number> {
  const start = process.hrtime.bigint()
  for (let i = 0; i < times; i += 1) {
    const result = run()
    if (result instanceof Promise) await result
  }
  return Number(process.hrtime.bigint() - start)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
