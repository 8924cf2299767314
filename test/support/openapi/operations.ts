/** Finds the operation of a request: its path by template, literal parts before parameters. */
import { isFields, type Json } from './nested.ts'

export interface Operation {
  /** `post /customers/{id}`: what compiled checks are kept under. */
  readonly id: string
  readonly item: Json
  readonly shared: Json
}

interface Route {
  readonly parts: readonly string[]
  readonly operations: ReadonlyMap<string, Operation>
}

type Found = { readonly operation: Operation; readonly params: Readonly<Record<string, string>> }

/** Looks up `method` and `path`; `null` where the file has no such operation. */
export function operationsOf(document: Json): (method: string, path: string) => Found | null {
  const paths = isFields(document.paths) ? Object.entries(document.paths) : []
  const routes = paths.flatMap(([path, shared]) => (isFields(shared) ? [route(path, shared)] : []))
  const literal = ({ parts }: Route) => parts.filter((part) => !part.includes('{')).length
  routes.sort((a, b) => literal(b) - literal(a))
  return (method, path) => {
    const given = path.split('/').filter((part) => part !== '')
    for (const { parts, operations } of routes) {
      const operation = operations.get(method.toLowerCase())
      const params = operation ? matching(parts, given) : null
      if (operation && params) return { operation, params }
    }
    return null
  }
}

function route(path: string, shared: Json): Route {
  const operations = Object.entries(shared).flatMap(([method, item]) =>
    isFields(item) ? [[method, { id: `${method} ${path}`, item, shared }] as const] : [],
  )
  return { parts: path.split('/').filter((part) => part !== ''), operations: new Map(operations) }
}

function matching(
  parts: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | null {
  if (parts.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const value = decodeURIComponent(given[index] ?? '')
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name !== undefined) params[name] = value
    else if (part !== value) return null
  }
  return params
}
