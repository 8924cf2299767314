/** What a command of `npx billwright` is. */

/** What to print, and whether it is good news. */
export interface Outcome {
  readonly text: string
  readonly ok: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The options that were said, by their names. */
export type Said = Readonly<Record<string, string | boolean | undefined>>

export interface Command {
  /** How it is called and what it does. */
  readonly help: string
  /** Which options it takes; any other is an error. */
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>
  /** Throws what to complain about. */
  run(said: Said, environment: Environment): Promise<Outcome>
}

/** An option's text, where it was said. */
export function textOf(said: Said, name: string): string | undefined {
  const value = said[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
