/** `billwright migrate`: the tables, made. */
import type { Command } from './command.ts'
import { linesOf, onDatabase } from './on-database.ts'

export const migrate: Command = {
  help: `billwright migrate [--url postgres://… | mysql://… | path/of/a/file.db]
  Makes what is missing. Safe to repeat, and when two start at once. Without --url it takes the
  environment's DATABASE_URL.
`,
  options: { url: { type: 'string' } },
  run: (said, environment) =>
    onDatabase('migrate', said, environment, async (storage) => {
      await storage.migrate()
      const differences = await storage.drift()
      if (differences.length === 0) return { text: 'The tables are there.\n', ok: true }
      const text = `The tables are there, but not as they must be:\n${linesOf(differences)}`
      return { text, ok: false }
    }),
}
