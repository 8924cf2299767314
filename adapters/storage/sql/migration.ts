/** One step of the schema. */
export interface Migration {
  /** Counts up from 1; never reused. */
  readonly id: number
  readonly name: string
  readonly statements: readonly string[]
}
