/** The one webhook endpoint: three events in a row that nobody took turn it off, until it is enabled. */
import type { DeliveriesOptions, Routes } from 'billwright/testing'
import { vendorError } from './access.ts'

/** Twelve retries, each after twice as long: two hours and a quarter in all. */
const RETRY_AFTER = Array.from({ length: 12 }, (_, i) => 1000 * 2 ** (i + 1))
const EXHAUSTED = 3

export interface Endpoint {
  readonly delivery: Required<
    Pick<DeliveriesOptions, 'retryAfter' | 'accepts' | 'isOn' | 'settled'>
  >
  readonly routes: Routes
}

/** What it delivers. */
const EVENTS = [
  ...['checkout_session.payment.paid', 'payment.paid', 'payment.failed', 'payment.refunded'],
  ...['payment.refund.updated', 'dispute.created', 'dispute.resolved'],
]

export function webhookEndpoint(url: string | undefined): Endpoint {
  let [exhausted, disabled] = [0, false]
  const shown = () => ({
    id: 'hook_1',
    type: 'webhook',
    attributes: {
      url: url ?? null,
      events: EVENTS,
      status: disabled ? 'disabled' : 'enabled',
      disabled_reason: disabled ? 'max_retries_exceeded' : null,
    },
  })
  const only = (id: string | undefined) => {
    if (id !== 'hook_1') throw vendorError(404, 'resource_not_found')
  }
  return {
    delivery: {
      retryAfter: RETRY_AFTER,
      accepts: isTaken,
      isOn: () => !disabled,
      settled(delivered) {
        exhausted = delivered ? 0 : exhausted + 1
        if (exhausted >= EXHAUSTED) disabled = true
      },
    },
    routes: {
      'GET /v1/webhooks': () => Response.json({ data: [shown()], has_more: false }),
      'POST /v1/webhooks/:id/enable': ({ params }) => {
        only(params.id)
        exhausted = 0
        disabled = false
        return Response.json({ data: shown() })
      },
    },
  }
}

/** 200 to 209 with a JSON body; an empty answer is none. */
async function isTaken(response: Response): Promise<boolean> {
  if (response.status < 200 || response.status > 209) return false
  try {
    JSON.parse(await response.text())
    return true
  } catch {
    return false
  }
}
