/** The billing routes as an Express router: `app.use('/billing', express(bill))`. */
import type { Request as ExpressRequest, RequestHandler } from 'express'
import { type Handling, sendReply, sendResponse } from 'billwright/node'
import { requestOf, webhookIn } from './request-of.ts'

/**
 * Works before and after `express.json()`. Webhooks need their raw bytes: mount it before the parser, or
 * keep them with `express.json({ verify: (req, res, raw) => { req.rawBody = raw } })`; without them they
 * are answered with 500 `raw_body_unavailable` and nothing is applied.
 */
export function express(bill: Handling): RequestHandler {
  return (incoming, outgoing, next) => {
    const answer = async () => {
      const options = { basePath: incoming.baseUrl }
      const call = webhookIn(incoming)
      const webhook = call && bill.answerWebhook?.(call, options)
      if (webhook) return sendReply(await webhook, incoming, outgoing)
      const request = remember(await requestOf(incoming), incoming)
      return sendResponse(await bill.handle(request, options), incoming, outgoing)
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
