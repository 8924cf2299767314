/** How the plumbing is: every queue with its depth and age, and what needs a person. */
import type { Health } from '../bill.ts'
import type { StorageHealth } from '../storage.ts'
import type { Runtime } from './runtime.ts'

const LATE_MS = 15 * 60_000

/** Asks the storage once and no gateway, so that it can be probed often. */
export async function health(runtime: Runtime): Promise<Health> {
  const { storage, ports, gateways, lastWebhookAt } = runtime
  const now = ports.clock.now()
  const queues = await storage.health(now).catch(() => null)
  const problems = queues ? problemsOf(queues, now) : ['The storage cannot be reached.']
  return {
    ok: problems.length === 0,
    storage: { name: storage.name, reachable: queues !== null, queues },
    gateways: [...gateways.values()].map(({ name, mode }) => {
      const last = lastWebhookAt.get(name)
      return { name, mode, lastWebhookAt: last === undefined ? null : new Date(last) }
    }),
    problems,
  }
}

function problemsOf(queues: StorageHealth, now: number): readonly string[] {
  const problems: string[] = []
  const late = (oldestAt: number | null) => oldestAt !== null && now - oldestAt > LATE_MS
  if (late(queues.due.oldestAt)) problems.push('Accounts wait for a worker; is one running?')
  if (late(queues.outbox.oldestAt))
    problems.push('Effects wait in the outbox; is a worker running?')
  if (queues.unknown.depth > 0)
    problems.push(`${queues.unknown.depth} effects have an unknown outcome and are looked up.`)
  if (queues.parkedEffects > 0) problems.push(`${queues.parkedEffects} effects wait for a person.`)
  if (queues.deadDeliveries > 0)
    problems.push(`${queues.deadDeliveries} webhooks could not be applied and wait for a person.`)
  return problems
}
