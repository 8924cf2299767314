/**
 * A route as data: where it is, who may call it, what it takes, and what it does. The comment above a
 * route is its line in docs/http.md.
 */

import type * as z from 'zod'
import type { Bill, CallOptions, CustomerRef } from '../bill.ts'
import type { AuthorizeQuestion } from '../options.ts'
import type { ResolvedHttp } from './settings.ts'
import { requestError } from './request-error.ts'
import { nothing } from './schemas.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/** The verbs a route may use: everything but the handler itself. */
export type Verbs = Omit<Bill, 'handle' | 'answerWebhook'>

/** A call as it arrives at a route: the customer is decided, body and query are only read. */
export interface RawCall {
  readonly bill: Verbs
  /** `null` on routes that are about nobody or about everybody. */
  readonly customer: CustomerRef | null
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
  readonly query: unknown
  readonly options: CallOptions
  readonly request: Request
  readonly http: ResolvedHttp
}

/** A call whose body and query are what the route declared. */
export interface Call<Body, Query> extends Omit<RawCall, 'customer' | 'body' | 'query'> {
  readonly customer: CustomerRef
  readonly body: Body
  readonly query: Query
}

/**
 * `public`: anybody. `owner`: a customer for themselves, and under `/customers/:customer` whoever
 * `authorize` lets. `operator`: only whom `authorize` lets, for one customer or for all.
 */
export type Who = 'public' | 'owner' | 'operator'

export interface Route {
  readonly method: Method
  readonly path: string
  readonly who: Who
  readonly action: AuthorizeQuestion['action']
  /** Raw: the route reads the body itself, and neither origin nor media type is checked. */
  readonly raw: boolean
  /** Exists only where usage may be written over HTTP. */
  readonly writesUsage: boolean
  /** Names of what the body and the query may hold. */
  readonly takes: readonly string[]
  readonly answer: (call: RawCall) => Promise<unknown>
}

type Fields = Readonly<Record<string, unknown>>

interface Declared<Body, Query> {
  readonly who?: Who
  readonly action?: Route['action']
  readonly writesUsage?: boolean
  readonly body?: z.ZodType<Body> & { readonly shape: Fields }
  readonly query?: z.ZodType<Query> & { readonly shape: Fields }
  readonly run: (call: Call<Body, Query>) => Promise<unknown>
}

/** Declares a route. A GET reads and a POST manages unless it says otherwise; owners unless it says so. */
export function route<Body = Fields, Query = Fields>(
  method: Method,
  path: string,
  declared: Declared<Body, Query>,
): Route {
  const { who = 'owner', body, query, run, writesUsage = false } = declared
  return {
    method,
    path,
    who,
    action: declared.action ?? (method === 'GET' ? 'read' : 'manage'),
    raw: false,
    writesUsage,
    takes: [...Object.keys(body?.shape ?? {}), ...Object.keys(query?.shape ?? {})],
    answer: async (call) =>
      run({
        ...call,
        customer: call.customer ?? '',
        body: read(body ?? nothing, call.body, 'body') as Body,
        query: read(query ?? nothing, call.query, 'query') as Query,
      }),
  }
}

/** Every path a route is mounted on. */
export function pathsOf({ who, path }: Route): readonly string[] {
  return who === 'owner' ? [path, `/customers/:customer${path}`] : [path]
}

function read(schema: z.ZodType, given: unknown, where: string): unknown {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw requestError('invalid_request', { issues: result.error.issues.slice(0, 10).map(told) })

  // Our own words: a schema's message could repeat what was sent.
  function told({ code, path }: z.core.$ZodIssue) {
    return { in: where, path: path.map(String).join('.').slice(0, 100), problem: code }
  }
}
