import type { GatewayEvent } from '../../src/core/index.ts'
import { describe, expect, it } from 'vitest'
import { proving, sized } from '../support/sized.ts'
import { type Exploration, explore } from './explore.ts'
import { type ClockMode, commandsWithout, smallCatalog } from './small-world.ts'

/**
 * Three cuts through the same rules, because all of it at once is too much to visit: every feature
 * with an invoice at a time; changing and ending with two; dunning with three unpaid ones. Each is
 * visited to its last state. Proving visits changes with three as well; a desk leaves them out.
 */
const CUTS = {
  features: { commands: commandsWithout('interval'), mostInvoices: 1 },
  changes: {
    commands: commandsWithout('interval', 'extras', 'trial'),
    mostInvoices: sized({ prove: 3, ci: 2 }),
  },
  dunning: {
    commands: commandsWithout('interval', 'extras', 'trial', 'changes'),
    mostInvoices: 3,
    ...(proving ? {} : { without: withoutCard }),
  },
} as const

/** Customers who pay by link renew ahead of time; with three of those invoices it takes a minute more. */
function withoutCard(fact: GatewayEvent): boolean {
  const wallet = fact.type === 'checkout.completed' && fact.method?.reusable === false
  return wallet || fact.type === 'method.removed'
}

const { changes: _, ...shorter } = CUTS
const visited = sized<Partial<typeof CUTS>>({ prove: CUTS, ci: CUTS, desk: shorter })

const MODES: readonly ClockMode[] = ['billwright', 'gateway']

const reports: Exploration[] = []

function report(name: string, { states, edges, depth, seconds }: Exploration): void {
  const numbers = `${states} states, ${edges} edges, ${depth} steps deep, ${seconds.toFixed(1)} s`
  console.log(`exploration, ${name}: ${numbers}`)
}

describe('the exhaustive exploration', () => {
  for (const mode of MODES)
    for (const [cut, options] of Object.entries(visited))
      it(`I49 reaches every state (${cut}, clock of ${mode}), breaks no law on any edge and can end from everywhere`, () => {
        const catalog = smallCatalog(mode, { exploring: true })
        const found = explore({ catalog, ...options })
        report(`${cut}, clock of ${mode}`, found)
        reports.push(found)
        expect(found.problems).toEqual([])
        expect(found.deadEnds).toEqual([])
      }, 1_800_000)

  it('visits at least 100,000 states and sees every kind of event that time and payments bring', () => {
    const states = reports.reduce((sum, found) => sum + found.states, 0)
    const edges = reports.reduce((sum, found) => sum + found.edges, 0)
    const seconds = reports.reduce((sum, found) => sum + found.seconds, 0)
    console.log(`exploration: ${states} states, ${edges} edges, ${seconds.toFixed(1)} s`)
    expect(states).toBeGreaterThanOrEqual(100_000)
    const seen = new Set(reports.flatMap(({ events }) => [...events.keys()]))
    for (const type of EXPECTED) expect(seen, type).toContain(type)
  })
})

const EXPECTED = [
  'subscription.started',
  'subscription.activated',
  'subscription.renewed',
  'subscription.changed',
  'subscription.change_scheduled',
  'subscription.change_undone',
  'subscription.past_due',
  'subscription.recovered',
  'subscription.suspended',
  'subscription.unpaid',
  'subscription.paused',
  'subscription.resumed',
  'subscription.cancel_scheduled',
  'subscription.cancel_undone',
  'subscription.canceled',
  'request.opened',
  'request.closed',
  'renewal.awaited',
  'trial.started',
  'trial.extended',
  'trial.ended',
  'invoice.opened',
  'invoice.collecting',
  'invoice.declined',
  'invoice.linked',
  'invoice.paid',
  'invoice.voided',
  'invoice.uncollectible',
  'credit.added',
  'credit.used',
  'coupon.applied',
  'coupon.ended',
  'incident.raised',
]
