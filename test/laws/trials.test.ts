import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '../../src/core/index.ts'
import { type Life, live, lives, PARAMETERS } from './life.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>

describe('trials', () => {
  it('I46 a trial that was canceled stays used: no life has two', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const started = live(life).flatMap(({ events }) =>
          events.filter(({ type }) => type === 'trial.started'),
        )
        expect(started.length).toBeLessThanOrEqual(1)
      }),
      parameters,
    )
  })

  it('I47 no invoice that follows a trial covers a day of it', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        let freeUntil: number | null = null
        for (const { events, after } of live(life))
          for (const event of events) {
            const running = after.subscriptions.default
            if (event.type === 'trial.started') freeUntil = addDays(event.at, 2)
            // Paying or canceling ends the trial before its time.
            const over = event.type === 'trial.ended' || event.type === 'subscription.canceled'
            if (over && freeUntil !== null) freeUntil = Math.min(freeUntil, event.at)
            if (event.type !== 'invoice.opened' || freeUntil === null || !running) continue
            expect(event.opened.period.start).toBeGreaterThanOrEqual(freeUntil)
          }
      }),
      parameters,
    )
  })
})
