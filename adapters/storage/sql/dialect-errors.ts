/** What an error means, by engine, for libraries that hand the driver's errors on. */
import type { Driver } from './asynchronous.ts'
import type { Dialect } from './dialect.ts'
import { mysqlError } from './mysql-error.ts'
import { postgresError } from './postgres-error.ts'
import { sqliteError, sqliteFault } from './sqlite-error.ts'

const ERRORS: Readonly<Record<Dialect, Driver['errorOf']>> = {
  postgres: postgresError,
  mysql: mysqlError,
  sqlite(error) {
    const fault = sqliteFault(error)
    if (fault) return fault
    const meaning = sqliteError(error)
    return meaning instanceof Error && meaning !== error ? meaning : null
  },
}

/** The engine's reading of an error, or of what caused it: query builders wrap what they were told. */
export function errorIn(dialect: Dialect): Driver['errorOf'] {
  const read = ERRORS[dialect]
  return (error) => {
    const { cause } = error instanceof Error ? error : { cause: undefined }
    return read(error) ?? (cause === undefined ? null : read(cause))
  }
}
