#!/usr/bin/env node
/** The command line, as a program. */
import { run } from './cli.ts'

run(process.argv.slice(2)).then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  },
)
