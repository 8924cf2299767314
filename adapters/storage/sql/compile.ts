/** SQL is built with Kysely once, on first use, and filled with values from then on. */
import type { Statement, Value } from './executor.ts'
import type { Tables } from './schema.ts'
import {
  type CompiledQuery,
  DummyDriver,
  type Insertable,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** The builder that statements are written with; it compiles and never runs anything. */
export type Builder = Kysely<Tables>

/** Stands in a statement for a value that is given later. */
export type Placeholders<Args> = <Name extends keyof Args & string>(name: Name) => Args[Name]

/** A query of the builder, or raw SQL. */
interface Buildable<Row> {
  compile(executor: Builder): CompiledQuery<Row>
}

const NAME = Symbol('placeholder')

/**
 * A statement with named places: built by the first call, then only filled. The second call names
 * the arguments, because TypeScript infers all type parameters of a call or none.
 */
export function prepared<Args>() {
  return <Row>(
    build: (db: Builder, arg: Placeholders<Args>) => Buildable<Row>,
  ): ((args: Args) => Statement<Row>) => {
    let compiled: CompiledQuery<Row> | undefined
    return (args) => {
      compiled ??= build(builder, place).compile(builder)
      return { sql: compiled.sql, params: compiled.parameters.map((each) => fill(each, args)) }
    }
  }
}

/** A statement that is built for one use: for conditions that vary. */
export function once<Row>(build: (db: Builder) => Buildable<Row>): Statement<Row> {
  const { sql, parameters } = build(builder).compile(builder)
  return { sql, params: parameters as readonly Value[] }
}

/** At most this many rows go into one statement: engines bound the number of its values. */
const ROWS_AT_ONCE = 50

/** Statements that insert any number of rows of one table, none for no rows. */
export function inserting<Table extends keyof Tables & string>(
  build: (db: Builder, rows: readonly Insertable<Tables[Table]>[]) => Buildable<unknown>,
  columns: readonly (keyof Insertable<Tables[Table]> & string)[],
): (rows: readonly Insertable<Tables[Table]>[]) => readonly Statement[] {
  const bySize = new Map<number, CompiledQuery>()
  const sized = (size: number): CompiledQuery => {
    const known = bySize.get(size)
    if (known) return known
    const rows = Array.from({ length: size }, (_, row) =>
      Object.fromEntries(columns.map((column) => [column, place(`${row}.${column}`)])),
    )
    const compiled = build(
      builder,
      rows as unknown as readonly Insertable<Tables[Table]>[],
    ).compile(builder)
    bySize.set(size, compiled)
    return compiled
  }
  return (rows) => chunks(rows).map((chunk) => filled(sized(chunk.length), chunk, columns))
}

function filled<Row>(
  { sql, parameters }: CompiledQuery,
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): Statement {
  const args = Object.fromEntries(
    rows.flatMap((row, n) => columns.map((column) => [`${n}.${column}`, row[column]] as const)),
  )
  return { sql, params: parameters.map((each) => fill(each, args)) }
}

function chunks<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const count = Math.ceil(rows.length / ROWS_AT_ONCE)
  return Array.from({ length: count }, (_, n) =>
    rows.slice(n * ROWS_AT_ONCE, (n + 1) * ROWS_AT_ONCE),
  )
}

function place<T>(name: string): T {
  return { [NAME]: name } as T
}

function fill(parameter: unknown, args: unknown): Value {
  const known = args as Readonly<Record<string, Value>>
  if (typeof parameter !== 'object' || parameter === null) return parameter as Value
  const { [NAME]: name } = parameter as { readonly [NAME]?: string }
  const value = name === undefined ? undefined : known[name]
  if (value === undefined) throw new TypeError(`No value for ${String(name)}`)
  return value
}
