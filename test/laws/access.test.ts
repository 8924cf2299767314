import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Account,
  accessOf,
  entitlements,
  type Instant,
  isLive,
  nextActionAt,
} from '../../src/core/index.ts'
import { changesAt } from '../../src/runtime/snapshots.ts'
import { inputEdge } from './edge.ts'
import { catalogOf, type Life, live, lives, PARAMETERS } from './life.ts'
import { START } from './small-world.ts'

const REASONS = ['admin', 'fraud', 'dispute'] as const
const parameters = PARAMETERS as fc.Parameters<[Life, ('admin' | 'fraud' | 'dispute')[]]>

function blocked(
  life: Life,
  account: Account,
  now: Instant,
  types: readonly { type: 'block' | 'unblock'; reason: (typeof REASONS)[number] }[],
): Account {
  return types.reduce((step, input) => inputEdge(catalogOf(life), step, input, now).after, account)
}

describe('access', () => {
  it('I13 lifting one reason never grants access while another remains', () => {
    fc.assert(
      fc.property(
        lives(),
        fc.uniqueArray(fc.constantFrom(...REASONS), { minLength: 1 }),
        (life, reasons) => {
          const last = live(life).at(-1)
          const subscription = last?.after.subscriptions.default
          if (!last || !isLive(subscription) || subscription.blocks.length > 0) return
          const catalog = catalogOf(life)
          const open = accessOf(last.after, 'default', last.now, catalog).allowed
          let account = blocked(
            life,
            last.after,
            last.now,
            reasons.map((reason) => ({ type: 'block', reason })),
          )
          reasons.forEach((reason, i) => {
            expect(accessOf(account, 'default', last.now, catalog).allowed).toBe(false)
            account = blocked(life, account, last.now, [{ type: 'unblock', reason }])
            const lifted = i === reasons.length - 1
            const { allowed } = accessOf(account, 'default', last.now, catalog)
            expect(allowed).toBe(lifted && open)
          })
        },
      ),
      parameters,
    )
  })

  it('what is given stays until something falls due, ends or resets', () => {
    let compared = 0
    fc.assert(
      fc.property(lives(), fc.double({ min: 0, max: 1, noNaN: true }), (life, share) => {
        const catalog = catalogOf(life)
        const usage = { seats: { used: 1 }, calls: { used: 5, since: START } }
        for (const { after, now } of live(life)) {
          const given = entitlements(after, usage, now, catalog)
          const until = Math.min(changesAt(given, nextActionAt(after, catalog)), now + YEAR)
          if (until <= now) continue
          const later = Math.floor(now + share * (until - 1 - now)) as Instant
          expect(entitlements(after, usage, later, catalog).all).toEqual(given.all)
          expect(entitlements(after, usage, (until - 1) as Instant, catalog).all).toEqual(given.all)
          compared += 1
        }
      }),
      PARAMETERS as fc.Parameters<[Life, number]>,
    )
    expect(compared).toBeGreaterThan(1_000)
  })
})

const YEAR = 366 * 24 * 3_600_000
