/** Totals over all customers: five sums from the storage, and the figures that follow from them. */
import type { Report, ReportPeriod } from '../../bill.ts'
import type { Instant } from '../../core/index.ts'
import type { Runtime } from '../runtime.ts'
import { MOVEMENTS } from '../../storage.ts'
import { figuresOf } from './figures.ts'
import { months } from './months.ts'
import { periodOf } from './period.ts'

/** After everything that can be dated. */
const LATEST = 8_640_000_000_000_000 as Instant

const COUNTED = [
  'trial_started',
  'trial_ended',
  'trial_converted',
  'declined',
  'failed',
  'recovered',
  'refunded',
] as const

/** Asks and adds up; throws `bad_request` for a period that cannot be told. */
export async function report(runtime: Runtime, asked: ReportPeriod = {}): Promise<Report> {
  const { storage, catalog, ports } = runtime
  const { policies } = catalog
  const now = ports.clock.now()
  const { from, to } = periodOf(asked, now, policies)
  const { labels, bounds } = months({ start: from, end: to }, policies)
  const [subscriptions, movements, counted, payments, customers] = await Promise.all([
    storage.subscriptionSums(),
    storage.milestoneSums({ kinds: MOVEMENTS, bounds: [from, to, LATEST] }),
    storage.milestoneSums({ kinds: COUNTED, bounds }),
    storage.paymentSums({ bounds }),
    storage.customerSums({ from, to }),
  ])
  const period = { from: new Date(from), to: asked.to ?? new Date(now) }
  const sums = { subscriptions, movements, counted, payments, customers }
  return { ...figuresOf(sums, labels), period }
}
