import { expect, it } from 'vitest'
import { readPage, withBlock } from '../../scripts/page-block.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { REQUEST_ERRORS } from '../../src/request-errors.ts'
import { routeTable } from './support/route-table.ts'

it('docs/http.md has one line for every route, as it is in the route table', () => {
  expect(readPage(routeTable)).toBe(withBlock(readPage(routeTable), routeTable))
})

it('the lines say what a route needs and takes', () => {
  const table = routeTable.make()
  expect(table.split('\n')).toHaveLength(ROUTES.length + 2)
  expect(table).toContain('| `POST /cancel` | `manage` |')
  expect(table).toContain('| `group`, `at` |')
})

it('docs/http.md names every status that a request can be refused with', () => {
  const page = readPage(routeTable)
  for (const [status] of Object.values(REQUEST_ERRORS)) expect(page).toContain(String(status))
})
