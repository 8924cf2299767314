/** What happens on PostgreSQL while a transaction of somebody else holds a row. */
import { postgres } from 'billwright/postgres'
import { expect, it, onTestFinished } from 'vitest'
import { using } from '../../src/testing/storage-cases/build.ts'
import { isInstalled, pgPool } from '../support/databases.ts'

it.skipIf(!isInstalled('postgres')).each([null, 'key'])(
  'uses of a counter that another transaction holds wait, those of others do not; key: %s',
  async (key) => {
    const pool = await pgPool()
    onTestFinished(() => pool.end())
    const storage = postgres(pool)
    await storage.migrate()
    const use = (account: string, n: number) =>
      storage.use(using({ account, key: key && `${key} ${n}` }))
    await use('held', 0)
    await use('free', 0)
    const holder = await pool.connect()
    onTestFinished(() => holder.release(true))
    await holder.query('begin')
    await holder.query(`update billwright_usage set used = 10 where account = 'held'`)
    const told: unknown[] = []
    const waiting = [use('held', 1)]
    for (const each of waiting) void each.then((answer) => told.push(answer))
    expect(await use('free', 1)).toEqual({ outcome: 'used', used: 2 })
    waiting.push(use('held', 2))
    expect(await use('free', 2)).toEqual({ outcome: 'used', used: 3 })
    expect(told).toEqual([])
    await holder.query('commit')
    const counts = (await Promise.all(waiting)).map((answer) => 'used' in answer && answer.used)
    expect(counts.sort()).toEqual([11, 12])
  },
)
