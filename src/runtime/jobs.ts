/**
 * Work as jobs of the team's engine. The storage says what is due; a job only says when to look, so
 * whatever becomes of a job, and of the engine, the next look finds everything.
 */
import type { JobEngine } from '../job-engine.ts'
import type { Ports } from '../ports.ts'
import { inTime } from './in-time.ts'

/** An engine as the runtime uses it: what it cannot do is logged, and nobody waits for it for long. */
export interface Jobs {
  /** A commit left something for a worker. Costs the commit nothing. */
  tell(): void
  /** Does jobs until the signal aborts and the last is over. */
  serve(service: JobsService): Promise<void>
  close(): Promise<void>
}

export interface JobsService {
  /** Does what is due; whether something may be left. Rejects when the storage could not be asked. */
  readonly perform: () => Promise<boolean>
  readonly signal: AbortSignal | undefined
  /** How often what fell due by time alone is looked for. */
  readonly beatMs: number
}

interface JobsPorts extends Pick<Ports, 'sleep'> {
  /** Gets what the engine could not do. */
  readonly failed: (error: unknown) => void
}

/** The jobs of an engine; without one nobody is told, and `work()` looks by itself. */
export function createJobs(engine: JobEngine, ports: JobsPorts): Jobs {
  return {
    tell: tellerOf(engine, ports),
    serve: (service) => serve(engine, ports, service),
    async close() {
      await attempt(ports, () => engine.close())
    },
  }
}

/** An engine that does not answer is taken for one that is down. */
const PATIENCE_MS = 5_000
/** Commits that come this close together share a job. */
const TELL_PAUSE_MS = 100

/** Sends one at a time: whatever is told meanwhile is told by one more after it. */
function tellerOf(engine: JobEngine, ports: JobsPorts): () => void {
  let [busy, again] = [false, false]
  const send = async () => {
    busy = true
    while (again) {
      again = false
      await attempt(ports, () => engine.send())
      await ports.sleep(TELL_PAUSE_MS)
    }
    busy = false
  }
  return () => {
    again = true
    if (!busy) void send()
  }
}

async function serve(engine: JobEngine, ports: JobsPorts, service: JobsService): Promise<void> {
  const { signal, beatMs } = service
  const running = new Set<Promise<void>>()
  const { failed } = ports
  const perform = () => {
    const job = performAndPassOn(engine, ports, service)
    const settled = job.catch(() => {}).finally(() => running.delete(settled))
    running.add(settled)
    return job
  }
  const end = engine.serve({ perform, failed })
  while (!signal?.aborted) {
    // Where the engine cannot be asked, this process looks by itself: time goes on.
    if (!(await attempt(ports, () => engine.send()))) await perform().catch(failed)
    await ports.sleep(beatMs, signal)
  }
  const ended = end().catch(failed)
  while (running.size > 0) await Promise.all(running)
  await attempt(ports, () => ended)
}

/** A job that the deadline or the end of this process cut short leaves the rest to another. */
async function performAndPassOn(
  engine: JobEngine,
  ports: JobsPorts,
  { perform }: JobsService,
): Promise<void> {
  if (await perform()) await attempt(ports, () => engine.send())
}

/** Whether the engine did it. */
async function attempt(ports: JobsPorts, call: () => Promise<void>): Promise<boolean> {
  try {
    await inTime(ports, { ms: PATIENCE_MS, graceMs: 0, late: noAnswer }, call)
    return true
  } catch (error) {
    ports.failed(error)
    return false
  }
}

function noAnswer(): Error {
  return new DOMException('The job engine did not answer.', 'TimeoutError')
}
