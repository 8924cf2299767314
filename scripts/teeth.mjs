// Applies each of thirteen known billing bugs to a copy of the sources and runs the tests there:
// a bug that no test notices is a hole in the suite. `npm run teeth`; one bug: `npm run teeth -- 5`.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Each bug: what somebody might write, in which file, instead of what, and a test that notices. */
const BUGS = [
  {
    name: 'boundaries counted from the last date instead of the anchor',
    file: 'src/core/calendar.ts',
    test: 'test/laws/numbers.test.ts',
    find: '  if (k === 0) return anchor\n',
    write:
      '  if (k === 0) return anchor\n' +
      '  if (k > 1) return boundary(boundary(anchor, interval, 1, { timeZone }), interval, k - 1, { timeZone })\n',
  },
  {
    name: 'the day of the month sticks at 28',
    file: 'src/core/calendar.ts',
    test: 'test/laws/numbers.test.ts',
    find: 'addMonths(local, k * months, UTC).getTime()',
    write:
      'addMonths(local, k * months, UTC).setUTCDate(Math.min(28, addMonths(local, k * months, UTC).getUTCDate()))',
  },
  {
    name: 'periods that include their end',
    file: 'src/core/schedule.ts',
    test: 'test/core/rules/change-price.test.ts',
    find: "add('renewal', period.end, group)",
    write: "add('renewal', (period.end + 1) as Instant, group)",
  },
  {
    name: 'Math.round on negative halves',
    file: 'src/core/money.ts',
    test: 'test/laws/numbers.test.ts',
    find: '    if (isAmount(product)) {\n',
    write: '    if (isAmount(product)) {\n      return Math.round(product / denominator)\n',
  },
  {
    name: 'credit on the list price',
    file: 'src/core/invoice.ts',
    test: 'test/core/rules/change-price.test.ts',
    find: 'multiplyDivide(amount, left(since), left(from))',
    write:
      "multiplyDivide(charge.item === 'plan' ? (subscription.price?.amount ?? 0) * subscription.quantity : amount, left(since), left(full.start))",
  },
  {
    name: 'rounding per seat',
    file: 'src/core/invoice.ts',
    test: 'test/core/rules/quantity.test.ts',
    find: '      const amount = prorate({\n        amount: item.amount,',
    write:
      '      const amount = item.quantity * prorate({\n        amount: item.amount / item.quantity,',
  },
  {
    name: 'access for one instant too long at the end of grace',
    file: 'src/core/dunning.ts',
    test: 'test/core/dunning-stage.test.ts',
    find: "return now >= graceEndsAt ? 'suspended' : 'past_due'",
    write: "return now > graceEndsAt ? 'suspended' : 'past_due'",
  },
  {
    name: 'dunning anchored on the first failure of all instead of the oldest unpaid invoice',
    file: 'src/core/dunning.ts',
    test: 'test/core/rules/gateway-clock.test.ts',
    find: 'owed(account, group).find((invoice) => invoice.firstFailedAt !== null)',
    write: 'owed(account, group).findLast((invoice) => invoice.firstFailedAt !== null)',
  },
  {
    name: 'a scheduled change survives a cancellation',
    file: 'src/core/evolve.ts',
    test: 'test/core/rules/downgrade.test.ts',
    find: 'cancelAt: event.cancelAt, pendingChange: null,',
    write: 'cancelAt: event.cancelAt,',
  },
  {
    name: 'a failure that comes late undoes a success',
    file: 'src/core/rules/renewal-facts.ts',
    test: 'test/core/rules/gateway-clock.test.ts',
    find: 'if (paidThrough !== null && paidThrough >= period.end) return\n',
    write: '',
  },
  {
    name: 'lifting one block lifts all',
    file: 'src/core/evolve.ts',
    test: 'test/core/rules/admin.test.ts',
    find: "blocks: event.type === 'block.added' ? [...others, event.reason] : others,",
    write: "blocks: event.type === 'block.added' ? [...others, event.reason] : [],",
  },
  {
    name: 'a change of plan gives the trial again',
    file: 'src/core/rules/change-plan.ts',
    test: 'test/core/rules/trial-end.test.ts',
    find: 'addDays(trial.startedAt, plan.trial.days + extended, policies)',
    write: 'addDays(draft.at, plan.trial.days + extended, policies)',
  },
  {
    name: 'currency digits asked of Intl',
    file: 'src/core/currency.ts',
    test: 'test/core/describe.test.ts',
    find: '  return digits\n}',
    write:
      "  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? digits\n}",
  },
]

/** The tests without the exploration, which takes a minute and finds the same. */
const TESTS = ['test/core', 'test/laws', 'test/acceptance', '--exclude', '**/exploration.test.ts']

function copyOfProject() {
  const folder = mkdtempSync(join(tmpdir(), 'billwright-teeth-'))
  for (const part of [
    'src',
    'test',
    'vitest.config.ts',
    'entries.ts',
    'tsconfig.json',
    'package.json',
  ])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** By the test that is known to notice, or else by any. */
const isCaught = (folder, test) => fails(folder, [test]) ?? fails(folder, TESTS)

function fails(folder, tests) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const run = spawnSync(process.execPath, [vitest, 'run', '--bail=1', ...tests], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', SERVERS: 'none' },
    timeout: 180_000,
  })
  // A copy that does not even load would be «caught» by accident: a test must have failed.
  const failed = /FAIL\s+test\/\S+\.test\.ts > .*/.exec(`${run.stdout}\n${run.stderr}`)
  return run.status !== 0 && failed ? failed[0] : null
}

const only = Number(process.argv[2] ?? 0)
const folder = copyOfProject()
const survivors = []
try {
  for (const [i, { name, file, test, find, write }] of BUGS.entries()) {
    if (only && only !== i + 1) continue
    const path = join(folder, file)
    const good = readFileSync(path, 'utf8')
    if (good.split(find).length !== 2)
      throw new Error(`bug ${i + 1}: «${find}» stands not once in ${file}`)
    writeFileSync(
      path,
      good.replace(find, () => write),
    )
    const caught = isCaught(folder, test)
    writeFileSync(path, good)
    if (!caught) survivors.push(name)
    console.log(
      `${caught ? 'caught' : 'SURVIVED'} ${i + 1}. ${name}${caught ? ` (${caught.trim().slice(0, 100)})` : ''}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const tried = only ? 1 : BUGS.length
console.log(`teeth: ${tried - survivors.length} of ${tried} bugs caught`)
process.exit(survivors.length > 0 ? 1 : 0)
