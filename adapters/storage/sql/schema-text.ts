/** The schema as text, for those who migrate themselves. */
import type { Dialect } from './dialect.ts'
import { ddl } from './ddl.ts'
import { migrations, record } from './migrations.ts'

/** Every statement that makes a database as `migrate` would, to be run once by somebody else. */
export function schemaText(dialect: Dialect): string {
  const done = migrations.map(
    ({ id, name }) => `insert into billwright_migrations (id, name) values (${id}, '${name}')`,
  )
  const changes = [record, ...migrations.flatMap((migration) => migration.changes)]
  const statements = changes.flatMap((change) => ddl(change, dialect))
  return [...statements, ...done].map((statement) => `${statement};\n`).join('\n')
}
