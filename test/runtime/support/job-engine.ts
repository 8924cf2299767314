/** A job engine in memory. It can be down, fall silent, forget what waits, and show what became of jobs. */
import type { JobEngine } from 'billwright'

export interface TestEngine {
  readonly engine: JobEngine
  /** How it behaves from now on. */
  condition: 'up' | 'down' | 'silent'
  /** How often it was asked for a job. */
  asked: number
  readonly counts: { waiting: number; done: number; failed: number }
  closed: boolean
}

export function testEngine(): TestEngine {
  const workers = new Set<() => void>()
  const test: TestEngine = {
    condition: 'up',
    asked: 0,
    counts: { waiting: 0, done: 0, failed: 0 },
    closed: false,
    engine: {
      name: 'test',
      send() {
        test.asked += 1
        if (test.condition === 'silent') return new Promise(() => {})
        if (test.condition === 'down') return Promise.reject(new Error('connection refused'))
        test.counts.waiting = 1
        for (const look of workers) queueMicrotask(look)
        return Promise.resolve()
      },
      serve({ perform }) {
        let running: Promise<void> | null = null
        const look = () => {
          if (running || test.counts.waiting === 0) return
          test.counts.waiting = 0
          running = perform()
            .then(
              () => {
                test.counts.done += 1
              },
              () => {
                test.counts.failed += 1
              },
            )
            .finally(() => {
              running = null
              if (workers.has(look)) look()
            })
        }
        workers.add(look)
        return async () => {
          workers.delete(look)
          await running
        }
      },
      async close() {
        test.closed = true
      },
    },
  }
  return test
}
