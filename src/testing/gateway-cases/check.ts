/** The few assertions of the published cases: each says what was expected and what was found. */
import { BillingError } from '../../errors.ts'

/** Both are the same data; the order of properties and absent ones do not count. */
export function same(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [text(found), text(expected)]
  if (a !== b) throw new Error(`${what}: expected ${b}, found ${a}`)
}

/** A condition holds; `found` is what was looked at. */
export function holds(what: string, condition: boolean, found: unknown): asserts condition {
  if (!condition) throw new Error(`Expected that ${what}, found ${text(found)}`)
}

/** The billing error that an action ends with; anything else that it does is a failure. */
export async function errorOf(what: string, action: () => Promise<unknown>): Promise<BillingError> {
  let answer: unknown
  try {
    answer = await action()
  } catch (error) {
    holds(`${what} throws a BillingError`, BillingError.isInstance(error), String(error))
    return error
  }
  throw new Error(`${what}: expected a BillingError, found the answer ${text(answer)}`)
}

/** Data as text: keys in order, so that equal data is equal text. */
export function text(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'undefined'
}

function sorted(value: unknown): unknown {
  // JSON has neither; as `null` they would be equal to what is absent on purpose.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(keys.map(([key, inner]) => [key, sorted(inner)]))
}
