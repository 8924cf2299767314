/** The schema as SQL, for migrations that the app runs itself. */
import type { Dialect } from './dialect.ts'
import { ddl } from './ddl.ts'
import { migrations, record } from './migrations.ts'
import { schemaAfter } from './schema-after.ts'

/** Every statement that makes a database as `migrate` would, with the marks that say it was done. */
export function schemaAsSql(dialect: Dialect): string {
  const made = [record, ...schemaAfter(migrations)].flatMap((table) =>
    ddl({ type: 'table.created', table }, dialect),
  )
  const marks = migrations.map(
    ({ id, name }) => `insert into billwright_migrations (id, name) values (${id}, '${name}')`,
  )
  return [...made, ...marks].map((statement) => `${statement};\n`).join('\n')
}
