/** Asks a function that the app handed over, and does not wait for it for ever. */
import type { Runtime } from './runtime.ts'
import { BillingError } from '../errors.ts'
import { inTime } from './in-time.ts'

/**
 * The answer of the app. Throws `app_failed` when it threw or took too long: nothing was done, and
 * what was to be done with the answer can be tried again.
 */
export async function askApp<T>(
  { ports, hookTimeoutMs }: Pick<Runtime, 'ports' | 'hookTimeoutMs'>,
  name: string,
  ask: () => Promise<T> | T,
): Promise<T> {
  const late = () => appFailed(name, 'took too long')
  try {
    return await inTime(ports, { ms: hookTimeoutMs, graceMs: 0, late }, async () => ask())
  } catch (error) {
    if (BillingError.isInstance(error)) throw error
    // Its own words may hold anything; the app logs them itself.
    throw appFailed(name, error instanceof Error ? `threw ${error.name}` : 'threw')
  }
}

function appFailed(name: string, how: string): BillingError {
  return new BillingError('unavailable', 'app_failed', `The app's ${name} ${how}.`, { name, how })
}
