/**
 * Kills a process at a chosen call. The call is abandoned before or after it took effect: its promise
 * never settles, no handler ever runs, and nothing that the process would still do reaches the world.
 */

/** Which call, counted from 0, and whether it takes effect. */
export interface Blow {
  readonly at: number
  readonly when: 'before' | 'after'
}

export interface Fuse {
  /** Makes a call to the outside of the process. */
  around<T>(name: string, call: () => Promise<T>): Promise<T>
  /** The calls that were made, in order. */
  readonly calls: readonly string[]
  /** Settles when the process died. */
  readonly blown: Promise<'died'>
  readonly dead: boolean
}

const NEVER = new Promise<never>(() => {})

/** A fuse that blows once, or with `null` never. */
export function fuse(blow: Blow | null = null): Fuse {
  const calls: string[] = []
  let dead = false
  let die: (died: 'died') => void = () => {}
  const blown = new Promise<'died'>((resolve) => {
    die = resolve
  })
  const kill = () => {
    dead = true
    die('died')
    return NEVER
  }
  return {
    calls,
    blown,
    get dead() {
      return dead
    },
    async around(name, call) {
      if (dead) return NEVER
      const mine = calls.push(name) - 1
      if (blow?.at !== mine) {
        try {
          return await survivor(call)
        } catch (error) {
          if (dead) return NEVER
          throw error
        }
      }
      if (blow.when === 'before') return kill()
      await call().catch(() => undefined)
      return kill()
    },
  }

  /** What another call of the dead process is told comes to nobody. */
  async function survivor<T>(call: () => Promise<T>): Promise<T> {
    const answer = await call()
    return dead ? NEVER : answer
  }
}

/** Every method of an object goes through the fuse. */
export function fused<Target extends object>(target: Target, { around }: Fuse): Target {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) =>
        around(String(name), async () => Reflect.apply(value, object, given))
    },
  })
}
