/**
 * The architecture rules as pure functions: sources in, violations out. Each violation reads
 * `path:line what is wrong`. `test/architecture.test.ts` runs them over the repository and over
 * small bad samples.
 */
import { posix } from 'node:path'
import { type ImportStatement, importsOf, type Sources } from './syntax.ts'

/** What each adapter may import besides billwright and its own folder. */
export type VendorTable = Readonly<Record<string, readonly string[]>>

/** Folders whose children are each an adapter; any other folder of adapters/ is itself one. */
const adapterKinds = ['gateways', 'storage', 'servers', 'jobs']

const coreVendors = ['zod', 'date-fns', '@date-fns/utc']
const contracts = ['src/gateway.ts', 'src/storage.ts', 'src/job-engine.ts']
const shell = ['src/runtime', 'src/http']

/** The core imports only itself, zod and date-fns. */
export function coreImportsOutside(sources: Sources): readonly string[] {
  return violations(sources, 'src/core', ({ target }) =>
    isWithin(target, ['src/core', ...coreVendors]) ? undefined : `core must not import ${target}`,
  )
}

/** The library never imports an adapter, nor itself by its public name. */
export function libraryImportsAdapters(sources: Sources): readonly string[] {
  return violations(sources, 'src', ({ target }) =>
    isWithin(target, ['adapters', 'billwright', '(computed)'])
      ? `src must not import ${target}`
      : undefined,
  )
}

/** An adapter imports billwright by its public name, its own folder and its declared vendor. */
export function adapterImportsOutside(sources: Sources, vendors: VendorTable): readonly string[] {
  return violations(sources, 'adapters', ({ target }, path) => {
    const home = adapterFolder(path)
    const allowed = ['billwright', home, ...(vendors[home] ?? [])]
    return isWithin(target, allowed) ? undefined : `${home} must not import ${target}`
  })
}

/** The contracts do not reach the runtime or HTTP, not even through another file. */
export function contractsReachShell(sources: Sources): readonly string[] {
  const graph = importGraph(sources)
  return contracts.flatMap((contract) =>
    reachable(graph, contract)
      .filter((path) => isWithin(path, shell))
      .map((path) => `${contract}:1 reaches ${path}`),
  )
}

/** Import cycles, each reported once as the chain of its files. Type imports count as well. */
export function importCycles(sources: Sources): readonly string[] {
  const graph = importGraph(sources)
  const finished = new Set<string>()
  const cycles: string[] = []
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '))
    if (start >= 0 || finished.has(path)) return
    for (const next of graph.get(path) ?? []) follow(next, [...trail, path])
    finished.add(path)
  }
  for (const path of graph.keys()) follow(path, [])
  return cycles
}

/** Files longer than the limit, counted in lines. */
export function longFiles(sources: Sources, limit: number): readonly string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.replace(/\n$/, '').split('\n').length
    return lines > limit ? [`${path}:${lines} has ${lines} lines, more than ${limit}`] : []
  })
}

/** Files and folders not named in kebab-case. Suffixes such as `.test` and `.test-d` may follow. */
export function namesNotKebabCase(sources: Sources): readonly string[] {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+(-[a-z]+)*)*$/
  return [...sources.keys()].flatMap((path) =>
    path.split('/').every((part) => kebab.test(part)) ? [] : [`${path}:1 is not kebab-case`],
  )
}

type Verdict = (statement: ImportStatement, path: string) => string | undefined

function violations(sources: Sources, folder: string, judge: Verdict): readonly string[] {
  return [...sources]
    .filter(([path]) => isWithin(path, [folder]))
    .flatMap(([path, text]) =>
      importsOf(path, text).flatMap((statement) => {
        const message = judge(statement, path)
        return message === undefined ? [] : [`${path}:${statement.line} ${message}`]
      }),
    )
}

function isWithin(target: string, roots: readonly string[]): boolean {
  return roots.some((root) => target === root || target.startsWith(`${root}/`))
}

function adapterFolder(path: string): string {
  const [adapters = '', kind = '', name = ''] = path.split('/')
  return adapterKinds.includes(kind) ? posix.join(adapters, kind, name) : posix.join(adapters, kind)
}

function importGraph(sources: Sources): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...sources].map(([path, text]) => [
      path,
      importsOf(path, text)
        .map(({ target }) => target)
        .filter((target) => sources.has(target)),
    ]),
  )
}

function reachable(graph: ReadonlyMap<string, readonly string[]>, from: string): readonly string[] {
  const seen = new Set<string>()
  const queue = [...(graph.get(from) ?? [])]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    queue.push(...(graph.get(path) ?? []))
  }
  return [...seen]
}
