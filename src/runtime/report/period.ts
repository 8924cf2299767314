/** The period of a report, as it was asked for or by default. */
import type { ReportPeriod } from '../../bill.ts'
import type { Instant } from '../../core/index.ts'
import { BillingError } from '../../errors.ts'
import { startOfMonth } from './months.ts'

const LONGEST_YEARS = 10
const YEAR_MS = 366 * 86_400_000

/**
 * From the start of the month in which it ends, up to and including now, unless said. Throws
 * `bad_request` when it is empty or too long.
 */
export function periodOf(
  asked: ReportPeriod,
  now: Instant,
  zone: { readonly timeZone: string },
): { readonly from: Instant; readonly to: Instant } {
  const to = (asked.to?.getTime() ?? now + 1) as Instant
  const from = (asked.from?.getTime() ?? startOfMonth((to - 1) as Instant, zone)) as Instant
  if (from >= 0 && from < to && to - from <= LONGEST_YEARS * YEAR_MS) return { from, to }
  throw new BillingError(
    'request',
    'bad_request',
    `A report is about a time from \`from\` to before \`to\`, at most ${LONGEST_YEARS} years.`,
  )
}
