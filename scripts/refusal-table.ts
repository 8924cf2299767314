/**
 * The table of refusals in docs/errors.md: every code with its sentence, and the facts that the rules
 * put into `detail`, read from their source. `npx tsx scripts/refusal-table.ts` writes it, with
 * `--check` it only compares.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { REFUSALS } from '../src/core/index.ts'
import { type PageBlock, runScript } from './page-block.ts'

const CORE = fileURLToPath(new URL('../src/core', import.meta.url))

export const refusalTable = {
  page: 'docs/errors.md',
  name: 'refusals, written by scripts/refusal-table.ts',
  make() {
    const details = detailsOf(CORE)
    const rows = Object.entries(REFUSALS).map(([code, sentence]) => {
      const facts = [...(details.get(code) ?? [])].sort().map((fact) => `\`${fact}\``)
      return `| \`${code}\` | ${sentence} | ${facts.join(', ') || '–'} |`
    })
    return [
      '| code | what happened, what to do | `detail` may hold |',
      '|---|---|---|',
      ...rows,
    ].join('\n')
  },
} satisfies PageBlock

/** The property names in every `refuse(code, { … })` below a folder, by code. */
function detailsOf(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const details = new Map<string, Set<string>>()
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    const text = readFileSync(join(folder, file), 'utf8')
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022), details)
  }
  return details
}

function visit(node: ts.Node, details: Map<string, Set<string>>): void {
  ts.forEachChild(node, (child) => visit(child, details))
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return
  const [code, detail] = node.arguments
  if (node.expression.text !== 'refuse' || !code || !ts.isStringLiteral(code)) return
  const facts = details.get(code.text) ?? new Set()
  details.set(code.text, facts)
  if (!detail || !ts.isObjectLiteralExpression(detail)) return
  for (const { name } of detail.properties) if (name && ts.isIdentifier(name)) facts.add(name.text)
}

runScript(import.meta.url, refusalTable)
