import { mysql } from 'billwright/mysql'
import { postgres } from 'billwright/postgres'
import { type Observe, type SqlStorage, sqlite } from 'billwright/sqlite'

/** The storage at the path of an SQLite file, or at the URL of a database. */
export function openAt(place: string, observe: Observe = () => {}): SqlStorage {
  if (place.startsWith('postgres:')) return postgres(place, { observe })
  if (place.startsWith('mysql:')) return mysql(place, { observe })
  return sqlite({ file: place, observe })
}
