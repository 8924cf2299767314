/** What a migration does to the schema, in no engine's words. */

/**
 * What a column holds:
 *
 * - `word`: a short text of ours or a gateway's name;
 * - `id`: an id, compared byte by byte;
 * - `key`: a longer id that is a unique key by itself or with a word;
 * - `text`: text of any length, JSON among it;
 * - `integer`: a safe integer: an amount, a count, an instant in milliseconds, 0 and 1 for a boolean;
 * - `position`: counts the rows in the order in which they came; the table's primary key.
 */
export type ColumnKind = 'word' | 'id' | 'key' | 'text' | 'integer' | 'position'

/**
 * How many characters a column holds at most, where an engine must be told. An index of InnoDB spans
 * 3,072 bytes and a character may take four: three ids and a number fit, or a key and a word.
 */
export const LONGEST = { word: 64, id: 255, key: 700 } as const satisfies Partial<
  Record<ColumnKind, number>
>

export interface Column {
  readonly kind: ColumnKind
  /** Whether it may be NULL. Default false. */
  readonly nullable?: boolean
  /** Never below zero. Default false. */
  readonly atLeastZero?: boolean
}

/** A list of columns that is looked up, or that no two rows have in common. */
export interface Index {
  readonly name: string
  readonly columns: readonly string[]
  /** Default false. */
  readonly unique?: boolean
  /** Only rows of which this is true, where the engine can. A column's name and what it must be. */
  readonly where?: Condition
}

/** A condition that every engine's partial index understands. */
export type Condition =
  | { readonly column: string; readonly is: 'not null' }
  | { readonly column: string; readonly is: 'one of'; readonly values: readonly string[] }

export interface Table {
  readonly name: string
  readonly columns: Readonly<Record<string, Column>>
  /** Without one there is a column of kind `position`. */
  readonly primaryKey?: readonly string[]
  readonly indexes: readonly Index[]
  /** Rows that are updated in place many times: leave room for their next version. Default false. */
  readonly hot?: boolean
  /** Every write replaces some kilobytes of text: let it stand in its row. Default false. */
  readonly whole?: boolean
  /** Rows are small and looked up by their key: let them stand in its order. Default false. */
  readonly clustered?: boolean
}

export type SchemaChange =
  | { readonly type: 'table.created'; readonly table: Table }
  | {
      readonly type: 'column.added'
      readonly table: string
      readonly name: string
      /** A column that is added later is nullable: rows without it are there already. */
      readonly column: Column & { readonly nullable: true }
    }
  | { readonly type: 'index.added'; readonly table: string; readonly index: Index }
  | { readonly type: 'rows.kept_whole'; readonly table: string }

/** One step of the schema. */
export interface Migration {
  /** Counts up from 1; never reused. */
  readonly id: number
  readonly name: string
  readonly changes: readonly SchemaChange[]
}
