/** What the cases compare with: no test runner, only errors that say what was expected and found. */
import { BillingError } from '../../errors.ts'

/** Throws unless both are equal as JSON: key order is free, `"1"` is not `1`, `null` is not absent. */
export function equal(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [written(found), written(expected)]
  if (a !== b) throw new Error(`${what}: expected ${b}, found ${a}`)
}

/** Throws unless the call is refused as an id that no engine keeps faithfully. */
export async function refusesId(call: () => Promise<unknown>, what: string): Promise<void> {
  const answer = await call().then(
    (value) => `the answer ${written(value)}`,
    (error: unknown) =>
      BillingError.isInstance(error) ? `${error.kind} ${error.code}` : `the error ${error}`,
  )
  equal(answer, 'request invalid_id', what)
}

/** How many of the answers are each of the words. */
export function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

function written(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? `${value}`
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) {
    return `${value.constructor.name} ${JSON.stringify(value)}`
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${written(member)}`).join(',')}}`
}

/** Starts `count` calls at once and waits for all of them. */
export function together<Answer>(
  count: number,
  call: (index: number) => Promise<Answer>,
): Promise<readonly Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)))
}
