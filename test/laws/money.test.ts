import type { BillingEvent } from '../../src/core/index.ts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogOf, type Life, live, lives, PARAMETERS } from './life.ts'
import { smallCatalog } from './small-world.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)

function journalOf(life: Life, strayPayments?: 'refund'): readonly BillingEvent[] {
  const options = strayPayments ? { strayPayments } : {}
  const catalog = strayPayments ? smallCatalog(life.mode, options) : catalogOf(life)
  return live(life, catalog).flatMap(({ events }) => events)
}

function amounts(
  journal: readonly BillingEvent[],
  pick: (event: BillingEvent) => number | null,
): number {
  return sum(journal.map((event) => pick(event) ?? 0))
}

describe('money', () => {
  it('I22 every amount of a life is an integer in minor units', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const text = JSON.stringify(live(life).map(({ events, effects }) => [events, effects]))
        const found = text.matchAll(
          /"(?:amount|total|due|credit|refunded|refunding)":(-?[\d.e+]+)/g,
        )
        for (const [, number] of found) expect(Number.isSafeInteger(Number(number))).toBe(true)
      }),
      parameters,
    )
  })

  it('I23 money is conserved: all that came in paid an invoice, became credit, went back or waits for a person', () => {
    fc.assert(
      fc.property(lives('billwright'), fc.boolean(), (life, refunds) => {
        const journal = journalOf(life, refunds ? 'refund' : undefined)
        const received = amounts(journal, (e) =>
          e.type === 'payment.recorded' ? e.payment.amount : null,
        )
        const settled = amounts(journal, (e) =>
          e.type === 'invoice.paid' && e.payment !== null ? e.row.due : null,
        )
        const credited = amounts(journal, (e) =>
          e.type === 'credit.added' && (e.because === 'overpaid' || e.because === 'stray_payment')
            ? e.amount
            : null,
        )
        const returned = amounts(journal, (e) => (e.type === 'payment.refunding' ? e.amount : null))
        const waiting = amounts(journal, (e) =>
          e.type === 'incident.raised' && e.incident.payment !== null ? e.incident.amount : null,
        )
        expect(settled + credited + returned + waiting).toBe(received)
      }),
      parameters as unknown as fc.Parameters<[Life, boolean]>,
    )
  })

  it('I24 the balance of credit is what was added less what was used', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const edges = live(life)
        const journal = edges.flatMap(({ events }) => events)
        const added = amounts(journal, (e) => (e.type === 'credit.added' ? e.amount : null))
        const used = amounts(journal, (e) => (e.type === 'credit.used' ? e.amount : null))
        expect(edges.at(-1)?.after.credit.USD ?? 0).toBe(added - used)
      }),
      parameters,
    )
  })

  it('I26 an item that was credited in full is not credited again', () => {
    fc.assert(
      fc.property(lives('billwright'), (life) => {
        for (const { events, after } of live(life))
          for (const event of events) {
            if (event.type !== 'subscription.changed') continue
            const subscription = after.subscriptions[event.group]
            const items = subscription?.charged.map(({ item, from }) => `${item} ${from}`) ?? []
            expect(new Set(items).size).toBe(items.length)
          }
      }),
      parameters,
    )
  })
})
