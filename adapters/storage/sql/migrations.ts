/** The steps of the schema, and where it is written down which of them ran. */
import type { Migration, SchemaChange } from './schema-change.ts'
import { first } from './migrations/0001-first.ts'

/** In the order in which they run; a released one is never changed. */
export const migrations: readonly Migration[] = [first]

/** Made before any step. */
export const record: SchemaChange = {
  type: 'table.created',
  table: {
    name: 'billwright_migrations',
    columns: { id: { kind: 'integer' }, name: { kind: 'word' } },
    primaryKey: ['id'],
    indexes: [],
  },
}
