import type { Storage } from 'billwright'
import type { Job, Report, Task } from './jobs.ts'
import { setTimeout as wait } from 'node:timers/promises'
import { at, first, next, using } from '../../../src/testing/storage-cases/build.ts'
import { commitOne } from './commit-one.ts'
import { openAt } from './open-at.ts'

process.on('message', (task: Task) => void work(task))
tell({ told: 'ready' })

function tell(report: Report): void {
  process.send?.(report)
}

async function work({ file, job, killBefore }: Task): Promise<void> {
  let statements = 0
  const observe = () => {
    statements += 1
    if (statements === killBefore) process.kill(process.pid, 'SIGKILL')
  }
  const storage = openAt(file, observe)
  const outcomes = await run(storage, job)
  await storage.close()
  tell({ told: 'done', outcomes })
}

async function run(storage: Storage, job: Job): Promise<readonly string[]> {
  if (job.do === 'migrate') {
    await storage.migrate()
    return []
  }
  if (job.do === 'use') {
    const { limit, feature = 'queries', naively = false, keyed = false } = job
    const calls = Array.from({ length: job.times }, (_, n) => {
      const request = using({ limit, feature, key: keyed ? `${feature} ${n}` : null })
      return naively ? countNaively(storage, request) : storage.use(request)
    })
    return (await Promise.all(calls)).map(({ outcome }) => outcome)
  }
  if (job.do === 'open') {
    const { outcome } = await storage.commit(first(job.account, { claims: [job.claim] }))
    return [outcome]
  }
  if (job.do === 'sweep') return sweep(storage, job)
  if (job.do === 'number') {
    const calls = Array.from({ length: job.times }, (_, n) => numberAll(storage, n + 1))
    return (await Promise.all(calls)).flat()
  }
  const outcomes: string[] = []
  for (let n = 0; n < job.times; ) {
    const outcome = await commitOne(storage, `${job.name}.${n}`)
    outcomes.push(outcome)
    if (outcome === 'committed') n += 1
  }
  return outcomes
}

/** How many got their number with each call. */
async function numberAll(storage: Storage, limit: number): Promise<readonly string[]> {
  const counts: string[] = []
  for (let count = limit; count > 0; ) {
    count = await storage.numberInvoices({ limit })
    counts.push(`${count}`)
    // Where a driver never waits the calls would not take turns.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return counts
}

type Request = Parameters<Storage['use']>[0]

async function countNaively(storage: Storage, request: Request): Promise<{ outcome: string }> {
  const { account, feature, window, amount, limit } = request
  const { usage } = await storage.load({ by: { account } })
  const used = usage.find((row) => row.feature === feature)?.used ?? 0
  if (limit !== null && used + amount > limit) return { outcome: 'limit' }
  await storage.setUsage({ account, feature, window, used: used + amount })
  return { outcome: 'used' }
}

async function sweep(
  storage: Storage,
  { portion, now }: Extract<Job, { readonly do: 'sweep' }>,
): Promise<readonly string[]> {
  const outcomes: string[] = []
  for (let empty = 0; empty < 3; ) {
    const due = await storage.due({ now: at(now), limit: portion, leaseUntil: at(now + 60_000) })
    empty = due.length === 0 ? empty + 1 : 0
    // Another process may be leasing the last ones at this moment.
    if (due.length === 0) await wait(2)
    for (const id of due) {
      const { account } = await storage.load({ by: { account: id } })
      if (account) outcomes.push((await storage.commit(next(account))).outcome)
    }
  }
  return outcomes
}
