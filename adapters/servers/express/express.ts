/** The billing routes as an Express router: `app.use('/billing', express(bill))`. */
import type { Request as ExpressRequest, RequestHandler } from 'express'
import { type Handling, sendResponse } from 'billwright/node'
import { requestOf } from './request-of.ts'

/**
 * Works before and after `express.json()`. Webhooks need their raw bytes: mount it before the parser, or
 * keep them with `express.json({ verify: (req, res, raw) => { req.rawBody = raw } })`; without them they
 * are answered with 500 `raw_body_unavailable` and nothing is applied.
 */
export function express(bill: Handling): RequestHandler {
  return (incoming, outgoing, next) => {
    const answer = async () => {
      const request = remember(await requestOf(incoming), incoming)
      const response = await bill.handle(request, { basePath: incoming.baseUrl })
      await sendResponse(response, incoming, outgoing)
    }
    answer().catch(next)
  }
}

/** Express's own request behind a web request, for an `identify` that reads a session from it. */
export function expressRequest(request: Request): ExpressRequest | undefined {
  return originals.get(request)
}

/** Remembers whose web request it is. */
export function remember(request: Request, incoming: ExpressRequest): Request {
  originals.set(request, incoming)
  return request
}

const originals = new WeakMap<Request, ExpressRequest>()
