/** Webhooks: the raw bytes go to the gateway that the path names, and to no other. */
import type { Route } from '../route.ts'
import { readBody } from '../read-body.ts'
import { requestError } from '../request-error.ts'

export const receiving: readonly Route[] = [
  {
    method: 'POST',
    path: '/webhooks/:gateway',
    who: 'public',
    action: 'manage',
    about: 'A gateway’s webhook. 401 for a bad signature, 503 when it must be sent again.',
    raw: true,
    writesUsage: false,
    takes: [],
    async answer({ bill, params, request, http }) {
      const { gateway = '' } = params
      if (!bill.gateways.has(gateway)) throw requestError('unknown_gateway')
      const { webhookBodyLimit: limit, bodyTimeoutMs: timeoutMs, sleep } = http
      const body = await readBody(request, { limit, timeoutMs, sleep })
      // Headers join what is repeated with a comma, and their names are lower-case.
      const headers = Object.fromEntries(request.headers)
      await bill.receive(gateway, { headers, body })
      return { received: true }
    },
  },
]
