/** How often one key may ask a vendor, counted in windows of the emulator's clock. */

export interface RateLimit {
  readonly calls: number
  readonly seconds: number
}

/** The limit that a key has reached. */
export interface LimitReached extends RateLimit {
  /** Seconds until it may ask again: 1 or more. */
  readonly resetIn: number
}

/** Counts a call of a key; says which limit it goes beyond, or `null`. */
export type RateLimiter = (key: string) => LimitReached | null

/** A limiter that has seen no call yet. A call beyond a limit counts too, as at the vendors. */
export function rateLimiter(now: () => number, ...limits: readonly RateLimit[]): RateLimiter {
  const seen = new Map<string, { window: number; calls: number }>()
  return (key) => {
    let reached: LimitReached | null = null
    for (const [index, limit] of limits.entries()) {
      const length = limit.seconds * 1000
      const window = Math.floor(now() / length)
      const before = seen.get(`${index} ${key}`)
      const calls = before?.window === window ? before.calls + 1 : 1
      seen.set(`${index} ${key}`, { window, calls })
      const resetIn = Math.max(1, Math.ceil(((window + 1) * length - now()) / 1000))
      if (calls > limit.calls) reached ??= { ...limit, resetIn }
    }
    return reached
  }
}
