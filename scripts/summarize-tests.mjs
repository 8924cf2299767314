/** Prints `N passed, N failed, N skipped` over vitest's JSON reports, whose paths are the arguments. */
import { readFileSync } from 'node:fs'

/** A run without a report is a failure, never silence. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { testResults: [{ status: 'failed', assertionResults: [] }] }
  }
}

const count = { passed: 0, failed: 0, skipped: 0 }
for (const file of process.argv.slice(2).flatMap((path) => readReport(path).testResults)) {
  // A file that could not even be loaded reports no tests; it counts as one failure.
  if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
    count.failed += 1
  }
  for (const { status } of file.assertionResults) {
    count[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1
  }
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
