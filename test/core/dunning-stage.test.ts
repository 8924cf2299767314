/** The stage of an unpaid invoice, as a table: facts and a moment in, one word out. */
import { describe, expect, it } from 'vitest'
import {
  DAY,
  type DunningPolicy,
  dunningDates,
  dunningStage,
  type Instant,
  instant,
} from '../../src/core/index.ts'

const policy: DunningPolicy = {
  retryAfterDays: [1, 3, 5],
  graceDays: 7,
  endAfterDays: 14,
  end: 'cancel',
}
const failedOn14November = {
  dueAt: instant('2025-11-14'),
  firstFailedAt: instant('2025-11-14'),
}
const at = (time: string) => instant(time)
const millisecondBefore = (time: string) => (instant(time) - 1) as Instant

describe('the stage of the oldest unpaid invoice', () => {
  it('is clear when nothing is unpaid', () => {
    expect(dunningStage(null, at('2025-11-14'), policy)).toBe('clear')
  })

  it.each([
    ['a month before it is due', at('2025-10-14'), 'clear'],
    ['1 ms before it is due', millisecondBefore('2025-11-14'), 'clear'],
    ['the instant it is due', at('2025-11-14'), 'collecting'],
    ['half a year later', at('2026-05-14'), 'collecting'],
  ] as const)('of an invoice that nobody declined, %s: %s is %s', (_, now, stage) => {
    const unanswered = { dueAt: instant('2025-11-14'), firstFailedAt: null }
    expect(dunningStage(unanswered, now, policy)).toBe(stage)
  })

  it.each([
    ['the instant of the failure', at('2025-11-14'), 'past_due'],
    ['the day after', at('2025-11-15'), 'past_due'],
    ['1 ms before the grace ends', millisecondBefore('2025-11-21'), 'past_due'],
    ['the instant the grace ends', at('2025-11-21'), 'suspended'],
    ['1 ms before the end', millisecondBefore('2025-11-28'), 'suspended'],
    ['the instant of the end', at('2025-11-28'), 'ended'],
    ['a year later', at('2026-11-28'), 'ended'],
  ] as const)('of an invoice that failed on November 14, %s: %s is %s', (_, now, stage) => {
    expect(dunningStage(failedOn14November, now, policy)).toBe(stage)
  })

  it('counts from the first failure and not from the due date, however late the attempt was', () => {
    const late = { dueAt: instant('2025-11-14'), firstFailedAt: instant('2025-12-01') }
    expect(dunningStage(late, millisecondBefore('2025-12-08'), policy)).toBe('past_due')
    expect(dunningStage(late, at('2025-12-08'), policy)).toBe('suspended')
    expect(dunningStage(late, at('2025-12-15'), policy)).toBe('ended')
  })

  it('stays suspended for ever where the end of dunning keeps the subscription', () => {
    const keep: DunningPolicy = { ...policy, end: 'keep' }
    expect(dunningStage(failedOn14November, at('2025-11-28'), keep)).toBe('suspended')
    expect(dunningStage(failedOn14November, at('2035-11-28'), keep)).toBe('suspended')
  })

  it('moves grace and end together by the days that were added by hand', () => {
    const extraDays = 3
    const stage = (now: Instant) => dunningStage(failedOn14November, now, policy, { extraDays })
    expect(stage(millisecondBefore('2025-11-24'))).toBe('past_due')
    expect(stage(at('2025-11-24'))).toBe('suspended')
    expect(stage(millisecondBefore('2025-12-01'))).toBe('suspended')
    expect(stage(at('2025-12-01'))).toBe('ended')
  })

  it('suspends at once where no grace is given', () => {
    const strict: DunningPolicy = { ...policy, graceDays: 0 }
    expect(dunningStage(failedOn14November, at('2025-11-14'), strict)).toBe('suspended')
  })

  it('never goes back as time passes', () => {
    const order = ['clear', 'collecting', 'past_due', 'suspended', 'ended']
    const stages = Array.from({ length: 40 }, (_, i) =>
      order.indexOf(
        dunningStage(failedOn14November, (at('2025-11-14') + i * DAY) as Instant, policy),
      ),
    )
    expect(stages).toEqual([...stages].sort((a, b) => a - b))
    expect(new Set(stages)).toEqual(new Set([2, 3, 4]))
  })
})

describe('the dates of dunning', () => {
  it('B-08 ends the grace 7 days and the dunning 14 days after a failure on November 14', () => {
    expect(dunningDates(failedOn14November, policy)).toEqual({
      graceEndsAt: instant('2025-11-21'),
      endsAt: instant('2025-11-28'),
    })
  })

  it('has no end where the subscription is kept', () => {
    expect(dunningDates(failedOn14November, { ...policy, end: 'keep' }).endsAt).toBeNull()
  })

  it('counts civil days: the clock change of November 2 makes one of them 25 hours long', () => {
    // Failed at 9:00 in New York (13:00 UTC); a week later 9:00 there is 14:00 UTC.
    const failed = {
      dueAt: instant('2025-10-30T13:00:00Z'),
      firstFailedAt: instant('2025-10-30T13:00:00Z'),
    }
    expect(dunningDates(failed, policy, { timeZone: 'America/New_York' }).graceEndsAt).toBe(
      instant('2025-11-06T14:00:00Z'),
    )
    expect(dunningDates(failed, policy).graceEndsAt).toBe(instant('2025-11-06T13:00:00Z'))
  })
})
