import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Account,
  type BillingEvent,
  boundary,
  decide,
  type Instant,
  isLive,
  settle,
} from '../../src/core/index.ts'
import { timeEdge } from './edge.ts'
import { catalogOf, type Life, live, lives, PARAMETERS } from './life.ts'
import { inputsFor, ONE_DAY } from './small-world.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>

/** The account at the end of a life, and the last moment of it. */
function endOf(life: Life): { readonly account: Account; readonly now: Instant } {
  const last = live(life).at(-1)
  if (!last) throw new Error('A life has at least its registration')
  return { account: last.after, now: last.now }
}

describe('time', () => {
  it('I2 where we own the clock, periods that were not cut short start on a boundary of the anchor', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        for (const { events, after } of live(life))
          for (const event of events) {
            if (event.type !== 'subscription.renewed') continue
            const subscription = after.subscriptions[event.group]
            if (!isLive(subscription) || !subscription.price) continue
            if (subscription.period.start !== event.period.start) continue
            const { interval } = subscription.price
            const k = (event.period.start - subscription.anchor) / (interval.count * ONE_DAY)
            expect(boundary(subscription.anchor, interval, k)).toBe(event.period.start)
          }
      }),
      parameters,
    )
  })

  it('I5 a period is billed once, however often billing runs', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const open = new Map<string, string>()
        for (const { events } of live(life))
          for (const event of events) {
            if (event.type === 'invoice.voided') open.delete(event.invoice)
            if (event.type !== 'invoice.opened' || event.opened.reason !== 'renewal') continue
            const { group, period, id } = event.opened
            const bills = `${group} ${period.start}`
            expect([...open.values()]).not.toContain(bills)
            open.set(id, bills)
          }
      }),
      parameters,
    )
  })

  it('I6 the clock of an account never runs backwards: an earlier «now» counts as its own', () => {
    fc.assert(
      fc.property(lives(), fc.nat(), (life, pick) => {
        const catalog = catalogOf(life)
        const end = endOf(life)
        const { account } = settle(end.account, {}, end.now, catalog)
        const inputs = inputsFor(account, account.asOf)
        const input = inputs[pick % inputs.length]
        if (!input) return
        const early = (account.asOf - 5 * ONE_DAY) as Instant
        expect(decide(account, {}, input, early, catalog)).toEqual(
          decide(account, {}, input, account.asOf, catalog),
        )
        expect(settle(account, {}, early, catalog).events).toEqual([])
      }),
      PARAMETERS as fc.Parameters<[Life, number]>,
    )
  })

  it('I7 one late tick ends exactly where many small ones do: same state, events and effects', () => {
    fc.assert(
      fc.property(
        lives(),
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 20 }),
        (life, hours) => {
          const { account, now } = endOf(life)
          const catalog = catalogOf(life)
          const end = (now + 60 * ONE_DAY) as Instant
          const late = timeEdge(catalog, account, end)
          const stops = hours.map((hour) => now + hour * (ONE_DAY / 24)).sort((a, b) => a - b)
          let step = account
          const events: BillingEvent[] = []
          const effects: unknown[] = []
          for (const stop of [...stops, end]) {
            const settled = settle(step, {}, stop as Instant, catalog)
            step = settled.account
            events.push(...settled.events)
            effects.push(...settled.effects)
          }
          expect(events).toEqual(late.events)
          expect(effects).toEqual(late.effects)
          expect(step).toEqual(late.after)
        },
      ),
      PARAMETERS as fc.Parameters<[Life, number[]]>,
    )
  })

  it('I8 a second tick at the same moment finds nothing left to do', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const { account, now } = endOf(life)
        const settled = settle(account, {}, now, catalogOf(life))
        expect(settle(settled.account, {}, now, catalogOf(life)).events).toEqual([])
      }),
      parameters,
    )
  })

  it('F-05 no access is lost by silence: without a word from anybody, paid access stays for a year', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        const { account, now } = endOf(life)
        const subscription = account.subscriptions.default
        const quiet =
          subscription?.status === 'active' &&
          subscription.price !== null &&
          subscription.cancelAt === null &&
          account.paymentMethod?.reusable === true &&
          account.invoices.every(
            ({ firstFailedAt, link }) => firstFailedAt === null && link === null,
          )
        if (!quiet) return
        const year = (now + 365 * ONE_DAY) as Instant
        const after = settle(account, {}, year, catalogOf(life)).account.subscriptions.default
        expect(after?.status).toBe('active')
      }),
      parameters,
    )
  })
})
