/**
 * The table of routes in docs/http.md, written from the route table and the comment above each route.
 * `npx tsx test/http/support/route-table.ts` writes it, with `--check` it only compares.
 */

import type { Route } from '../../../src/http/route.ts'
import { readdirSync, readFileSync } from 'node:fs'
import { type PageBlock, runScript } from '../../../scripts/page-block.ts'
import { ROUTES } from '../../../src/http/routes.ts'

export const routeTable = {
  page: 'docs/http.md',
  name: 'routes, written by test/http/support/route-table.ts',
  make() {
    const comments = readComments()
    const rows = ROUTES.map(
      (route) =>
        `| \`${route.method} ${route.path}\` | ${needs(route)} | ${about(route, comments)} | ${takes(route)} |`,
    )
    return ['| route | needs | what it does | takes |', '|---|---|---|---|', ...rows].join('\n')
  },
} satisfies PageBlock

const FOLDER = new URL('../../../src/http/routes/', import.meta.url)
const COMMENTED =
  /\/\*\*(?<comment>(?:(?!\*\/).)+)\*\/\s+(?:route\(|\{\s+method: )'(?<method>[A-Z]+)',\s+(?:path: )?'(?<path>[^']+)'/gs

/** The comment above each route, by method and path. */
function readComments(): ReadonlyMap<string, string> {
  const sources = readdirSync(FOLDER).map((file) => readFileSync(new URL(file, FOLDER), 'utf8'))
  const found = sources.flatMap((source) => [...source.matchAll(COMMENTED)])
  return new Map(
    found.map(({ groups = {} }) => {
      const { comment = '', method, path } = groups
      return [`${method} ${path}`, comment.replace(/\s+\* |\s+/g, ' ').trim()]
    }),
  )
}

function about({ method, path }: Route, comments: ReadonlyMap<string, string>): string {
  const comment = comments.get(`${method} ${path}`)
  if (!comment) throw new Error(`The route ${method} ${path} has no comment.`)
  return comment
}

function needs({ who, action, writesUsage }: Route): string {
  if (who === 'public') return 'nothing'
  return writesUsage ? `\`${action}\` and \`usageWrites\`` : `\`${action}\``
}

function takes({ takes: names, raw }: Route): string {
  if (raw) return 'raw bytes'
  return names.map((name) => `\`${name}\``).join(', ') || '–'
}

runScript(import.meta.url, routeTable)
