/** A period cut into the months of the billing time zone. */
import type { Bounds } from '../../storage.ts'
import { alignedAnchor, boundary, type Instant, type Period, toLocal } from '../../core/index.ts'

interface Zone {
  readonly timeZone: string
}

const MONTH = { unit: 'month', count: 1 } as const

/** The midnight that begins the month of an instant. */
export function startOfMonth(at: Instant, zone: Zone): Instant {
  return alignedAnchor(at, MONTH, 'calendar', zone)
}

/** What the months of a period are called, and the instants between them; the ends are the period's. */
export function months(
  { start, end }: Period,
  zone: Zone,
): { readonly labels: readonly string[]; readonly bounds: Bounds } {
  const first = startOfMonth(start, zone)
  const labels = [labelOf(first, zone)]
  const bounds = [start]
  for (let k = 1, next = start; ; k += 1) {
    next = boundary(first, MONTH, k, zone)
    if (next >= end) break
    labels.push(labelOf(next, zone))
    bounds.push(next)
  }
  return { labels, bounds: [...bounds, end] }
}

function labelOf(start: Instant, { timeZone }: Zone): string {
  // A midnight that a clock change skips is told an hour later, on the same day.
  return new Date(toLocal(start, timeZone)).toISOString().slice(0, 7)
}
