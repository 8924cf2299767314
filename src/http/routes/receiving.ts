/** Webhooks: the raw bytes go to the gateway that the path names, and to no other. */
import type { Route, Verbs } from '../route.ts'
import type { ResolvedHttp } from '../settings.ts'
import { type BodySource, bodyOf, readBody } from '../read-body.ts'
import { requestError } from '../request-error.ts'

export const receiving: readonly Route[] = [
  /** A gateway’s webhook. 401 for a bad signature, 503 when it must be sent again. */
  {
    method: 'POST',
    path: '/webhooks/:gateway',
    who: 'public',
    action: 'manage',
    raw: true,
    writesUsage: false,
    takes: [],
    answer: ({ bill, params, request, http }) =>
      takeWebhook({
        bill,
        http,
        gateway: params.gateway ?? '',
        body: bodyOf(request),
        // Headers join what is repeated with a comma, and their names are lower-case.
        headers: Object.fromEntries(request.headers),
      }),
  },
]

interface Webhook {
  readonly bill: Verbs
  readonly http: ResolvedHttp
  readonly gateway: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodySource
}

/** Reads a webhook and hands it to its gateway. */
export async function takeWebhook({ bill, http, gateway, headers, body: source }: Webhook) {
  if (!bill.gateways.has(gateway)) throw requestError('unknown_gateway')
  const { webhookBodyLimit: limit, bodyTimeoutMs: timeoutMs, sleep } = http
  const body = await readBody(source, { limit, timeoutMs, sleep })
  await bill.receive(gateway, { headers, body })
  return { received: true }
}

/** The gateway of a plainly written path; any other spelling is the router's to judge. */
export function gatewayIn(path: string, base: string): string | null {
  if (!path.startsWith(base)) return null
  return /^\/webhooks\/([\w-]+)$/.exec(path.slice(base.length))?.[1] ?? null
}
