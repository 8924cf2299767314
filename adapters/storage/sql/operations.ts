/** What an operator watches, and jobs that one process runs alone. */
import type { QueueHealth, Storage } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Executor } from './executor.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { rowsOf } from './executor.ts'

/** The verbs of operation. */
export function operations(executor: Executor): Pick<Storage, 'health' | 'lease'> {
  return {
    async health(now) {
      const rows = await rowsOf(executor, queues({ now }))
      const queue = (name: string): QueueHealth => {
        const row = rows.find((each) => each.name === name)
        return { depth: row?.depth ?? 0, oldestAt: (row?.oldest ?? null) as Instant | null }
      }
      return {
        due: queue('due'),
        outbox: queue('outbox'),
        unknown: queue('unknown'),
        parkedEffects: queue('parked').depth,
        inbox: queue('inbox'),
        deadDeliveries: queue('dead').depth,
      }
    },
    async lease(request) {
      const rows = await rowsOf(executor, takeLease(request))
      return rows.length === 1
    },
  }
}

interface QueueRow {
  readonly name: string
  readonly depth: number
  readonly oldest: number | null
}

const queues = prepared<{ readonly now: number }>()(
  (_, arg) => sql<QueueRow>`
select 'due' as name, count(*) as depth, min(next_action_at) as oldest
  from billwright_accounts where next_action_at <= ${arg('now')}
union all select 'outbox', count(*), min(next_at) from billwright_effects
  where state = 'waiting' and next_at <= ${arg('now')}
    and (lease_until is null or lease_until <= ${arg('now')})
union all select 'unknown', count(*), min(next_at) from billwright_effects
  where state = 'unknown'
union all select 'parked', count(*), null from billwright_effects where state = 'parked'
union all select 'inbox', count(*), min(next_at) from billwright_deliveries
  where state = 'parked' and next_at <= ${arg('now')}
    and (lease_until is null or lease_until <= ${arg('now')})
union all select 'dead', count(*), null from billwright_deliveries where state = 'dead'`,
)

interface LeaseRequest {
  readonly name: string
  readonly owner: string
  readonly now: number
  readonly until: number
}

const takeLease = prepared<LeaseRequest>()(
  (_, arg) => sql<{ readonly owner: string }>`
insert into billwright_leases (name, owner, until)
values (${arg('name')}, ${arg('owner')}, ${arg('until')})
on conflict (name) do update set owner = excluded.owner, until = excluded.until
where owner = excluded.owner or until <= ${arg('now')}
returning owner`,
)
