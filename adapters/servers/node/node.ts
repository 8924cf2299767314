/** A listener for `http.createServer` that answers with an app's billing handler. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HandleOptions, PlainReply, WebhookCall } from 'billwright'
import { sendReply, sendResponse } from './send-response.ts'
import { toRequest } from './to-request.ts'
import { webhookOf } from './webhook-of.ts'

/** What a server adapter needs of the object that `billing` made. */
export interface Handling {
  handle(request: Request, options?: HandleOptions): Promise<Response>
  /** Webhooks without web objects. Default: `handle` is asked. */
  answerWebhook?(call: WebhookCall, options?: HandleOptions): Promise<PlainReply> | null
}

export interface NodeOptions {
  /** The path the routes are mounted on. Default: the one `billing` was given. */
  readonly basePath?: string
  /** Told what kept the handler from answering, such as a wrong configuration. Default: a process warning. */
  readonly onError?: (error: unknown) => void
}

/** `createServer(node(bill, { basePath: '/billing' }))`. */
export function node(
  bill: Handling,
  { basePath, onError = warn }: NodeOptions = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const options = basePath === undefined ? {} : { basePath }
  return (incoming, outgoing) => {
    answer({ bill, incoming, outgoing }, options).catch((error: unknown) => {
      onError(error)
      if (outgoing.headersSent) return outgoing.destroy()
      outgoing.writeHead(500, { 'content-type': 'application/json', connection: 'close' })
      return outgoing.end(FAILED)
    })
  }
}

const FAILED = JSON.stringify({ error: 'Something went wrong on our side.', code: 'internal' })

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}

/** The server's own request behind a web request, for an `identify` that reads a session from it. */
export function incomingOf(request: Request): IncomingMessage | undefined {
  return incomingByRequest.get(request)
}

const incomingByRequest = new WeakMap<Request, IncomingMessage>()

interface Exchange {
  readonly bill: Handling
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

async function answer({ bill, incoming, outgoing }: Exchange, options: HandleOptions) {
  const webhook = bill.answerWebhook?.(webhookOf(incoming), options)
  if (webhook) return sendReply(await webhook, incoming, outgoing)
  const request = toRequest(incoming)
  incomingByRequest.set(request, incoming)
  return sendResponse(await bill.handle(request, options), incoming, outgoing)
}
