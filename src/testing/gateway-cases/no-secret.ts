/** What an error may show to whoever logs it: never a key, never the vendor's own error. */
import type { BillingError } from '../../errors.ts'
import { holds } from './check.ts'

const PATTERNS = [/\b(?:sk|rk|whsec|api_key)_\w{4,}/i, /\b(?:bearer|basic)\s+\S{8,}/i]

/** Searches everything that hangs on an error, also what `JSON.stringify` does not show. */
export function assertNoSecret(
  what: string,
  error: BillingError,
  secrets: readonly string[] = [],
): void {
  holds(`the error of ${what} has no cause`, !('cause' in error), 'a cause')
  const shown = everythingIn(error, new Set())
  const leaked =
    secrets.some((secret) => secret !== '' && shown.includes(secret)) ||
    PATTERNS.some((pattern) => pattern.test(shown))
  // The secret is not repeated here.
  holds(`the error of ${what} shows no secret`, !leaked, error.name)
}

function everythingIn(value: unknown, seen: Set<unknown>): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (seen.has(value)) return ''
  seen.add(value)
  return Reflect.ownKeys(value)
    .map((key) => `${String(key)}: ${everythingIn(Reflect.get(value, key), seen)}`)
    .join('\n')
}
