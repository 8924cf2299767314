/** Rows under a key that remember the order in which they came. */

export interface Placed<Row> {
  /** Where the row stands: rises with every new row, and stays when the row is replaced. */
  readonly place: number
  readonly row: Row
}

export interface Table<Row> {
  get(key: string): Row | undefined
  /** Inserts, or replaces a row, which keeps its place. */
  put(key: string, row: Row): void
  /** Inserts; a row that exists already is left as it is. */
  add(key: string, row: Row): void
  /** The rows for which `keep` holds, in their order. */
  where(keep: (row: Row) => boolean): readonly Placed<Row>[]
  /** The rows under these keys, in their order. */
  under(keys: Iterable<string>): readonly Row[]
}

/** An empty table. */
export function table<Row>(): Table<Row> {
  const rows = new Map<string, Placed<Row>>()
  let last = 0
  const put = (key: string, row: Row): void => {
    const place = rows.get(key)?.place ?? ++last
    rows.set(key, { place, row })
  }
  return {
    get: (key) => rows.get(key)?.row,
    put,
    add(key, row) {
      if (!rows.has(key)) put(key, row)
    },
    where: (keep) => [...rows.values()].filter(({ row }) => keep(row)),
    under: (keys) =>
      [...new Set(keys)]
        .flatMap((key) => rows.get(key) ?? [])
        .sort((a, b) => a.place - b.place)
        .map(({ row }) => row),
  }
}
