/** What a vendor tells: every event is kept, delivered until it is accepted, and can be looked at. */
import type { Instant } from '../../core/index.ts'
import type { WebhookRequest } from '../../gateway.ts'
import type { WebhookSigner } from './sign-webhook.ts'

/** One try to deliver an event. `status` is `null` when nobody answered. */
export interface DeliveryAttempt {
  readonly at: Instant
  readonly status: number | null
}

/** An event of the vendor and what became of it. */
export interface EmulatedEvent<Data = unknown> {
  readonly id: string
  readonly type: string
  readonly at: Instant
  /** What the body says, parsed. */
  readonly data: Data
  readonly attempts: readonly DeliveryAttempt[]
  readonly delivered: boolean
}

export interface DeliveriesOptions {
  readonly now: () => Instant
  readonly sign: WebhookSigner
  /** Where events go; without it they are only kept. */
  readonly webhookUrl?: string
  /** Carries a delivery. Default: the platform's fetch. */
  readonly deliver?: (request: Request) => Promise<Response>
  /** Milliseconds from one failed attempt to the next. Default 5 s, 5 min, 30 min, 2, 5, 10, 10 h. */
  readonly retryAfter?: readonly number[]
  /** Whether an answer is taken as a yes. Default: any 2xx. */
  readonly accepts?: (response: Response) => boolean | Promise<boolean>
  /** Whether the endpoint is on: what is due while it is off is lost. Default: always. */
  readonly isOn?: () => boolean
  /** Told of every event that was accepted or given up. */
  readonly settled?: (delivered: boolean) => void
}

export interface Deliveries<Data> {
  readonly events: readonly EmulatedEvent<Data>[]
  /** Keeps an event for delivery. `id` is unique. */
  emit(event: { readonly id: string; readonly type: string; readonly data: Data }): void
  /** Delivers what is due at the clock's time, oldest first. */
  deliverDue(): Promise<void>
  /** Every event so far as it would arrive at its own time, signed, oldest first. */
  requests(): readonly WebhookRequest[]
}

const MINUTE = 60_000
const RETRY_AFTER = [5000, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 10].map((h) => h * 60 * MINUTE)]

interface Kept<Data> extends EmulatedEvent<Data> {
  readonly body: Uint8Array
  attempts: DeliveryAttempt[]
  delivered: boolean
  nextAt: Instant | null
}

/** An empty queue of deliveries. */
export function deliveries<Data>(options: DeliveriesOptions): Deliveries<Data> {
  const { now, sign, webhookUrl, deliver = fetch, retryAfter = RETRY_AFTER } = options
  const { accepts = ({ ok }) => ok, isOn = () => true, settled = () => {} } = options
  const kept: Kept<Data>[] = []
  let running: Promise<void> = Promise.resolve()

  async function attempt(event: Kept<Data>, url: string): Promise<void> {
    const { id, body } = event
    const at = now()
    const headers = { ...sign({ id, body, at }), 'content-type': 'application/json' }
    const { status, taken } = await send({ deliver, accepts }, url, { headers, body })
    event.attempts.push({ at, status })
    event.delivered = taken
    const wait = retryAfter[event.attempts.length - 1]
    event.nextAt = taken || wait === undefined ? null : ((at + wait) as Instant)
    if (event.nextAt === null) settled(taken)
  }

  async function deliverAll(): Promise<void> {
    if (webhookUrl === undefined) return
    for (const event of [...kept]) {
      if (event.nextAt === null || event.nextAt > now()) continue
      if (isOn()) await attempt(event, webhookUrl)
      else event.nextAt = null
    }
  }

  return {
    events: kept,
    emit({ id, type, data }) {
      const at = now()
      const body = new TextEncoder().encode(JSON.stringify(data))
      kept.push({ id, type, at, data, body, attempts: [], delivered: false, nextAt: at })
    },
    deliverDue() {
      // One at a time: an event is never on its way twice at once.
      running = running.then(deliverAll)
      return running
    },
    requests: () =>
      kept.map(({ id, body, at }) => ({ headers: sign({ id, body, at }), body, receivedAt: at })),
  }
}

async function send(
  { deliver, accepts }: Required<Pick<DeliveriesOptions, 'deliver' | 'accepts'>>,
  url: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: Uint8Array },
): Promise<{ readonly status: number | null; readonly taken: boolean }> {
  try {
    const text = new TextDecoder().decode(body)
    const response = await deliver(new Request(url, { method: 'POST', headers, body: text }))
    const taken = await accepts(response)
    if (!response.bodyUsed) await response.body?.cancel()
    return { status: response.status, taken }
  } catch {
    return { status: null, taken: false }
  }
}
