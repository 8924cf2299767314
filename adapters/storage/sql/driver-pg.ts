/** PostgreSQL through `pg`: a pool, or one client. */
import type { Driver, Run } from './asynchronous.ts'
import type { Ending } from './executor.ts'
import type { Sql } from './statement.ts'
import { postgresError } from './postgres-error.ts'
import { oneAtATime } from './turns.ts'

/** What is used of a client of `pg`. */
export interface PgClient {
  query(query: {
    readonly name?: string
    readonly text: string
    readonly values: unknown[]
  }): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>
}

/** What is used of a client that a pool lent. */
export interface PgPoolClient extends PgClient {
  release(error?: boolean | Error): void
}

/** What is used of a pool of `pg`. */
export interface PgPool extends PgClient {
  connect(): Promise<PgPoolClient>
  end(): Promise<void>
  readonly totalCount: number
}

/** A statement is parsed and planned once per connection, under a name. */
export function runOn(client: PgClient, names: (text: string) => string | undefined): Run {
  return async ({ text, params }: Sql) => {
    const name = names(text)
    const { rows, rowCount } = await client.query({
      text,
      values: [...params],
      ...(name && { name }),
    })
    return { rows, affected: rowCount ?? 0 }
  }
}

/** Names for statements, the same for the same text; at most as many as a connection may keep. */
function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known) return known
    if (names.size >= PREPARED || !text.includes('$')) return undefined
    const name = `billwright_${names.size + 1}`
    names.set(text, name)
    return name
  }
}

/** Statements that a connection keeps prepared; those beyond are parsed each time. */
const PREPARED = 500

export interface PgOptions {
  /**
   * Whether statements are prepared under a name. A pooler that hands every transaction to another
   * connection, such as PgBouncer before 1.21, must not see names.
   */
  readonly prepare: boolean
  readonly close: () => Promise<void>
}

/** A pool: a statement on any connection, a transaction on one of its own. */
export function pgPoolDriver(open: () => Promise<PgPool>, { prepare, close }: PgOptions): Driver {
  const names = prepare ? statementNames() : () => undefined
  return {
    dialect: 'postgres',
    run: async (sql) => runOn(await open(), names)(sql),
    async transaction(work) {
      const client = await (await open()).connect()
      let broken = false
      try {
        return await inTransaction(client, runOn(client, names), work)
      } catch (error) {
        broken = postgresError(error) instanceof Error
        throw error
      } finally {
        client.release(broken)
      }
    },
    errorOf: postgresError,
    close,
  }
}

/** One client, one transaction after the other. */
export function pgClientDriver(client: PgClient, { prepare, close }: PgOptions): Driver {
  const run = runOn(client, prepare ? statementNames() : () => undefined)
  return oneAtATime({
    dialect: 'postgres',
    run,
    transaction: (work) => inTransaction(client, run, work),
    errorOf: postgresError,
    close,
  })
}

async function inTransaction<T>(
  client: PgClient,
  run: Run,
  work: (run: Run) => Promise<Ending<T>>,
): Promise<T> {
  await say(client, 'begin')
  try {
    const { keep, value } = await work(run)
    await say(client, keep ? 'commit' : 'rollback')
    return value
  } catch (error) {
    // A connection that broke has undone it already.
    await say(client, 'rollback').catch(() => {})
    throw error
  }
}

async function say(client: PgClient, text: string): Promise<void> {
  await client.query({ text, values: [] })
}
