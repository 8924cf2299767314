/**
 * Lanes within one process: steps of one customer wait for each other instead of losing the compare
 * and set. Correctness never rests on them; other processes have lanes of their own.
 */
export interface Lanes {
  /** Runs a step after all that came before under one of its keys. */
  run<T>(keys: readonly string[], step: () => Promise<T>): Promise<T>
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<unknown>>()
  return {
    async run(keys, step) {
      // Whoever waits, waits for those who came before: nobody ever waits in a circle.
      const before = keys.flatMap((key) => tails.get(key) ?? [])
      const turn = (async () => {
        // Whether those before succeeded is their callers' matter.
        if (before.length > 0) await Promise.allSettled(before)
        return step()
      })()
      for (const key of keys) tails.set(key, turn)
      try {
        return await turn
      } finally {
        for (const key of keys) if (tails.get(key) === turn) tails.delete(key)
      }
    },
  }
}
