import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICIES, dunningStage, type Instant } from '../../src/core/index.ts'
import { type Life, live, lives, PARAMETERS } from './life.ts'
import { ONE_DAY, START } from './small-world.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>
const ORDER = ['clear', 'collecting', 'past_due', 'suspended', 'ended']

describe('dunning', () => {
  it('I41 the stage is a function of the oldest unpaid invoice and the date, and only rises with time', () => {
    const day = fc.integer({ min: -30, max: 60 })
    fc.assert(
      fc.property(day, fc.option(day), day, day, (due, failed, a, b) => {
        const at = (days: number) => (START + days * ONE_DAY) as Instant
        const oldest = { dueAt: at(due), firstFailedAt: failed === null ? null : at(failed) }
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((days) =>
          ORDER.indexOf(dunningStage(oldest, at(days), DEFAULT_POLICIES.dunning)),
        )
        expect(early).toBeLessThanOrEqual(Number(late))
        expect(dunningStage(null, at(late ?? 0), DEFAULT_POLICIES.dunning)).toBe('clear')
      }),
    )
  })

  it('I43 an invoice is tried at most once at first and once per configured retry', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        const tries = new Map<string, number>()
        for (const { input, events } of live(life)) {
          // Attempts that a person or a new card asked for are not automatic.
          if (input !== null) continue
          for (const event of events)
            if (event.type === 'invoice.collecting')
              tries.set(event.invoice, (tries.get(event.invoice) ?? 0) + 1)
        }
        for (const count of tries.values()) expect(count).toBeLessThanOrEqual(3)
      }),
      parameters,
    )
  })

  it('I45 attempts are counted per invoice, and each invoice is settled, voided or given up exactly once', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const edges = live(life)
        const closed = new Set<string>()
        const attempts = new Map<string, number>()
        for (const { events } of edges)
          for (const event of events) {
            if (event.type === 'invoice.collecting')
              attempts.set(event.invoice, (attempts.get(event.invoice) ?? 0) + 1)
            const closes =
              event.type === 'invoice.paid' ||
              event.type === 'invoice.voided' ||
              event.type === 'invoice.uncollectible'
            if (!closes) continue
            expect(closed.has(event.invoice)).toBe(false)
            closed.add(event.invoice)
          }
        for (const { id, attempts: counted } of edges.at(-1)?.after.invoices ?? [])
          expect(counted).toBe(attempts.get(id) ?? 0)
      }),
      parameters,
    )
  })
})
