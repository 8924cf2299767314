/** A clock that only a test moves. */
import { type Instant, instant } from '../core/index.ts'

export interface TestClock {
  /** The time it shows. */
  now(): Instant
  /** Moves to a later time; going back is a mistake in the test and throws. */
  set(to: Date | string | number): Instant
}

/** A clock that stands at `start` until it is set. */
export function testClock(start: Date | string | number): TestClock {
  let now = instant(start)
  return {
    now: () => now,
    set(to) {
      const next = instant(to)
      if (next < now) throw new RangeError('A test clock only moves forward')
      now = next
      return now
    },
  }
}
