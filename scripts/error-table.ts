/**
 * The table of all other errors in docs/errors.md: those of the shell, and those of requests with their
 * status. `npx tsx scripts/error-table.ts` writes it, with `--check` it only compares.
 */
import { ERRORS } from '../src/errors.ts'
import { REQUEST_ERRORS } from '../src/request-errors.ts'
import { type PageBlock, runScript } from './page-block.ts'

export const errorTable = {
  page: 'docs/errors.md',
  name: 'errors, written by scripts/error-table.ts',
  make() {
    const shell = Object.entries(ERRORS).map(([code, [kind, sentence]]) => {
      return `| \`${code}\` | \`${kind}\` | ${sentence} |`
    })
    const requests = Object.entries(REQUEST_ERRORS).map(([code, [status, sentence]]) => {
      return `| \`${code}\` | \`request\`, ${status} | ${sentence} |`
    })
    return [
      '| code | kind | what happened, what to do |',
      '|---|---|---|',
      ...shell,
      ...requests,
    ].join('\n')
  },
} satisfies PageBlock

runScript(import.meta.url, errorTable)
