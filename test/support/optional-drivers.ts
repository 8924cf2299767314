/** Drivers of SQLite that not every machine has: one needs a newer Node, one a compiler. */
import type { SqliteDatabase } from 'billwright/sqlite'
import { createRequire } from 'node:module'

export interface OptionalDriver {
  readonly name: string
  /** Opens a file, made if there is none; `null` where the driver is missing. */
  readonly open: ((file: string) => SqliteDatabase) | null
  /** What it needs, in words. */
  readonly needs: string
}

type Constructor = new (file: string) => SqliteDatabase

/** Each driver as this machine has it. */
export function optionalDrivers(): readonly OptionalDriver[] {
  return [
    {
      name: 'better-sqlite3',
      open: opening('better-sqlite3', (loaded) => loaded as Constructor),
      needs: 'npm install --no-save better-sqlite3@12.11.1',
    },
    {
      name: 'node:sqlite',
      open: opening(
        'node:sqlite',
        (loaded) => (loaded as { readonly DatabaseSync: Constructor }).DatabaseSync,
      ),
      needs: `Node 22.13 or newer; this is ${process.version}`,
    },
  ]
}

// Opened once: one that was compiled for another Node loads and then fails.
function opening(
  name: string,
  constructorOf: (loaded: unknown) => Constructor,
): OptionalDriver['open'] {
  const load = createRequire(import.meta.url)
  try {
    const Database = constructorOf(load(name))
    new Database(':memory:').close()
    return (file) => new Database(file)
  } catch {
    return null
  }
}
