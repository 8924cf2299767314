/** Many customers who bought at the same moment, so that all of them are due at the same moment. */
import type { Bill, Storage } from 'billwright'
import { openPlant, type Plant, type PlantOptions } from './plant.ts'

export interface Crowd {
  readonly plant: Plant
  readonly bill: Bill
  readonly people: readonly string[]
}

/** They bought `basic` on 10 March; the clock stands at `time`. */
export async function crowd(
  size: number,
  time = '2026-04-10T12:00:00Z',
  options: PlantOptions = {},
): Promise<Crowd> {
  const plant = await openPlant(options)
  const bill = plant.start()
  const people = Array.from({ length: size }, (_, n) => `customer-${n}`)
  for (const who of people) {
    const outcome = await bill.subscribe(who, 'basic')
    if ('url' in outcome) await plant.pay(outcome.url)
  }
  await plant.deliver(bill)
  await bill.work({ once: true })
  await plant.at(time)
  return { plant, bill, people }
}

/** A storage that writes down what is asked of it. */
export function watched(storage: Storage) {
  const due: string[] = []
  const conflicts: string[] = []
  const loads: string[] = []
  const commits: string[] = []
  const held = new Set<string>()
  let [open, most, mostHeld] = [0, 0, 0]
  const seen = {
    /** Accounts that were handed out, in order. */
    due,
    conflicts,
    loads,
    commits,
    /** The most accounts between their load and their commit at one time. */
    get most() {
      return most
    },
    /** The most accounts handed out and not committed yet at one time. */
    get mostHeld() {
      return mostHeld
    },
  }
  const wrapped: Storage = {
    ...storage,
    async due(query) {
      const ids = await storage.due(query)
      due.push(...ids)
      for (const id of ids) held.add(id)
      mostHeld = Math.max(mostHeld, held.size)
      return ids
    },
    async load(query) {
      if ('account' in query.by) loads.push(query.by.account)
      open += 1
      most = Math.max(most, open)
      // Some take longer than others, as they do.
      for (let turns = loads.length % 5; turns >= 0; turns -= 1)
        await new Promise<void>((resolve) => setImmediate(resolve))
      return storage.load(query)
    },
    async commit(change) {
      const result = await storage.commit(change)
      open -= 1
      held.delete(change.account.id)
      commits.push(change.account.id)
      if (result.outcome === 'conflict') conflicts.push(change.account.id)
      return result
    },
  }
  return { seen, wrapped }
}
