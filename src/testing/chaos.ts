/**
 * Delivers webhooks as badly as the world does: twice, late, in any order, to several servers, or not
 * at all. Runner-agnostic and seeded, so that a bad day can be repeated.
 */
import type { WebhookRequest } from '../gateway.ts'
import { DAY, type Instant } from '../core/index.ts'
import { seededRandom } from './chaos/random.ts'

/** A server that takes webhooks; one that throws is asked again. */
export type Receiver = (request: WebhookRequest) => Promise<unknown>

export interface ChaosOptions {
  readonly seed: number
  /** The servers; each delivery goes to one of them by chance. */
  readonly receivers: readonly Receiver[]
  /** Signs a request anew, as vendors do for every attempt. Default: as it is, which grows old. */
  readonly sign?: (request: WebhookRequest) => WebhookRequest
  /** How likely a webhook never comes, 0 … 1. Default 0.2. */
  readonly drop?: number
  /** How often it comes again at most. Default 3. */
  readonly duplicates?: number
  /** How late it comes at most, in milliseconds. Default 4 days. */
  readonly delayMs?: number
  /** How likely it comes at the same instant as the one before, 0 … 1. Default 0.3. */
  readonly ties?: number
}

/** What was done to the webhooks. */
export interface ChaosFigures {
  readonly taken: number
  readonly dropped: number
  readonly delivered: number
  readonly duplicated: number
  /** Deliveries that overtook one that was made before them. */
  readonly overtaken: number
  readonly ties: number
  /** Deliveries that no server accepted in the end. */
  readonly refused: number
}

export interface Chaos {
  /** Takes the webhooks made so far, as `stage.webhooks()` gives them; known ones are left out. */
  take(requests: readonly WebhookRequest[]): void
  /** Delivers what has come by this time. */
  deliver(now: Instant): Promise<void>
  /** Delivers everything that was not dropped, however late it would have come. */
  finish(): Promise<ChaosFigures>
  readonly figures: ChaosFigures
}

interface Planned {
  readonly request: WebhookRequest
  /** How many were made before it. */
  readonly order: number
  at: number
  tries: number
}

/** More refusals in a row than this, and the vendor gives up. */
const TRIES = 5

/** A courier who has a bad day. Throws a `RangeError` without receivers. */
export function chaos(options: ChaosOptions): Chaos {
  const { seed, receivers, sign = (request) => request } = options
  const { drop = 0.2, duplicates = 3, delayMs = 4 * DAY, ties = 0.3 } = options
  if (receivers.length === 0) throw new RangeError('chaos needs a receiver')
  const random = seededRandom(seed)
  const figures = {
    taken: 0,
    dropped: 0,
    delivered: 0,
    duplicated: 0,
    overtaken: 0,
    ties: 0,
    refused: 0,
  }
  let waiting: Planned[] = []
  let lastAt = 0
  let newest = -1

  function plan(request: WebhookRequest, order: number): void {
    const tied = lastAt > 0 && random.chance(ties)
    if (tied) figures.ties += 1
    // A third comes at once, so that some are in order and others are not.
    const delay = random.chance(1 / 3) ? 0 : random.below(delayMs + 1)
    lastAt = tied ? lastAt : request.receivedAt + delay
    waiting.push({ request, order, at: lastAt, tries: 0 })
  }

  function take(requests: readonly WebhookRequest[]): void {
    const fresh = requests.slice(figures.taken)
    for (const request of fresh) {
      const order = figures.taken
      figures.taken += 1
      if (random.chance(drop)) {
        figures.dropped += 1
        continue
      }
      const times = 1 + random.below(duplicates + 1)
      figures.duplicated += times - 1
      for (let i = 0; i < times; i += 1) plan(request, order)
    }
  }

  async function hand(planned: Planned): Promise<void> {
    const receiver = receivers[random.below(receivers.length)]
    try {
      await receiver?.(sign(planned.request))
      figures.delivered += 1
      if (planned.order < newest) figures.overtaken += 1
      newest = Math.max(newest, planned.order)
    } catch {
      planned.tries += 1
      if (planned.tries < TRIES) waiting.push(planned)
      else figures.refused += 1
    }
  }

  async function deliverAll(come: readonly Planned[]): Promise<void> {
    waiting = waiting.filter((each) => !come.includes(each))
    // What comes at one instant comes in any order, and sometimes at once.
    const times = [...new Set(come.map(({ at }) => at))].sort((a, b) => a - b)
    for (const time of times) {
      const together = random.shuffled(come.filter(({ at }) => at === time))
      if (random.chance(0.5)) await Promise.all(together.map(hand))
      else for (const each of together) await hand(each)
    }
  }

  return {
    figures,
    take,
    deliver: (now) => deliverAll(waiting.filter(({ at }) => at <= now)),
    async finish() {
      while (waiting.length > 0) await deliverAll(waiting)
      return { ...figures }
    },
  }
}
