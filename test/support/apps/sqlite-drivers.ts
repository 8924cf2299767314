/** Apps that opened a file of SQLite with a synchronous driver. */
import { type SqliteDatabase, sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { temporaryFile } from '../../storage/temporary-file.ts'
import { optionalDrivers } from '../optional-drivers.ts'
import { type AppKind, INSERT, inWords, JOURNALS, NAMES, namesIn, THINGS } from './app.ts'

function through(name: string, openFile: ((file: string) => SqliteDatabase) | null): AppKind {
  return {
    name,
    installed: openFile !== null,
    modes: JOURNALS,
    alone: true,
    async open(journal = 'wal') {
      if (!openFile) throw new Error(`${name} is missing`)
      const database = openFile(temporaryFile())
      database.exec('pragma synchronous = off')
      database.prepare(`pragma journal_mode = ${journal}`).all()
      database.exec(THINGS)
      return {
        storage: sqlite({ database }),
        transact: (body) =>
          inWords(
            (words) => database.exec(words),
            () => body(database),
          ),
        insert: async (_, row) => database.prepare(`${INSERT} (?)`).run(row),
        names: async () => namesIn(database.prepare(NAMES).all()),
        close: async () => database.close(),
      }
    },
  }
}

export const sqliteDrivers: readonly AppKind[] = [
  through('libsql', (file) => new Database(file)),
  ...optionalDrivers().map(({ name, open }) => through(name, open)),
]
