/** Wall clocks: what a calendar in an IANA time zone shows at an instant, and back. */
import { DAY, type Instant } from './instant.ts'

/** Where days are counted. Default is UTC. */
export interface ZoneOptions {
  /** IANA name, for example `Asia/Manila`. An unknown name throws the engine's `RangeError`. */
  readonly timeZone?: string | undefined
}

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** Offset by number of `BLOCK`, only for those in which it does not change. */
  readonly offsets: Map<number, number>
}

const zones = new Map<string, Zone>()
/** Since 1970 no zone has changed its offset and gone back within a week. */
const BLOCK = 7 * DAY
const REMEMBERED_BLOCKS = 4096

/** Whether the engine knows this time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(zoneOf(name))
  } catch {
    return false
  }
}

/**
 * The wall-clock time in a zone, written as the epoch milliseconds at which UTC shows the same
 * digits.
 */
export function toLocal(at: Instant, timeZone = 'UTC'): number {
  return timeZone === 'UTC' ? at : at + offsetAt(zoneOf(timeZone), at)
}

/**
 * The instant at which a zone's wall clock shows `local` (see `toLocal`).
 * A time skipped by a clock change is read with the offset before it (later instant), a repeated
 * one is its first occurrence: `compatible` in Temporal's words.
 */
export function fromLocal(local: number, timeZone = 'UTC'): Instant {
  if (timeZone === 'UTC') return local as Instant
  const zone = zoneOf(timeZone)
  // No offset reaches a whole day, so these two stand safely before and after any change at `local`.
  const before = offsetAt(zone, local - DAY)
  const after = offsetAt(zone, local + DAY)
  const first = local - before
  if (before === after || offsetAt(zone, first) === before) return first as Instant
  const second = local - after
  return (offsetAt(zone, second) === after ? second : first) as Instant
}

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone)
  if (!zone) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    zone = { format, offsets: new Map() }
    zones.set(timeZone, zone)
  }
  return zone
}

/** Milliseconds that the zone's clock is ahead of UTC at an instant. */
function offsetAt({ format, offsets }: Zone, at: number): number {
  const block = Math.floor(at / BLOCK)
  const known = offsets.get(block)
  if (known !== undefined) return known
  const offset = readOffset(format, block * BLOCK)
  if (offset !== readOffset(format, (block + 1) * BLOCK)) return readOffset(format, at)
  if (offsets.size >= REMEMBERED_BLOCKS) offsets.clear()
  offsets.set(block, offset)
  return offset
}

function readOffset(format: Intl.DateTimeFormat, at: number): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /GMT([+-])(\d+):(\d+):?(\d+)?/.exec(format.format(at)) ?? []
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return (sign === '-' ? -1000 : 1000) * total
}
