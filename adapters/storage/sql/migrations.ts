/** The steps of the schema, and the table that records them. */
import type { Migration, Table } from './schema-change.ts'
import { first } from './migrations/0001-first.ts'
import { documents } from './migrations/0002-documents.ts'

/** In the order in which they run; a released one is never changed. */
export const migrations: readonly Migration[] = [first, documents]

/** Which steps a database has. */
export const record: Table = {
  name: 'billwright_migrations',
  columns: { id: { kind: 'integer' }, name: { kind: 'word' } },
  primaryKey: ['id'],
  indexes: [],
}
