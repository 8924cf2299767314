/** The HTTP handler: a function from a web `Request` to a `Response`, for every framework. */
import type { HandleOptions } from '../bill.ts'
import type { PlainReply, WebhookCall } from '../webhook-call.ts'
import type { Question } from './question.ts'
import type { RawCall, Verbs } from './route.ts'
import type { Found } from './router.ts'
import type { HttpSettings, ResolvedHttp } from './settings.ts'
import { requireAccess } from './access.ts'
import { errorReply } from './error-reply.ts'
import { checkMediaType, checkOrigin, idempotencyKeyOf } from './guards.ts'
import { parseJson } from './parse-json.ts'
import { questionIn } from './question.ts'
import { bodyOf, readBody } from './read-body.ts'
import { requestError } from './request-error.ts'
import { json, toResponse } from './respond.ts'
import { createRouter, type Find, pathBelow } from './router.ts'
import { gatewayIn, takeWebhook } from './routes/receiving.ts'
import { ROUTES } from './routes.ts'
import { basePathOf, resolveHttp } from './settings.ts'
import { ALL_CUSTOMERS, subjectOf } from './subject.ts'

export interface Handler {
  readonly handle: (request: Request, options?: HandleOptions) => Promise<Response>
  readonly answerWebhook: (call: WebhookCall, options?: HandleOptions) => Promise<PlainReply> | null
}

/**
 * The handler of an app's billing object. Never rejects: every error is a reply. Throws a `config`
 * error at once when a setting is wrong or `identify` is missing.
 */
export function createHandler(bill: Verbs, settings: HttpSettings): Handler {
  const http = resolveHttp(settings)
  const find = createRouter(ROUTES.filter((route) => !route.writesUsage || http.usageWrites))
  return {
    async handle(request, options = {}) {
      const scene = { bill, request, http }
      const reply = await replyTo(http, () => {
        const question = questionIn(options)
        return question
          ? answerQuestion(scene, question)
          : answerCall(scene, target(request, options, { find, http }))
      })
      return toResponse(reply)
    },
    answerWebhook({ method, target: path, headers, body }, { basePath } = {}) {
      const gateway = method === 'POST' ? gatewayIn(path, baseOf(http, basePath)) : null
      if (gateway === null) return null
      const source = { headers: { get: (name: string) => headers[name] ?? null }, open: body }
      return replyTo(http, () => takeWebhook({ bill, http, gateway, headers, body: source }))
    },
  }
}

async function replyTo(http: ResolvedHttp, answer: () => Promise<unknown>): Promise<PlainReply> {
  const requestId = http.newId()
  try {
    return json(await answer(), { requestId })
  } catch (error) {
    return errorReply(error, http, requestId)
  }
}

interface Scene {
  readonly bill: Verbs
  readonly request: Request
  readonly http: ResolvedHttp
}

function target(
  request: Request,
  { basePath }: HandleOptions,
  { find, http }: { readonly find: Find; readonly http: ResolvedHttp },
): Found & { readonly search: URLSearchParams } {
  const { pathname, searchParams } = new URL(request.url)
  const path = pathBelow(baseOf(http, basePath), pathname)
  if (path === null) throw requestError('not_found')
  return { ...find(request.method, path), search: searchParams }
}

function baseOf(http: ResolvedHttp, basePath: string | undefined): string {
  return basePath === undefined ? http.basePath : basePathOf(basePath)
}

async function answerCall(scene: Scene, found: ReturnType<typeof target>): Promise<unknown> {
  const { bill, request, http } = scene
  const { route, params } = found
  const open = { bill, params, request, http, customer: null, body: {}, query: {}, options: {} }
  if (route.raw) return route.answer(open)
  if (request.method !== 'GET') {
    checkMediaType(request)
    checkOrigin(request, http)
  }
  const query = queryOf(found.search)
  if (route.who === 'public') return route.answer({ ...open, query })
  if (params.customer === ALL_CUSTOMERS) throw requestError('not_found')
  const named = params.customer ?? (route.who === 'operator' ? ALL_CUSTOMERS : null)
  const subject = await subjectOf({ request, action: route.action, named }, http)
  const options = { actor: subject.identity.id, ...keyOf(request) }
  const body = request.method === 'GET' ? {} : await jsonOf(scene)
  return route.answer({ ...open, query, options, body, customer: subject.customer })
}

async function answerQuestion({ bill, request, http }: Scene, question: Question) {
  if (question.ask === 'error') throw question.error
  const { customer: named } = question
  const { customer } = await subjectOf({ request, action: 'read', named }, http)
  await requireAccess(bill, customer, question)
  return { allowed: true }
}

async function jsonOf({ request, http }: Scene): Promise<unknown> {
  const { bodyLimit: limit, bodyTimeoutMs: timeoutMs, sleep } = http
  return parseJson(await readBody(bodyOf(request), { limit, timeoutMs, sleep }))
}

/** A parameter that is given twice could be read in two ways, so it is refused. */
function queryOf(search: URLSearchParams): unknown {
  const entries = [...search]
  const issues = [{ in: 'query', path: '', problem: 'repeated' }]
  if (new Set(entries.map(([name]) => name)).size < entries.length)
    throw requestError('invalid_request', { issues })
  return Object.fromEntries(entries)
}

function keyOf(request: Request): Pick<RawCall['options'], 'idempotencyKey'> {
  const idempotencyKey = request.method === 'GET' ? undefined : idempotencyKeyOf(request)
  return idempotencyKey === undefined ? {} : { idempotencyKey }
}
