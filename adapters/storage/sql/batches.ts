/**
 * Calls that wait together go to the database together: whatever arrives while one flush runs forms
 * the next. There is no timer: a call that comes alone goes at the end of the same turn.
 */
import { BillingError } from 'billwright'

export interface BatchOptions<Request, Answer> {
  /** Answers requests in their order. */
  readonly flush: (requests: readonly Request[]) => Promise<readonly Answer[]>
  /** At most this many requests in a flush. */
  readonly most: number
  /**
   * How many flushes may run at one time. One that is full does not wait for the one before it, so that
   * the next is made while the database works; what is less than full waits for company. Default 1.
   */
  readonly flights?: number
  /** Two requests with one key are never flushed at one time. Default: any may be. */
  readonly keyOf?: (request: Request) => string
}

interface Waiting<Request, Answer> {
  readonly request: Request
  readonly answer: (answer: Answer) => void
  readonly fail: (error: unknown) => void
}

/** A function that answers one request, and asks for many at once. */
export function batching<Request, Answer>({
  flush,
  most,
  flights = 1,
  keyOf,
}: BatchOptions<Request, Answer>): (request: Request) => Promise<Answer> {
  let waiting: Waiting<Request, Answer>[] = []
  const inFlight = new Set<string>()
  let running = 0

  const take = (): readonly Waiting<Request, Answer>[] => {
    if (!keyOf) return waiting.splice(0, most)
    const [taken, rest, keys] = [[] as typeof waiting, [] as typeof waiting, new Set(inFlight)]
    for (const each of waiting) {
      const key = keyOf(each.request)
      const fits = taken.length < most && !keys.has(key)
      keys.add(key)
      if (fits) taken.push(each)
      else rest.push(each)
    }
    waiting = rest
    return taken
  }

  const fly = async (batch: readonly Waiting<Request, Answer>[]): Promise<void> => {
    const keys = keyOf ? batch.map(({ request }) => keyOf(request)) : []
    for (const key of keys) inFlight.add(key)
    await settle(batch, flush)
    for (const key of keys) inFlight.delete(key)
  }

  const start = (): void => {
    const free = waiting.length >= most ? flights : 1
    if (running < free && waiting.length > 0) void run()
  }

  const run = async (): Promise<void> => {
    running += 1
    await endOfTurn()
    const batch = take()
    start()
    if (batch.length > 0) await fly(batch)
    running -= 1
    // When nothing could be taken, whoever holds those keys starts again.
    if (batch.length > 0) start()
  }

  return (request) =>
    new Promise((answer, fail) => {
      waiting.push({ request, answer, fail })
      start()
    })
}

/**
 * The end of this turn of the event loop: what the same turn brings goes together, which is all that
 * a driver that answers at once would let gather.
 */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else resolve()
  })
}

type Flush<Request, Answer> = BatchOptions<Request, Answer>['flush']

/** Answers everybody. A request that nobody can answer must not fail those beside it. */
async function settle<Request, Answer>(
  batch: readonly Waiting<Request, Answer>[],
  flush: Flush<Request, Answer>,
): Promise<void> {
  try {
    const answers = await flush(batch.map(({ request }) => request))
    batch.forEach(({ answer }, n) => {
      answer(answers[n] as Answer)
    })
  } catch (error) {
    if (batch.length === 1 || isUnavailable(error)) for (const { fail } of batch) fail(error)
    else for (const each of batch) await settle([each], flush)
  }
}

/** What no second call would find otherwise. */
function isUnavailable(error: unknown): boolean {
  return BillingError.isInstance(error) && error.kind === 'unavailable'
}
