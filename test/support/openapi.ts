/**
 * Judges recorded HTTP against a vendor's OpenAPI file (3.0 or 3.1): a contract that neither an
 * adapter nor its emulator wrote. Parameters that the file does not know are violations, so that a
 * misspelt one is found. The files lie beside the project and are never part of it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type Json, parseNested } from './openapi/nested.ts'
import { type Operation, operationsOf } from './openapi/operations.ts'
import { type Check, schemaChecks } from './openapi/schemas.ts'

/** A request and its reply as they went over the wire. */
export interface Exchange {
  readonly method: string
  /** Absolute or from the root, with the query. */
  readonly url: string
  /** Empty when there is none. */
  readonly requestType: string
  readonly requestBody: string
  readonly status: number
  readonly responseType: string
  readonly responseBody: string
}

export interface OpenApi {
  /** What is wrong with a request, each as `GET /path: where what`; empty when nothing is. */
  request(exchange: Exchange): readonly string[]
  /** The same of its response. Statuses of 400 and more need not be in the file. */
  response(exchange: Exchange): readonly string[]
  /** The same of a webhook's body, by its name in the file (3.1). */
  webhook(name: string, body: unknown): readonly string[]
}

/** Where the files lie: `OPENAPI_FILES`, or `../shared/openapi` beside the project. */
const FOLDER =
  process.env.OPENAPI_FILES ?? fileURLToPath(new URL('../../../shared/openapi', import.meta.url))

/**
 * The contract in a file of the folder, or `null` with a printed reason where the folder is absent.
 * Throws where the folder is absent and `CI` is set.
 */
export function vendorOpenApi(file: string): OpenApi | null {
  const read = (text: string) => (file.endsWith('.yaml') ? parse(text) : JSON.parse(text))
  if (existsSync(FOLDER)) return openApi(read(readFileSync(`${FOLDER}/${file}`, 'utf8')))
  const reason = `no contract check against ${file}: the folder shared/openapi is not there`
  if (process.env.CI) throw new Error(reason)
  console.info(`skipped: ${reason}`)
  return null
}

/** A contract from a parsed file. Schemas are compiled when an exchange first needs them. */
export function openApi(document: Json): OpenApi {
  const checks = schemaChecks(document)
  const find = operationsOf(document)
  const judge = (exchange: Exchange, run: (found: Found) => readonly string[]) => {
    const path = pathOf(exchange)
    const found = find(exchange.method, path.pathname)
    const wrong = found ? run({ ...found, query: path.search }) : ['is not in the contract']
    return wrong.map((each) => `${exchange.method} ${path.pathname}: ${each}`)
  }
  return {
    request: (exchange) =>
      judge(exchange, ({ operation, params, query }) => [
        ...checks.params(operation, 'path')(params),
        ...checks.params(operation, 'query')(parseNested(query)),
        ...bodyErrors(checks.body(operation), exchange),
      ]),
    response: (exchange) =>
      judge(exchange, ({ operation }) =>
        responseErrors(checks.response(operation, exchange.status), exchange),
      ),
    webhook: (name, body) =>
      checks
        .webhook(name)(body)
        .map((each) => `${name}: ${each}`),
  }
}

interface Found {
  readonly operation: Operation
  readonly params: Readonly<Record<string, string>>
  readonly query: string
}

function pathOf({ url }: Exchange): URL {
  return new URL(url, 'http://vendor.test')
}

function bodyErrors(
  { types, required }: { readonly types: ReadonlyMap<string, Check>; readonly required: boolean },
  { requestType, requestBody }: Exchange,
): readonly string[] {
  if (requestBody === '') return required ? ['the body is missing'] : []
  const type = mediaType(requestType)
  const check = types.get(type)
  // A form without a declared body, as some clients send with every POST, has to say nothing.
  if (!check) return [types.size === 0 ? 'takes no body' : `the body must not be ${type}`]
  return check(read(type, requestBody))
}

function responseErrors(
  declared: ReadonlyMap<string, Check> | null,
  { status, responseType, responseBody }: Exchange,
): readonly string[] {
  if (declared === null) return status >= 400 ? [] : [`status ${status} is not in the contract`]
  if (declared.size === 0)
    return status < 400 && responseBody !== '' ? [`status ${status} has no body`] : []
  const type = mediaType(responseType)
  const check = declared.get(type)
  if (!check) return [`status ${status} must not be ${type || 'without a type'}`]
  return type.includes('json') ? check(read(type, responseBody)) : []
}

function mediaType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase()
}

function read(type: string, body: string): unknown {
  if (!type.includes('json')) return parseNested(body)
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A `fetch` that remembers every exchange, and the list of them. */
export function recordingFetch(call: typeof fetch): {
  readonly fetch: typeof fetch
  readonly exchanges: readonly Exchange[]
} {
  const exchanges: Exchange[] = []
  return {
    exchanges,
    async fetch(input, init) {
      const request = new Request(input, init)
      const asked = request.clone()
      const response = await call(request)
      exchanges.push({
        method: request.method,
        url: request.url,
        requestType: request.headers.get('content-type') ?? '',
        requestBody: await asked.text(),
        status: response.status,
        responseType: response.headers.get('content-type') ?? '',
        responseBody: await response.clone().text(),
      })
      return response
    },
  }
}
