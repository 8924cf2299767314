/** The engines that work runs on, each at a place of its own on the test servers. */
import type { JobEngine } from 'billwright'
import { bullmq } from 'billwright/bullmq'
import { pgBoss } from 'billwright/pg-boss'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import PgBoss from 'pg-boss'

/** A connection to an engine, as an app has it. */
export interface Site {
  readonly jobs: JobEngine
  /** How many jobs of the queue are in which state. */
  counts(): Promise<Counts>
  /** A job that nobody asked for, beside what waits. */
  sendAnother(): Promise<void>
  /** Takes away every job that waits. */
  lose(): Promise<void>
  close(): Promise<void>
}

export interface Counts {
  readonly waiting: number
  readonly active: number
  readonly done: number
  readonly failed: number
}

export interface Engine {
  readonly name: 'pg-boss' | 'BullMQ'
  readonly server: 'postgres' | 'redis'
  /** A connection to the queue of this name at a server, by its URL. */
  open(url: string, queue: string): Promise<Site>
}

const engines: readonly Engine[] = [
  { name: 'pg-boss', server: 'postgres', open: openPgBoss },
  { name: 'BullMQ', server: 'redis', open: openBullmq },
]

export const ENGINES = engines

async function openPgBoss(url: string, queue: string): Promise<Site> {
  const boss = new PgBoss({ connectionString: url, schema: 'boss', max: 3, schedule: false })
  // Also what a server that went away leaves behind.
  boss.on('error', () => {})
  await boss.start()
  const ask = async (sql: string) => (await boss.getDb().executeSql(sql, [queue])).rows
  const jobs = pgBoss({ boss, queue, pollMs: 50 })
  return {
    jobs,
    async counts() {
      const rows = await ask('select state, count(*)::int from boss.job where name = $1 group by 1')
      const count = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
      return {
        waiting: count('created'),
        active: count('active'),
        done: count('completed'),
        failed: count('failed'),
      }
    },
    async sendAnother() {
      // Who sends into a queue that is being made finds its row and no table for it, and who makes it
      // as well may meet the other in a deadlock. After this it is there.
      await jobs.send()
      // Under another key: the queue lets one wait of each.
      await boss.send(queue, {}, { singletonKey: crypto.randomUUID() })
    },
    lose: () => boss.purgeQueue(queue),
    close: () => boss.stop({ graceful: false }),
  }
}

async function openBullmq(url: string, name: string): Promise<Site> {
  const connection = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 })
  connection.on('error', () => {})
  const queue = new Queue(name, { connection })
  queue.on('error', () => {})
  return {
    jobs: bullmq({ connection, queue: name }),
    async counts() {
      const { waiting = 0, active = 0, completed = 0, failed = 0 } = await queue.getJobCounts()
      return { waiting, active, done: completed, failed }
    },
    async sendAnother() {
      await queue.add('look', {})
    },
    async lose() {
      // Redis without its data: not even the key that keeps jobs single is left.
      await queue.obliterate({ force: true })
      const keys = await connection.keys(`${queue.toKey('')}*`)
      if (keys.length > 0) await connection.del(...keys)
    },
    async close() {
      await queue.close()
      connection.disconnect()
    },
  }
}
