#!/usr/bin/env node
/** The command line, as a program. */
import { run } from './run.ts'

run(process.argv.slice(2), process.env).then(
  ({ text, ok }) => finish(process.stdout, text, ok ? 0 : 1),
  (error: unknown) =>
    finish(process.stderr, `${error instanceof Error ? error.message : error}\n`, 2),
)

/** Ends once everything is said: an app that was loaded may have timers that would keep us waiting. */
function finish(stream: NodeJS.WriteStream, text: string, code: number): void {
  stream.write(text, () => process.exit(code))
}
