/** `npx billwright`: finds the command and its options, and says what can be asked where it cannot. */
import type { Command, Environment, Outcome } from './command.ts'
import { parseArgs } from 'node:util'
import { doctor } from './doctor.ts'
import { drift } from './drift.ts'
import { migrate } from './migrate.ts'
import { push } from './push.ts'
import { schema } from './schema.ts'

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({ schema, migrate, drift, doctor, push }),
)

const HELP = [...COMMANDS.values()].map(({ help }) => help).join('\n')

/** Runs one command; throws what to complain about. */
export async function run(
  args: readonly string[],
  environment: Environment = {},
): Promise<Outcome> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help') return { text: HELP, ok: true }
  const command = COMMANDS.get(name)
  if (!command) throw new Error(`There is no command ${name}.\n\n${HELP}`)
  const { positionals, values } = parsed(command, rest)
  if (values.help === true) return { text: command.help, ok: true }
  if (positionals.length > 0) throw new Error(`${name}: what is ${positionals.join(' ')}?`)
  return command.run(values, environment)
}

function parsed({ options, help }: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean' } },
    })
  } catch (error) {
    const [complaint = ''] = (error instanceof Error ? error.message : '').split('. ')
    throw new Error(`${complaint}.\n\n${help}`)
  }
}
