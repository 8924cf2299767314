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
  /** Two requests with one key never stand in the same flush; `null`: any may. Default: any may. */
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
  keyOf,
}: BatchOptions<Request, Answer>): (request: Request) => Promise<Answer> {
  let waiting: Waiting<Request, Answer>[] = []
  let running = false

  const take = (): readonly Waiting<Request, Answer>[] => {
    if (!keyOf) return waiting.splice(0, most)
    const [taken, rest, keys] = [[] as typeof waiting, [] as typeof waiting, new Set<string>()]
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

  const run = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      await endOfTurn()
      await settle(take(), flush)
    }
    running = false
  }

  return (request) =>
    new Promise((answer, fail) => {
      waiting.push({ request, answer, fail })
      if (!running) void run()
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
