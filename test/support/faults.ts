/** Everything that a stage can do to a call. */
import type { StageFault } from 'billwright/testing'

export const EVERY_FAULT: readonly StageFault[] = [
  '429',
  '500_before',
  '500_after',
  'lost_reply',
  'hang',
  'refused_connection',
]
