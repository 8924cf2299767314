/** The app's own data: listings in a SQLite table that billing knows nothing about. */
import type { Instant } from 'billwright/core'
import { instant } from 'billwright/core'
import Database from 'libsql'

export interface Listing {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly createdAt: Instant
  readonly isPublic: boolean
  readonly archived: boolean
}

export type Listings = ReturnType<typeof openListings>

const TABLE = `create table if not exists listings (
  id text primary key, owner text not null, name text not null, created_at integer not null,
  is_public integer not null default 1, archived integer not null default 0)`

/** Opens the table, and makes it where there is none. */
export function openListings(file: string) {
  const db = new Database(file)
  db.exec(TABLE)
  const all = db.prepare('select * from listings order by created_at, id')
  const insert = db.prepare(
    'insert into listings (id, owner, name, created_at) values (?, ?, ?, ?)',
  )
  const erase = db.prepare('delete from listings where id = ? and owner = ?')
  const show = db.prepare('update listings set is_public = ? where owner = ? and archived = 0')
  const archive = db.prepare(
    'update listings set archived = ?, is_public = ? where id = ? and owner = ?',
  )
  const listings = () => all.all().map(listing)
  return {
    of: (owner: string) => listings().filter((each) => each.owner === owner),
    published: () => listings().filter(({ isPublic, archived }) => isPublic && !archived),
    add({ id, owner, name, createdAt }: Pick<Listing, 'id' | 'owner' | 'name' | 'createdAt'>) {
      insert.run(id, owner, name, createdAt)
    },
    /** The listing that is gone now, or `undefined`. */
    remove(owner: string, id: string): Listing | undefined {
      const found = this.of(owner).find((each) => each.id === id)
      erase.run(id, owner)
      return found
    },
    setPublic(owner: string, isPublic: boolean) {
      show.run(Number(isPublic), owner)
    },
    setArchived(owner: string, ids: readonly string[], archived: boolean) {
      for (const id of ids) archive.run(Number(archived), Number(!archived), id, owner)
    },
  }
}

function listing(row: unknown): Listing {
  const { id, owner, name, created_at, is_public, archived } = row as Record<string, unknown>
  return {
    id: String(id),
    owner: String(owner),
    name: String(name),
    createdAt: instant(Number(created_at)),
    isPublic: is_public === 1,
    archived: archived === 1,
  }
}
