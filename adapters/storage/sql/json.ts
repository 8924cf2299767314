/** JSON as text columns. */
import type { Json } from 'billwright'

/** JSON text; `null` is NULL, so that a column without content stays empty. */
export function toText(json: unknown): string | null {
  return json === null ? null : JSON.stringify(json)
}

/** What was written with `toText`. */
export function fromText(text: string | null): Json {
  return text === null ? null : JSON.parse(text)
}
