/** Faults on demand: what goes wrong between an adapter and its vendor. */
import type { StageFault } from '../stage.ts'

/** What a faulty network does to a call instead of answering. */
export type Broken = 'connection_refused' | 'connection_lost'

export interface Faults {
  /** The next calls go wrong this way. Default: one. */
  add(fault: StageFault, times?: number): void
  /** Makes a call as the next fault wants it. */
  around(run: () => Promise<Response>, call: FaultyCall): Promise<Response | Broken>
  /** Lets every call that hangs go on, as if its caller had given up. */
  release(): void
}

export interface FaultyCall {
  /** Aborted when the caller gives up. */
  readonly signal: AbortSignal
  /** How the vendor words a failure. */
  readonly error: (status: 429 | 500) => Response
}

/** No faults yet. */
export function faults(): Faults {
  const queue: StageFault[] = []
  const hanging = new Set<() => void>()
  const givenUp = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = () => {
        hanging.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      hanging.add(done)
      signal.addEventListener('abort', done)
    })
  return {
    add(fault, times = 1) {
      for (let i = 0; i < times; i += 1) queue.push(fault)
    },
    async around(run, { signal, error }) {
      const fault = queue.shift()
      if (fault === undefined) return run()
      if (fault === 'refused_connection') return 'connection_refused'
      if (fault === '429') return withRetryAfter(error(429))
      if (fault === '500_before') return error(500)
      if (fault === 'hang') await givenUp(signal)
      await run()
      return fault === '500_after' ? error(500) : 'connection_lost'
    },
    release() {
      for (const done of [...hanging]) done()
    },
  }
}

function withRetryAfter(response: Response): Response {
  response.headers.set('retry-after', '1')
  return response
}
