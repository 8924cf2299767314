/** The storage contract in SQL, whatever the connection. */
import type { Storage } from 'billwright'
import type { Executor } from './executor.ts'
import { commits } from './commit.ts'
import { history } from './history.ts'
import { inbox } from './inbox.ts'
import { listings } from './listings.ts'
import { loads } from './load.ts'
import { migrate } from './migrations.ts'
import { operations } from './operations.ts'
import { outbox } from './outbox.ts'
import { reservations } from './reservations.ts'
import { usage } from './usage.ts'

/** All verbs over one executor. */
export function sqlStorage(name: string, executor: Executor): Storage {
  return {
    name,
    migrate: () => migrate(executor),
    close: () => executor.close(),
    load: loads(executor),
    commit: commits(executor),
    ...outbox(executor),
    ...inbox(executor),
    ...usage(executor),
    ...reservations(executor),
    ...history(executor),
    ...listings(executor),
    ...operations(executor),
  }
}
