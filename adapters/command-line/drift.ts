/** `billwright drift`: where a database is not as the schema says. */
import type { Command } from './command.ts'
import { linesOf, onDatabase } from './on-database.ts'

export const drift: Command = {
  help: `billwright drift [--url postgres://… | mysql://… | path/of/a/file.db]
  Names what differs from the schema, and fails if anything does. Changes nothing. Without --url it
  takes the environment's DATABASE_URL.
`,
  options: { url: { type: 'string' } },
  run: (said, environment) =>
    onDatabase('drift', said, environment, async (storage) => {
      const differences = await storage.drift()
      if (differences.length === 0) return { text: 'Nothing differs.\n', ok: true }
      return { text: linesOf(differences), ok: false }
    }),
}
