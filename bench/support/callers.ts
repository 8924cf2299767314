/** So many callers, each with its next call as soon as the last one came back. */

export interface Called {
  readonly rate: number
  readonly p50: number
  readonly p99: number
}

/** Runs `total` calls, `callers` at a time; milliseconds of each, calls per second of all. */
export async function called(
  total: number,
  callers: number,
  call: (index: number) => Promise<unknown>,
): Promise<Called> {
  const times: number[] = []
  let next = 0
  const caller = async () => {
    for (let index = next++; index < total; index = next++) {
      const start = performance.now()
      await call(index)
      times.push(performance.now() - start)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: callers }, caller))
  const seconds = (performance.now() - start) / 1_000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { rate: total / seconds, p50: at(0.5), p99: at(0.99) }
}

/** The median of each figure over rounds. */
export function medianOf(rounds: readonly Called[]): Called {
  const middle = (pick: (each: Called) => number) =>
    rounds.map(pick).sort((a, b) => a - b)[rounds.length >> 1] ?? 0
  return { rate: middle((r) => r.rate), p50: middle((r) => r.p50), p99: middle((r) => r.p99) }
}
