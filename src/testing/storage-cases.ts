/** The storage contract as cases that any test runner can run. */
import type { Storage } from '../storage.ts'
import type { Cases } from './storage-cases/cases.ts'
import { atomicCases } from './storage-cases/atomic-cases.ts'
import { claimCases } from './storage-cases/claim-cases.ts'
import { commitCases } from './storage-cases/commit-cases.ts'
import { dueCases } from './storage-cases/due-cases.ts'
import { fidelityCases } from './storage-cases/fidelity-cases.ts'
import { inboxCases } from './storage-cases/inbox-cases.ts'
import { listCases } from './storage-cases/list-cases.ts'
import { loadCases } from './storage-cases/load-cases.ts'
import { numberingCases } from './storage-cases/numbering-cases.ts'
import { outboxCases } from './storage-cases/outbox-cases.ts'
import { pagingCases } from './storage-cases/paging-cases.ts'
import { pruningCases } from './storage-cases/pruning-cases.ts'
import { queueCases } from './storage-cases/queue-cases.ts'
import { reservationCases } from './storage-cases/reservation-cases.ts'
import { rowCases } from './storage-cases/row-cases.ts'
import { sumCases } from './storage-cases/sum-cases.ts'
import { usageCases } from './storage-cases/usage-cases.ts'
import { usageKeyCases } from './storage-cases/usage-key-cases.ts'

/** One rule of the contract. */
export interface StorageCase {
  /** The rule in plain words, unique among the cases. */
  readonly name: string
  /** Proves it on a storage of its own; rejects with what was expected and what was found. */
  readonly run: () => Promise<void>
}

const groups: Readonly<Record<string, Cases>> = {
  commit: commitCases,
  'all or nothing': atomicCases,
  claims: claimCases,
  rows: rowCases,
  load: loadCases,
  due: dueCases,
  outbox: outboxCases,
  inbox: inboxCases,
  pruning: pruningCases,
  numbering: numberingCases,
  usage: usageCases,
  'usage keys': usageKeyCases,
  reservations: reservationCases,
  lists: listCases,
  pages: pagingCases,
  sums: sumCases,
  queues: queueCases,
  fidelity: fidelityCases,
}

/**
 * Every rule of the storage contract as a case to run: a storage that passes all of them can be
 * given to the runtime. `makeStorage` answers with an empty storage, another one each time; a case
 * migrates it and closes it.
 */
export function storageCases(
  makeStorage: () => Promise<Storage> | Storage,
): readonly StorageCase[] {
  return Object.entries(groups).flatMap(([group, cases]) =>
    Object.entries(cases).map(([rule, check]) => ({
      name: `${group}: ${rule}`,
      async run() {
        const storage = await makeStorage()
        try {
          await storage.migrate()
          await check(storage)
        } finally {
          await storage.close()
        }
      },
    })),
  )
}
