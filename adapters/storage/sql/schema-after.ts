/** The schema as a list of tables: what a database has once the migrations have run. */
import type { Migration, SchemaChange, Table } from './schema-change.ts'

/** The tables after all of these steps, in the order in which they were made. */
export function schemaAfter(migrations: readonly Migration[]): readonly Table[] {
  const changes = migrations.flatMap((migration) => migration.changes)
  return changes.reduce<readonly Table[]>(after, [])
}

function after(tables: readonly Table[], change: SchemaChange): readonly Table[] {
  switch (change.type) {
    case 'table.created':
      return [...tables, change.table]
    case 'column.added': {
      const { table, name, column } = change
      const added = { [name]: column }
      return inside(tables, table, ({ columns }) => ({ columns: { ...columns, ...added } }))
    }
    case 'index.added': {
      const { table, index } = change
      return inside(tables, table, ({ indexes }) => ({ indexes: [...indexes, index] }))
    }
    case 'rows.kept_whole':
      return inside(tables, change.table, () => ({ whole: true }))
  }
}

function inside(
  tables: readonly Table[],
  name: string,
  changed: (table: Table) => Partial<Table>,
): readonly Table[] {
  return tables.map((table) => (table.name === name ? { ...table, ...changed(table) } : table))
}
