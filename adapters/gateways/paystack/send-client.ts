/**
 * Calls through an instance of the `paystack-api` package, and of it only `extend`: the package shares
 * its ready-made resources among all instances, so that one sends another's key.
 */
import type { Answer, Ask, Send } from './send.ts'
import { type NetworkFailure, networkFailure } from 'billwright/vendor'
import { isFields } from './read.ts'

/** What `require('paystack-api')(secretKey)` gives, as far as it is used. */
export interface PaystackClient {
  /** The secret key, which also signs webhooks. */
  readonly key?: string
  /** Makes a call of a declaration; the call fails with an error that holds the secret key. */
  extend(declaration: {
    readonly method: 'get' | 'post'
    readonly route: string
    readonly args?: string[]
  }): (data?: object) => PromiseLike<unknown>
}

export function clientSender(client: PaystackClient): Send {
  return async (ask) => {
    try {
      // A reply that is no success is thrown, so what comes back was one.
      const body = await whileWanted(ask.signal, start(client, ask))
      return { status: 200, headers: new Headers(), body }
    } catch (error) {
      return answerIn(error)
    }
  }
}

/** The package empties the object that it is given, and takes parts of a path as they are. */
async function start(client: PaystackClient, { method, path, query, body }: Ask): Promise<unknown> {
  const args = query === undefined ? {} : { args: Object.keys(query) }
  const verb = method === 'GET' ? 'get' : 'post'
  return client.extend({ method: verb, route: path, ...args })({ ...query, ...body })
}

/** The reply in a failure, or the network's word. Its options hold the key and are left behind. */
function answerIn(error: unknown): Answer | NetworkFailure {
  const { statusCode: status, error: body, response } = isFields(error) ? error : {}
  if (typeof status !== 'number') return networkFailure(error)
  const sent = isFields(response) && isFields(response.headers) ? response.headers : {}
  const headers = new Headers()
  for (const [name, value] of Object.entries(sent))
    if (typeof value === 'string') headers.set(name, value)
  return { status, headers, body }
}

/** Gives up when nobody waits any more: the package cannot be told to stop. */
function whileWanted<T>(signal: AbortSignal, running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('Given up.', 'AbortError'))
    signal.addEventListener('abort', stop, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
