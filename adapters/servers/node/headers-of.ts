/** The headers of a request of `node:http`, by lower-case name; what is repeated is joined with a comma. */
import type { IncomingMessage } from 'node:http'

/** Not the server's own record, which drops what is repeated of some headers. */
export function headersOf(
  { headersDistinct }: IncomingMessage,
  without: readonly string[],
): Readonly<Record<string, string>> {
  const kept = Object.entries(headersDistinct).filter(([name]) => !without.includes(name))
  return Object.fromEntries(kept.map(([name, values = []]) => [name, values.join(', ')]))
}
