/** Finds the route of a method and path. A path has exactly one spelling; any other is not found. */
import type { Method, Route } from './route.ts'
import { TrieRouter } from 'hono/router/trie-router'
import { requestError } from './request-error.ts'
import { pathsOf } from './route.ts'

export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export type Find = (method: string, path: string) => Found

/** Throws `not_found`, and `method_not_allowed` where the path has other methods. */
export function createRouter(routes: readonly Route[]): Find {
  const router = new TrieRouter<Route>()
  for (const route of routes)
    for (const path of pathsOf(route)) router.add(route.method, path, route)
  const look = (method: string, path: string): Found | undefined => {
    const [first] = router.match(method, path)[0]
    if (!first) return undefined
    const [route, params] = first
    return { route, params: decoded(params) }
  }
  return (method, path) => {
    const found = look(method, path)
    if (found) return found
    const others = METHODS.filter((other) => look(other, path))
    if (others.length === 0) throw requestError('not_found')
    throw requestError('method_not_allowed', { allow: others.join(', ') })
  }
}

const METHODS: readonly Method[] = ['GET', 'POST', 'DELETE']

/** The path below the mount path; `null` when it is not below it. */
export function pathBelow(base: string, pathname: string): string | null {
  return pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : null
}

function decoded(params: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decode(text)]))
}

/** An id as it was meant: percent-encoding is undone once, and what no id can hold is not found. */
function decode(text: unknown): string {
  const id = typeof text === 'string' ? unescaped(text) : ''
  if (!/^[^\p{Cc}\p{Cs}]{1,255}$/u.test(id)) throw requestError('not_found')
  return id
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw requestError('not_found')
  }
}
