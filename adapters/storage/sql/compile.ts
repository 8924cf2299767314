/** SQL is built with Kysely once per engine, on first use, and filled with values from then on. */
import type { Dialect } from './dialect.ts'
import type { Tables } from './schema.ts'
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { reads, type Sql, type Statement, type Value } from './statement.ts'

/** The builder that statements are written with; it compiles and never runs anything. */
export type Builder = Kysely<Tables>

const ENGINES = {
  sqlite: [SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler],
  postgres: [PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler],
  mysql: [MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler],
} as const

const builders = new Map<Dialect, Builder>()

function builderFor(dialect: Dialect): Builder {
  const known = builders.get(dialect)
  if (known) return known
  const [Adapter, Introspector, Compiler] = ENGINES[dialect]
  const builder: Builder = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new Introspector(db),
      createQueryCompiler: () => new Compiler(),
    },
  })
  builders.set(dialect, builder)
  return builder
}

/** A value, or a list of them or of rows, that a statement is given later. */
type Argument = Value | readonly Value[] | readonly Row[]

/** What a statement's text is made with. */
export interface Building<Args> {
  readonly db: Builder
  readonly dialect: Dialect
  /** Stands for a value. */
  readonly arg: <Name extends keyof Args & string>(name: Name) => Args[Name]
  /**
   * Stands for a list of values or of rows, which has as many places as the list: the statement is
   * built once for each size. A list of values has a power of two of them, the last repeated, so that
   * there are few sizes; rows are as many as they are.
   */
  readonly list: <Name extends keyof Args & string>(name: Name) => Args[Name]
  /** Whether a list is there and has anything in it. */
  readonly given: (name: keyof Args & string) => boolean
}

/** A query of the builder, or raw SQL. */
interface Buildable<Row> {
  compile(executor: Builder): CompiledQuery<Row>
}

const NAME = Symbol('placeholder')

/**
 * A statement with named places: built by the first call, then only filled. The second call names
 * the arguments, because TypeScript infers all type parameters of a call or none.
 */
export function prepared<Args extends object>() {
  return <Row>(
    build: (building: Building<Args>) => Buildable<Row>,
  ): ((args: Args) => Statement<Row>) => {
    const compiled = new Map<string, CompiledQuery<Row>>()
    return (args) => ({
      in(dialect) {
        const lists = listsOf(args)
        const shape = `${dialect}${lists.map(([name, size]) => ` ${name} ${size}`).join('')}`
        const known = compiled.get(shape) ?? compile(dialect, args, build)
        compiled.set(shape, known)
        return filled(known, args)
      },
    })
  }
}

/** A statement that is built for one use: for conditions that vary. */
export function once<Row>(build: (building: Building<object>) => Buildable<Row>): Statement<Row> {
  return { in: (dialect) => filled(compile(dialect, {}, build), {}) }
}

function compile<Args extends object, Row>(
  dialect: Dialect,
  args: Args,
  build: (building: Building<Args>) => Buildable<Row>,
): CompiledQuery<Row> {
  const db = builderFor(dialect)
  const known = args as Readonly<Record<string, Argument>>
  const list = ((name: string) => placesOf(name, known[name])) as Building<Args>['list']
  const given = (name: string) => isList(known[name]) && known[name].length > 0
  return build({ db, dialect, arg: place, list, given }).compile(db)
}

function filled({ sql: text, parameters }: CompiledQuery, args: object): Sql {
  const known = args as Readonly<Record<string, Argument>>
  return { text, params: parameters.map((each) => fill(each, known)), reads: reads(text) }
}

/** How many places a list of values takes: few sizes, so that few texts are kept prepared. */
function padded(size: number): number {
  if (size === 0) return 0
  let places = 1
  while (places < size) places *= 2
  return places
}

function listsOf(args: object): readonly (readonly [string, number])[] {
  return Object.entries(args).flatMap(([name, value]) =>
    Array.isArray(value) ? [[name, isRows(value) ? value.length : padded(value.length)]] : [],
  )
}

type Row = Readonly<Record<string, Value>>

function isList(argument: Argument | undefined): argument is readonly Value[] | readonly Row[] {
  return Array.isArray(argument)
}

function isRows(list: readonly unknown[]): boolean {
  return typeof list[0] === 'object' && list[0] !== null
}

function placesOf(name: string, list: Argument | undefined): readonly unknown[] {
  if (!isList(list)) throw new TypeError(`${name} is no list`)
  if (!isRows(list)) return Array.from({ length: padded(list.length) }, (_, n) => place([name, n]))
  return (list as readonly Row[]).map((row, n) =>
    Object.fromEntries(Object.keys(row).map((column) => [column, place([name, n, column])])),
  )
}

type Path = string | readonly [list: string, place: number, column?: string]

function place<T>(path: Path): T {
  return { [NAME]: path } as T
}

function fill(parameter: unknown, args: Readonly<Record<string, Argument>>): Value {
  if (typeof parameter !== 'object' || parameter === null) return parameter as Value
  const { [NAME]: path } = parameter as { readonly [NAME]?: Path }
  const value = path === undefined ? undefined : valueAt(path, args)
  if (value === undefined) throw new TypeError(`No value for ${String(path)}`)
  return value
}

function valueAt(path: Path, args: Readonly<Record<string, Argument>>): Value | undefined {
  if (typeof path === 'string') return args[path] as Value | undefined
  const [name, n, column] = path
  const list = args[name] as readonly unknown[]
  if (column !== undefined) return (list[n] as Row)[column]
  // A list with fewer values than places repeats the last.
  return list[Math.min(n, list.length - 1)] as Value
}
