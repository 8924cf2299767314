/**
 * The clock of the demo: it ticks like the machine's, `offset` milliseconds apart. The provider and
 * the server hold the same offset, so that they always show the same time.
 */
import type { Clock } from 'billwright'
import { instant } from 'billwright/core'

export interface LabClock extends Clock {
  offset: number
}

/** A clock that is `offset` milliseconds ahead of the machine's, or behind. */
export function labClock(offset: number): LabClock {
  return {
    offset,
    now() {
      return instant(Date.now() + this.offset)
    },
  }
}
