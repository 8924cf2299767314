#!/usr/bin/env node
/** The command line, as a program. */
import { run } from './cli.ts'

run(process.argv.slice(2), process.env).then(
  ({ text, ok }) => {
    process.stdout.write(text)
    process.exitCode = ok ? 0 : 1
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 2
  },
)
