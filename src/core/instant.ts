/** Points in time and the half-open periods between them. */

declare const brand: unique symbol

/**
 * A point in time: whole milliseconds since 1970-01-01T00:00:00Z. Made only by `instant`, so a
 * plain number can't pass for one.
 */
export type Instant = number & { readonly [brand]: true }

/** A stretch of time `[start, end)`: its end is the start of the next one. */
export interface Period {
  readonly start: Instant
  readonly end: Instant
}

/** One minute in milliseconds. */
export const MINUTE = 60_000

/** One hour in milliseconds. */
export const HOUR = 60 * MINUTE

/** 24 hours in milliseconds; a civil day in a time zone may be longer or shorter. */
export const DAY = 24 * HOUR

/** The range of an ECMAScript time value, 100,000,000 days around 1970. */
const LIMIT = 1e8 * DAY

/** A date, or a date and time that says its offset: never the zone of the machine. */
const ISO = /^(\d{4}-\d\d-\d\d)(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/i

/**
 * The instant of a date, an ISO 8601 text or epoch milliseconds.
 * A text without a time means midnight UTC; a time without an offset, a day that does not exist,
 * fractions of a millisecond and everything else that is no point in time throw a `RangeError`.
 */
export function instant(date: Date | string | number): Instant {
  const ms = typeof date === 'string' ? parse(date) : Number(date)
  if (!Number.isInteger(ms) || Math.abs(ms) > LIMIT) {
    throw new RangeError(`Not a point in time: ${date}`)
  }
  return (ms + 0) as Instant
}

/** The second that an instant lies in: many vendors date what they do no finer. */
export function secondOf(at: Instant): Instant {
  return (at - (at % 1000)) as Instant
}

function parse(text: string): number {
  const day = ISO.exec(text)?.[1]
  // Engines read February 30 as March 2; a date that does not read back as written is refused.
  if (!day || new Date(`${day}T00:00Z`).toJSON()?.slice(0, 10) !== day) return Number.NaN
  return Date.parse(text)
}
