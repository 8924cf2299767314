/** The orders in which webhooks may come. */
import { seededRandom } from '../../src/testing/chaos/random.ts'

/** Every order. */
export function everyOrder<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) =>
    everyOrder(items.filter((_, other) => other !== i)).map((rest) => [item, ...rest]),
  )
}

/** A seeded tenth of every order. */
export function tenthOfOrders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const all = everyOrder(items)
  return seededRandom(6)
    .shuffled(all)
    .slice(0, Math.ceil(all.length / 10))
}
