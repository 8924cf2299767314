/**
 * The shell around a vendor's routes: authorization, idempotency keys, faults, a log of what was
 * written, pages for customers, and a server. A vendor's emulator adds its state and its words.
 */
import type { Book, StageFault } from '../stage.ts'
import { BillingError } from '../../errors.ts'
import { type Broken, type Faults, faults } from './faults.ts'
import { type IdempotencyKeys, idempotencyKeys } from './idempotency-keys.ts'
import { type Listening, type ListenOptions, listen } from './listen.ts'
import { type Call, type Match, type Routes, router } from './router.ts'

export interface EmulatorOptions {
  /** What it calls itself until it listens. */
  readonly url: string
  /** What the adapter calls: faults hit it, writes are logged. */
  readonly api: Routes
  /** What customers open in a browser. */
  readonly pages: Routes
  /** The refusal of a call whose secret key is missing or wrong, or `null`. */
  readonly authorize: (call: Call) => Response | null
  /** How this vendor words a failure. */
  readonly error: (status: number, code: string) => Response
  /** The header that makes a write repeatable; `null` when the vendor has none. */
  readonly idempotencyHeader: string | null
  /** Runs after a call over HTTP was answered: deliveries that are due. */
  readonly afterwards?: () => Promise<void>
}

export interface Emulator {
  /** Answers like the platform's `fetch` would, without a network. */
  readonly fetch: typeof fetch
  /** Serves it on 127.0.0.1; `url` is its address from then on. */
  listen(options?: ListenOptions): Promise<Listening>
  /** The base of the API and of every page. */
  readonly url: string
  readonly keys: IdempotencyKeys
  /** Calls that changed something here, oldest first. */
  readonly writes: Book['writes']
  fault(fault: StageFault, times?: number): void
  close(): Promise<void>
}

/**
 * Puts a vendor's routes to work. Throws a `config` error `emulator_in_production` where
 * `NODE_ENV=production`: whoever reaches an emulator can pay with money that is none.
 */
export function emulator(options: EmulatorOptions): Emulator {
  refuseProduction()
  const trouble = faults()
  const { answer, keys, writes } = answering(options, trouble)
  let server: Listening | null = null
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const { signal } = request
      signal.throwIfAborted()
      const response = await answer(request)
      signal.throwIfAborted()
      if (typeof response === 'string') throw networkError(response)
      return response
    },
    async listen(given) {
      server ??= await listen(async (request) => {
        const response = await answer(request)
        // Not awaited: the caller's own webhook route may need this reply first.
        options.afterwards?.().catch(() => {})
        return response
      }, given)
      return server
    },
    get url() {
      return server?.url ?? options.url
    },
    keys,
    writes,
    fault: trouble.add,
    async close() {
      trouble.release()
      await server?.close()
      server = null
    },
  }
}

/** Pages first, then the API: authorized, with the faults that wait, and each key once. */
function answering(
  { api, pages, authorize, error, idempotencyHeader }: EmulatorOptions,
  trouble: Faults,
) {
  const [findApi, findPage] = [router(api), router(pages)]
  const keys = idempotencyKeys()
  const writes: { operation: string; key: string | null }[] = []

  async function perform({ call, handler }: Match): Promise<Response> {
    const key = idempotencyHeader && call.headers.get(idempotencyHeader)
    const run = async (): Promise<Response> => {
      const response = await handler(call)
      if (call.method !== 'GET' && response.ok) writes.push({ operation: call.operation, key })
      return response
    }
    if (!key || call.method === 'GET') return run()
    const fingerprint = `${call.headers.get('authorization')} ${call.url.pathname} ${call.text}`
    return keys.once(key, { fingerprint, run, conflict: () => error(409, 'idempotency_conflict') })
  }

  async function answer(request: Request): Promise<Response | Broken> {
    const page = await findPage(request)
    if (page) return page.handler(page.call)
    const match = await findApi(request)
    if (!match) return error(404, 'route_unknown')
    const refused = authorize(match.call)
    if (refused) return refused
    const { signal } = request
    const worded = (status: number) => error(status, 'emulated_fault')
    return trouble.around(() => perform(match), { signal, error: worded })
  }

  return { answer, keys, writes }
}

/** What the platform's fetch throws, with the code that tells how far the call came. */
function networkError(broken: Broken): TypeError {
  const code = broken === 'connection_refused' ? 'ECONNREFUSED' : 'ECONNRESET'
  return new TypeError('fetch failed', { cause: { code } })
}

function refuseProduction(): void {
  if (typeof process === 'undefined' || process.env.NODE_ENV !== 'production') return
  throw new BillingError(
    'config',
    'emulator_in_production',
    'An emulator takes money that is none: it does not run with NODE_ENV=production.',
  )
}
