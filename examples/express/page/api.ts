/** Calls to the server: the app's own routes below /api, the library's below /billing. */
import type { CommandOutcome, Plan, PreviewView, StatusView } from 'billwright'
import type { NoticeName, Notice as Told } from 'billwright/core'

/** What `JSON.stringify` makes of a type: dates become ISO strings. */
type Sent<T> = T extends Date
  ? string
  : T extends number | string | boolean | null | undefined
    ? T
    : { [Key in keyof T]: Sent<T[Key]> }

export type PlanId = 'basic' | 'professional' | 'enterprise'
export type Status = Omit<Sent<StatusView<PlanId>>, 'actions'> & {
  readonly actions: readonly PlanAction[]
}
export type Outcome = Sent<CommandOutcome<PlanId>>
export type Preview = Sent<PreviewView<PlanId>>
export type PlanAction = Omit<StatusView<PlanId>['actions'][number], 'at'> & {
  readonly at: string | null
}

export interface OfferedPlan extends Pick<Plan, 'prices'> {
  readonly id: PlanId
  readonly title: string
  readonly includes: readonly { readonly feature: string; readonly value: unknown }[]
}

export interface Listing {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly isPublic: boolean
  readonly archived: boolean
}

export interface Payment {
  readonly id: string
  readonly status: 'paid' | 'partially_refunded' | 'refunded' | 'disputed'
  readonly amount: number
  readonly currency: string
  readonly at: string
}

export interface Notice {
  readonly id: string
  readonly name: NoticeName
  readonly data: Told['data']
  readonly at: string
  readonly readAt: string | null
}

export interface Me {
  readonly owner: string | null
  /** Where payments go, as a person says it. */
  readonly provider: string
  readonly owners: readonly { readonly id: string; readonly name: string }[]
  /** What the payment provider lets an owner do. */
  readonly can: { readonly updateCard: boolean; readonly payNow: boolean }
}

export interface Excess {
  readonly feature: string
  readonly limit: number
  readonly resources: readonly { readonly id: string; readonly label?: string }[]
}

/** What the server refused, as it said it. */
export interface Refusal {
  readonly error: string
  readonly code: string
  readonly detail?: { readonly excess?: readonly Excess[] }
}

export type Answer<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly status: number; readonly refusal: Refusal }

export const get = <T>(path: string) => call<T>('GET', path)
export const post = <T>(path: string, body: unknown = {}) => call<T>('POST', path, body)
export const remove = (path: string) => call<unknown>('DELETE', path)

const AWAY: Refusal = { code: 'away', error: 'The server does not answer. Try again in a moment.' }
const WAITS_MS = [200, 400, 800, 1_200, 1_600]

/**
 * Tries again while the server is away. That is safe for commands too: the same `Idempotency-Key`
 * does it once, however often it arrives.
 */
async function call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const headers: Record<string, string> = {}
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID()
  if (body !== undefined) headers['content-type'] = 'application/json'
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  for (const wait of [...WAITS_MS, null]) {
    const answer = await once<T>(path, init)
    if (answer) return answer
    if (wait === null || path.startsWith('/api/lab')) break
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  return { ok: false, status: 0, refusal: AWAY }
}

/** `null` when nobody answered. */
async function once<T>(path: string, init: RequestInit): Promise<Answer<T> | null> {
  try {
    const response = await fetch(path, init)
    const body = await response.json().catch(() => null)
    if (response.ok) return { ok: true, body }
    const refusal: Refusal = body?.error ? body : { ...AWAY, error: 'Something went wrong.' }
    return { ok: false, status: response.status, refusal }
  } catch {
    return null
  }
}

/** Where the provider's page leads back to, paid or given up. */
export const RETURN_URLS = {
  successUrl: `${location.origin}/`,
  cancelUrl: `${location.origin}/#/pricing`,
} as const
