/** Steps side by side, so many at one time; those under one key one after the other, in their order. */

export interface Pool {
  /** Starts it when there is room and nothing before it runs under its key. It must not reject. */
  add(key: string, step: () => Promise<void>): void
  /** Waits until at most `count` are left to finish. */
  until(count: number): Promise<void>
  /** How many were added and have not finished. */
  readonly left: number
}

type Step = () => Promise<void>

/** A pool that runs at most `size` steps at one time. */
export function createPool(size: number): Pool {
  /** By key: what waits for the step under it that runs, or is to run next. */
  const behind = new Map<string, Step[]>()
  const ready: { readonly key: string; readonly step: Step }[] = []
  const waiting: { readonly count: number; readonly go: () => void }[] = []
  let [running, left] = [0, 0]

  const finish = (key: string): void => {
    running -= 1
    left -= 1
    const next = behind.get(key)?.shift()
    if (next) ready.push({ key, step: next })
    else behind.delete(key)
    for (const each of waiting.splice(0)) {
      if (left <= each.count) each.go()
      else waiting.push(each)
    }
    fill()
  }
  const fill = (): void => {
    while (running < size) {
      const next = ready.shift()
      if (!next) return
      running += 1
      void next.step().finally(() => finish(next.key))
    }
  }
  return {
    add(key, step) {
      left += 1
      const before = behind.get(key)
      if (before) {
        before.push(step)
        return
      }
      behind.set(key, [])
      ready.push({ key, step })
      fill()
    },
    until: (count) =>
      left <= count
        ? Promise.resolve()
        : new Promise<void>((go) => {
            waiting.push({ count, go })
          }),
    get left() {
      return left
    },
  }
}
