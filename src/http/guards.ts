/** What is looked at before anybody is asked who they are: origin, media type, idempotency key. */
import type { ResolvedHttp } from './settings.ts'
import { requestError } from './request-error.ts'

/**
 * A call that changes something comes from a page of ours, or from no page at all where the app allows
 * that: another site's page cannot use the customer's cookies. Throws `origin_refused`.
 */
export function checkOrigin({ headers }: Request, http: ResolvedHttp): void {
  if (headers.get('sec-fetch-site') === 'cross-site') throw requestError('origin_refused')
  const origin = headers.get('origin')
  const allowed = origin === null ? !http.requireOrigin : http.origins.has(origin)
  if (!allowed) throw requestError('origin_refused')
}

/** Only JSON: forms and plain text are what another site's page could send without asking. */
export function checkMediaType(request: Request): void {
  const type = request.headers.get('content-type')
  if (type === null && !request.body) return
  const [essence = ''] = (type ?? '').split(';')
  if (essence.trim().toLowerCase() !== 'application/json')
    throw requestError('unsupported_media_type')
}

/** The caller's key for a call that must happen once; `undefined` without one. */
export function idempotencyKeyOf({ headers }: Request): string | undefined {
  const key = headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw requestError('invalid_idempotency_key')
  return key
}
