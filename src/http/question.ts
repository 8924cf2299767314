/** A question of the app's own routes to the handler, in the options of `bill.handle`. */
import type { HandleOptions } from '../bill.ts'

/** What may be asked besides a route: whether somebody may use a feature, and how an error is told. */
export type Question =
  | {
      readonly ask: 'access'
      /** `null` asks for any live subscription. */
      readonly feature: string | null
      readonly amount: number
      /** Whose; `null` for whom the caller acts for. */
      readonly customer: string | null
    }
  | { readonly ask: 'error'; readonly error: unknown }

// Registered, so that two copies of the package understand each other; no request can carry a symbol.
const QUESTION = Symbol.for('billwright.question')

/** The options of `bill.handle` that carry a question. */
export function asking(question: Question): HandleOptions {
  return Object.defineProperty({}, QUESTION, { value: question })
}

/** The question in the options, if any. */
export function questionIn(options: HandleOptions): Question | undefined {
  const carrier: HandleOptions & { readonly [QUESTION]?: Question } = options
  return carrier[QUESTION]
}
