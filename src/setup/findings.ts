/** Findings in one line each. */
import type { Instant } from '../core/index.ts'
import type { Finding } from '../gateway-setup.ts'

export function ok(what: string): Finding {
  return { level: 'ok', what }
}

export function warning(what: string, fix: string): Finding {
  return { level: 'warning', what, fix }
}

export function problem(what: string, fix: string): Finding {
  return { level: 'problem', what, fix }
}

/** Webhooks that were signed longer ago, or later, than this are refused. */
const REFUSED_MS = 300_000
const NOTICED_MS = 30_000

/** This machine's clock against the `Date` of a vendor's reply; nothing where there was none. */
export function clockFinding(
  vendor: string,
  shown: string | null | undefined,
  now: Instant,
): readonly Finding[] {
  const theirs = Date.parse(shown ?? '')
  if (Number.isNaN(theirs)) return []
  const seconds = Math.round((now - theirs) / 1000)
  const off = Math.abs(now - theirs)
  if (off < NOTICED_MS) return [ok(`The clock agrees with ${vendor}'s.`)]
  const what = `The clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} ${vendor}'s.`
  const fix = 'Turn on time synchronization (NTP) where the app runs.'
  if (off < REFUSED_MS) return [warning(what, fix)]
  return [problem(`${what} Webhooks look forged from 300 seconds on.`, fix)]
}
