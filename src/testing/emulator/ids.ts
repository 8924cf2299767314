/** Ids that are the same in every run: a prefix and a number. */

/** Makes the next id of a prefix: `ch_1`, `ch_2`, … */
export type NextId = (prefix: string) => string

/** Counts each prefix from 1. */
export function countingIds(): NextId {
  const counts = new Map<string, number>()
  return (prefix) => {
    const count = (counts.get(prefix) ?? 0) + 1
    counts.set(prefix, count)
    return `${prefix}_${count}`
  }
}
