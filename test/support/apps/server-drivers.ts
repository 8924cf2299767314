/** Apps that speak to PostgreSQL and MariaDB through `pg` and `mysql2`. */
import type { PoolConnection } from 'mysql2/promise'
import type { PoolClient } from 'pg'
import { mysql } from 'billwright/mysql'
import { postgres } from 'billwright/postgres'
import { isInstalled, mysqlPool, pgPool } from '../databases.ts'
import { type AppKind, INSERT, inWords, LEVELS, NAMES, namesIn, THINGS } from './app.ts'

export const onPg: AppKind = {
  name: 'pg',
  installed: isInstalled('postgres'),
  modes: LEVELS,
  async open(level) {
    const pool = await pgPool(level)
    await pool.query(THINGS)
    return {
      storage: postgres(pool),
      async transact(body) {
        const client = await pool.connect()
        await inWords(
          (words) => client.query(words),
          () => body(client),
        ).finally(() => client.release())
      },
      insert: (client, name) => (client as PoolClient).query(`${INSERT} ($1)`, [name]),
      names: async () => namesIn((await pool.query(NAMES)).rows),
      close: () => pool.end(),
    }
  },
}

export const onMysql2: AppKind = {
  name: 'mysql2',
  installed: isInstalled('mysql'),
  modes: LEVELS,
  async open(level) {
    const pool = (await mysqlPool(level)).promise()
    await pool.query(THINGS)
    return {
      storage: mysql(pool),
      async transact(body) {
        const connection = await pool.getConnection()
        await inWords(
          (words) => connection.query(words),
          () => body(connection),
        ).finally(() => connection.release())
      },
      insert: (connection, name) => (connection as PoolConnection).execute(`${INSERT} (?)`, [name]),
      names: async () => namesIn((await pool.query(NAMES))[0]),
      close: () => pool.end(),
    }
  },
}
