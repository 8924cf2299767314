/**
 * The table of routes in docs/http.md, written from the route table.
 * `npx tsx test/http/support/route-table.ts` writes it, with `--check` it only compares.
 */

import type { Route } from '../../../src/http/route.ts'
import { type PageBlock, runScript } from '../../../scripts/page-block.ts'
import { ROUTES } from '../../../src/http/routes.ts'

export const routeTable = {
  page: 'docs/http.md',
  name: 'routes, written by test/http/support/route-table.ts',
  make() {
    const rows = ROUTES.map(
      (route) =>
        `| \`${route.method} ${route.path}\` | ${needs(route)} | ${route.about} | ${takes(route)} |`,
    )
    return ['| route | needs | what it does | takes |', '|---|---|---|---|', ...rows].join('\n')
  },
} satisfies PageBlock

function needs({ who, action, writesUsage }: Route): string {
  if (who === 'public') return 'nothing'
  return writesUsage ? `\`${action}\` and \`usageWrites\`` : `\`${action}\``
}

function takes({ takes: names, raw }: Route): string {
  if (raw) return 'raw bytes'
  return names.map((name) => `\`${name}\``).join(', ') || '–'
}

runScript(import.meta.url, routeTable)
