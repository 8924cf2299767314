import type { Storage } from 'billwright'
import type { Job, Report, Task } from './jobs.ts'
import { sqlite } from 'billwright/sqlite'
import { using } from '../../../src/testing/storage-cases/build.ts'
import { commitOne } from './commit-one.ts'

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
  const storage = sqlite({ file, observe })
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
    const calls = Array.from({ length: job.times }, () => storage.use(using({ limit: job.limit })))
    return (await Promise.all(calls)).map(({ outcome }) => outcome)
  }
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
