/** Where billing lives: a file, unless the environment names a database. */
import type { Storage } from 'billwright'
import { mysql } from 'billwright/mysql'
import { postgres } from 'billwright/postgres'
import { sqlite } from 'billwright/sqlite'

/** By a URL (`postgres://…`, `mysql://…`), or by the path of an SQLite file. */
export function openStorage(place: string): Storage {
  if (/^postgres(ql)?:/.test(place)) return postgres(place)
  if (/^(mysql|mariadb):/.test(place)) return mysql(place)
  return sqlite({ file: place.replace(/^file:/, '') })
}
