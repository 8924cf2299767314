/** Route handlers for `app/api/billing/[...path]/route.ts`. */

/** What a server adapter needs of the object that `billing` made. */
interface Handling {
  handle(request: Request, options?: { readonly basePath?: string }): Promise<Response>
}

export interface NextOptions {
  /** The path of the folder the route file lies in. Default `/api/billing`. */
  readonly basePath?: string
}

type RouteHandler = (request: Request) => Promise<Response>

export interface NextRoutes {
  readonly GET: RouteHandler
  readonly POST: RouteHandler
  readonly DELETE: RouteHandler
}

/** `export const { GET, POST, DELETE } = next(bill)`. */
export function next(bill: Handling, { basePath = '/api/billing' }: NextOptions = {}): NextRoutes {
  const handler: RouteHandler = (request) => bill.handle(request, { basePath })
  return { GET: handler, POST: handler, DELETE: handler }
}
