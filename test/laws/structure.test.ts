import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Account, emptyAccount, evolve, type Subscription } from '../../src/core/index.ts'
import { type Life, live, lives, PARAMETERS } from './life.ts'

const parameters = PARAMETERS as fc.Parameters<[Life]>

describe('structure', () => {
  it('I50 folding the journal from nothing gives the stored state', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const edges = live(life)
        const journal = edges.flatMap(({ events }) => events)
        expect(journal.reduce(evolve, emptyAccount('c'))).toEqual(edges.at(-1)?.after)
        expect(edges.at(-1)?.after.version).toBe(journal.length)
      }),
      parameters,
    )
  })

  it('I51 the state is JSON: writing and reading it changes nothing', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        for (const { after, events } of live(life)) {
          expect(JSON.parse(JSON.stringify(after))).toEqual(after)
          expect(JSON.parse(JSON.stringify(events))).toEqual(events)
        }
      }),
      { ...parameters, numRuns: Math.min(parameters.numRuns ?? 100, 200) },
    )
  })

  it('I51 fields that a newer version wrote survive every event', () => {
    fc.assert(
      fc.property(lives(), (life) => {
        const journal = live(life).flatMap(({ events }) => events)
        let account: Account = { ...emptyAccount('c'), ...{ written: 'later' } }
        for (const event of journal) {
          account = evolve(account, event)
          if (event.type !== 'subscription.started') continue
          const started = account.subscriptions[event.group]
          const marked = { ...started, written: 'later' } as unknown as Subscription
          account = {
            ...account,
            subscriptions: { ...account.subscriptions, [event.group]: marked },
          }
        }
        expect(account).toHaveProperty('written', 'later')
        for (const subscription of Object.values(account.subscriptions))
          expect(subscription).toHaveProperty('written', 'later')
      }),
      parameters,
    )
  })
})
