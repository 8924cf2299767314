import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { notApplicable } from './not-applicable.ts'

/**
 * What a row should give and what it gives here; `null` where no function of ours answers such
 * rows.
 */
export type Outcome = { readonly expected: unknown; readonly actual: unknown } | null

export interface Applicability<Row> {
  /** Shown in the printed line. */
  readonly name: string
  readonly rows: readonly Row[]
  readonly id: (row: Row, index: number) => string
  readonly run: (row: Row) => Outcome
  /** Default: the reasons of not-applicable.ts. */
  readonly reasons?: Readonly<Record<string, string>>
}

export interface ApplicabilityReport {
  readonly passed: number
  readonly notApplicable: number
  /** One sentence per row that breaks the deal; empty when all is well. */
  readonly problems: readonly string[]
}

/**
 * Runs every row of a table. A row must pass, or have a reason why it does not apply; a row that
 * has a reason must really not pass. Prints «N of M pass, K not applicable».
 */
export function applicability<Row>(table: Applicability<Row>): ApplicabilityReport {
  const reasons = table.reasons ?? notApplicable
  const problems: string[] = []
  let passed = 0
  let skipped = 0
  table.rows.forEach((row, index) => {
    const id = table.id(row, index)
    const reason = reasons[id]
    const failure = failureOf(row, table.run)
    if (failure === '' && reason === undefined) passed++
    else if (failure !== '' && reason !== undefined) skipped++
    else if (failure === '') problems.push(`${id} passes, but has a reason not to: ${reason}`)
    else problems.push(`${id} ${failure}: ${JSON.stringify(row)}`)
  })
  console.log(
    `${table.name}: ${passed} of ${table.rows.length} pass, ${skipped} not applicable` +
      (problems.length > 0 ? `, ${problems.length} PROBLEMS` : ''),
  )
  return { passed, notApplicable: skipped, problems }
}

/** A file of vectors beside this one, as parsed JSON. */
export function vectors(name: string): {
  rows: never[]
  tables: Record<string, { rows: never[] }>
} {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'))
}

function failureOf<Row>(row: Row, run: (row: Row) => Outcome): string {
  try {
    const outcome = run(row)
    if (outcome === null) return 'has no runner and no reason'
    if (isDeepStrictEqual(outcome.actual, outcome.expected)) return ''
    return `gives ${JSON.stringify(outcome.actual)}, not ${JSON.stringify(outcome.expected)}`
  } catch (error) {
    return `throws ${String(error)}`
  }
}
