/** Everything that comes from outside the program's own logic, in one place, so that tests hold it. */
import { type Instant, instant } from './core/index.ts'

/** The time. The only one; nothing else in the library reads a clock. */
export interface Clock {
  now(): Instant
}

/** One line per decision, as data. */
export interface LogLine {
  readonly event: string
  readonly account?: string
  readonly gateway?: string
  readonly [field: string]: unknown
}

export interface Log {
  debug(line: LogLine): void
  info(line: LogLine): void
  warn(line: LogLine): void
  error(line: LogLine): void
}

export interface Ports {
  readonly clock: Clock
  /** A random id, for lease owners, requests and reservations; never for anything that moves money. */
  readonly newId: () => string
  readonly log: Log
  /** Waits; ends early when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => instant(Date.now()) }

/** The system's clock, the platform's random ids, a silent log and real waiting. */
export function systemPorts(): Ports {
  return {
    clock: systemClock,
    newId: () => crypto.randomUUID(),
    log: silentLog,
    sleep,
  }
}

/** Why a sleeper is woken: an abort without a reason makes an error and its stack each time. */
export const WAKE_UP = 'wake up'

const ignore = (): void => {}
const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
