/** The work of `bill.work()` as jobs of pg-boss, for a team that runs it already. */
import type { JobEngine, JobService } from 'billwright'

/** What is used of a `PgBoss`. */
export interface Boss {
  createQueue(name: string, options: { name: string; policy: 'short' }): Promise<void>
  send(name: string, data: object, options: Job): Promise<string | null>
  fetch(name: string): Promise<readonly { readonly id: string }[] | null>
  complete(name: string, id: string): Promise<void>
  fail(name: string, id: string, reason: object): Promise<void>
}

/** How a job is kept. It is not tried again: the next one finds the same work. */
interface Job {
  readonly expireInSeconds: number
  readonly retryLimit: number
}

export interface PgBossOptions {
  /** Started by the app, which stops it after `bill.work()` has ended. */
  readonly boss: Boss
  /** The name of the queue, which is made where it is missing. Default `billwright`. */
  readonly queue?: string
  /** Pause between two looks for a job, in milliseconds. Default 1,000. */
  readonly pollMs?: number
}

/** A job engine for `billing({ jobs })` on the app's own `PgBoss`: one queue, in which one job waits. */
export function pgBoss({ boss, queue = 'billwright', pollMs = 1_000 }: PgBossOptions): JobEngine {
  let ready: Promise<void> | null = null
  const made = async () => {
    // With `short` one job waits, and any number are done.
    ready ??= boss.createQueue(queue, { name: queue, policy: 'short' })
    try {
      await ready
    } catch (error) {
      ready = null
      throw error
    }
  }
  return {
    name: 'pg-boss',
    async send() {
      await made()
      await boss.send(queue, {}, { expireInSeconds: EXPIRE_SECONDS, retryLimit: 0 })
    },
    serve(service) {
      const ending = new AbortController()
      const doNext = async () => {
        await made()
        return doOne(boss, queue, service)
      }
      const done = doEach(doNext, { ...service, pollMs, signal: ending.signal })
      return () => {
        ending.abort()
        return done
      }
    },
    async close() {},
  }
}

/** After this a job that nobody finished is taken for lost. Far longer than one runs. */
const EXPIRE_SECONDS = 900

interface Loop extends Pick<JobService, 'failed'> {
  readonly pollMs: number
  readonly signal: AbortSignal
}

/**
 * A loop of our own, not `boss.work()`: that one does not wait for what it writes about a finished job,
 * so a database that is down at this moment would end the process with an unhandled rejection.
 */
async function doEach(doNext: () => Promise<boolean>, loop: Loop): Promise<void> {
  const { pollMs, signal, failed } = loop
  while (!signal.aborted) {
    let found = false
    try {
      found = await doNext()
    } catch (error) {
      failed(error)
    }
    if (!found) await pause(pollMs, signal)
  }
}

/** Whether there was a job. */
async function doOne(boss: Boss, queue: string, { perform }: JobService): Promise<boolean> {
  const [job] = (await boss.fetch(queue)) ?? []
  if (!job) return false
  try {
    await perform()
  } catch (error) {
    await boss.fail(queue, job.id, { message: String(error) })
    return true
  }
  await boss.complete(queue, job.id)
  return true
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
