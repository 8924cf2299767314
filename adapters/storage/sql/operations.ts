/** What an operator watches, and jobs that one process runs alone. */
import type { QueueHealth, Storage } from 'billwright'
import type { Instant } from 'billwright/core'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { ask, type Executor, keep, rowsOf, type Script } from './executor.ts'

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
      if (executor.dialect === 'mysql') return executor.transaction(() => takenLease(request))
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
  ({ arg }) => sql<QueueRow>`
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
  ({ arg }) => sql<{ readonly owner: string }>`
insert into billwright_leases as held (name, owner, until)
values (${arg('name')}, ${arg('owner')}, ${arg('until')})
on conflict (name) do update set owner = excluded.owner, until = excluded.until
where held.owner = excluded.owner or held.until <= ${arg('now')}
returning owner`,
)

// One after the other: whether the lease may be taken must be asked of the row before it changes.
const overtake = prepared<LeaseRequest>()(
  ({ arg }) => sql`
insert into billwright_leases (name, owner, until)
values (${arg('name')}, ${arg('owner')}, ${arg('until')})
on duplicate key update
  owner = if(owner = values(owner) or until <= ${arg('now')}, values(owner), owner),
  until = if(owner = values(owner), values(until), until)`,
)

const leaseNamed = prepared<LeaseRequest>()(({ db, arg }) =>
  db.selectFrom('billwright_leases').select(['owner', 'until']).where('name', '=', arg('name')),
)

/** The same for MySQL, which does not tell what became of a row. */
function* takenLease(request: LeaseRequest): Script<boolean> {
  yield overtake(request)
  const [held] = yield* ask(leaseNamed(request))
  return keep(held?.owner === request.owner)
}
