/** The smallest router that serves a vendor's paths: `POST /v1/charges/:id` to a function. */
import { parseBody } from './parse-body.ts'

/** A request as a handler reads it. */
export interface Call {
  /** The route that matched, such as `POST /v1/charges/:id`. */
  readonly operation: string
  readonly method: string
  /** Absolute, as it was asked for. */
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  readonly headers: Headers
  /** A form or JSON, parsed; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>
  /** The body as it came. */
  readonly text: string
}

export type Handler = (call: Call) => Response | Promise<Response>

/** Handlers by `METHOD /path/:param`. */
export type Routes = Readonly<Record<string, Handler>>

/** What a request leads to, or `null` where nothing answers. */
export interface Match {
  readonly call: Call
  readonly handler: Handler
}

/** Finds the handler of a request. A body that is neither a form nor JSON is left as text. */
export function router(routes: Routes): (request: Request) => Promise<Match | null> {
  const table = Object.entries(routes).map(([operation, handler]) => {
    const [method = '', pattern = ''] = operation.split(' ')
    return { operation, handler, method, parts: pattern.split('/') }
  })
  return async (request) => {
    const url = new URL(request.url)
    const path = url.pathname.split('/')
    for (const { operation, handler, method, parts } of table) {
      const params = method === request.method ? matchPath(parts, path) : null
      if (params === null) continue
      const { headers } = request
      const text = method === 'GET' ? '' : await request.text()
      const body = parseBody(headers.get('content-type') ?? '', text)
      return { call: { operation, method, url, params, headers, body, text }, handler }
    }
    return null
  }
}

function matchPath(
  parts: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | null {
  if (parts.length !== path.length) return null
  const params: Record<string, string> = Object.create(null)
  for (const [index, part] of parts.entries()) {
    const given = decode(path[index] ?? '')
    if (given === null) return null
    if (part.startsWith(':')) params[part.slice(1)] = given
    else if (part !== given) return null
  }
  return params
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
