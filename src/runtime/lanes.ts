/**
 * One lane per account and process: steps of one customer wait for each other instead of losing the
 * compare and set. Correctness never rests on it; other processes have lanes of their own.
 */
export interface Lanes {
  run<T>(key: string, step: () => Promise<T>): Promise<T>
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<unknown>>()
  return {
    async run(key, step) {
      const before = tails.get(key)
      const turn = (async () => {
        // Whether the one before succeeded is its caller's matter.
        await before?.catch(() => undefined)
        return step()
      })()
      tails.set(key, turn)
      try {
        return await turn
      } finally {
        if (tails.get(key) === turn) tails.delete(key)
      }
    },
  }
}
