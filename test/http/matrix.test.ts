import { describe, expect, it } from 'vitest'
import { pathsOf, type Route } from '../../src/http/route.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { type Answer, testApp } from './support/app.ts'
import { ROWS, type Row } from './support/rows.ts'

const nameOf = ({ method, path }: Route) => `${method} ${path}`
const OWN = { read: 200, manage: 200, admin: 403, all: 404 } as const
const NONE = { read: 404, manage: 404, admin: 404, all: 404 } as const

/** What each caller is answered, by the right that is needed; the path names `customer`. */
const CALLERS = [
  { user: undefined, customer: 'alice', want: { read: 401, manage: 401, admin: 401, all: 401 } },
  { user: 'alice', customer: 'alice', want: OWN },
  { user: 'bob', customer: 'alice', want: NONE },
  { user: 'bob', customer: 'nobody', want: NONE },
  { user: 'reader', customer: 'org', want: { read: 200, manage: 403, admin: 403, all: 404 } },
  { user: 'manager', customer: 'org', want: { read: 200, manage: 200, admin: 403, all: 404 } },
  { user: 'manager', customer: 'alice', want: NONE },
  { user: 'admin', customer: 'alice', want: { read: 200, manage: 200, admin: 200, all: 200 } },
] as const

interface Cell {
  readonly answer: Answer
  readonly calls: readonly { readonly verb: string; readonly customer: string | null }[]
}

async function call(line: string, user: string | undefined, row: Row): Promise<Cell> {
  const app = testApp({ usageWrites: true })
  for (const id of ['alice', 'bob', 'org']) app.accounts.set(id, { plan: 'pro', used: new Map() })
  const answer = await app.ask(line, {
    ...(user !== undefined && { user }),
    ...(row.body !== undefined && { body: row.body }),
    headers: { 'stripe-signature': 'good' },
  })
  return { answer, calls: app.calls }
}

describe('C1 every route and every caller', () => {
  it('has a row for every route, and a route for every row', () => {
    expect(Object.keys(ROWS).sort()).toEqual(ROUTES.map(nameOf).sort())
  })

  it('knows no two routes of one name', () => {
    expect(new Set(ROUTES.map(nameOf)).size).toBe(ROUTES.length)
  })

  for (const route of ROUTES) {
    const row = ROWS[nameOf(route)] ?? { needs: 'all', verb: 'missing' }
    const { needs } = row
    if (needs === 'nothing') {
      it(`${nameOf(route)} is open to everybody`, async () => {
        const { answer } = await call(`${route.method} ${row.path ?? route.path}`, undefined, row)
        expect(answer.status).toBe(200)
      })
      continue
    }
    for (const { user, customer, want } of CALLERS) {
      const tail = (row.path ?? route.path).replaceAll(':customer', customer)
      const path = route.who === 'owner' ? `/customers/${customer}${tail}` : tail
      it(`${nameOf(route)}: ${user ?? 'nobody'} for ${customer} gets ${want[needs]}`, async () => {
        const { answer, calls } = await call(`${route.method} ${path}`, user, row)
        expect(answer.status).toBe(want[needs])
        const expected = { verb: row.verb, customer: needs === 'all' ? null : customer }
        expect(calls).toEqual(want[needs] === 200 ? [expect.objectContaining(expected)] : [])
      })
    }
    if (route.who !== 'owner') continue
    it(`${nameOf(route)}: a customer needs not be named by its owner`, async () => {
      const path = (row.path ?? route.path).replaceAll(':customer', 'alice')
      const { answer, calls } = await call(`${route.method} ${path}`, 'alice', row)
      expect(answer.status).toBe(200)
      expect(calls).toEqual([expect.objectContaining({ verb: row.verb, customer: 'alice' })])
    })
  }

  it('mounts what owners may do for other customers as well, and nothing else twice', () => {
    const twice = ROUTES.filter((route) => pathsOf(route).length === 2)
    expect(twice).toEqual(ROUTES.filter(({ who }) => who === 'owner'))
  })

  it('has no route to count usage unless the app wants it', async () => {
    const app = testApp()
    const answer = await app.ask('POST /usage/listings', { user: 'alice', body: {} })
    expect(answer.status).toBe(404)
    expect(app.calls).toEqual([])
  })
})
