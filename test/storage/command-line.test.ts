/** `npx billwright`, as a person runs it. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run } from '../../adapters/command-line/run.ts'
import { drift } from '../../adapters/storage/sql/drift.ts'
import { first } from '../../src/testing/storage-cases/build.ts'
import { ENGINES, executorAt, say } from './executors.ts'
import { openAt } from './processes/open-at.ts'
import { temporaryFile } from './temporary-file.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = fileURLToPath(new URL('../../adapters/command-line/main.ts', import.meta.url))

/** The program itself: how it ended, and what it said where. */
function billwright(...args: readonly string[]): Promise<object> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: root })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    said.out += text
  })
  child.stderr.on('data', (text) => {
    said.err += text
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

describe.each(ENGINES)('on $engine, billwright', ({ dialect, installed, fresh }) => {
  const rule = it.skipIf(!installed)

  rule('schema prints what makes a database that needs no migration', async () => {
    const place = await fresh()
    const executor = executorAt(place)
    const { text, ok } = await run(['schema', '--dialect', dialect])
    expect(ok).toBe(true)
    await say(executor, ...text.split(';\n').filter((statement) => statement.trim() !== ''))
    expect(await drift(executor)).toEqual([])
    const storage = openAt(place)
    await storage.migrate()
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'committed' })
    await storage.close()
  })

  rule('migrate makes the tables, and twice is once', async () => {
    const place = await fresh()
    const done = { text: 'The tables are there.\n', ok: true }
    expect(await run(['migrate', '--url', place])).toEqual(done)
    expect(await run(['migrate'], { DATABASE_URL: place })).toEqual(done)
    const storage = openAt(place)
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'committed' })
    await storage.close()
  })

  rule('drift names what differs, and so does migrate', async () => {
    const place = await fresh()
    await run(['migrate', '--url', place])
    expect(await run(['drift', '--url', place])).toEqual({ text: 'Nothing differs.\n', ok: true })
    await say(executorAt(place), 'drop table billwright_leases')
    const said = 'billwright_leases is missing\n'
    expect(await run(['drift', '--url', place])).toEqual({ text: said, ok: false })
    expect(await run(['migrate', '--url', place])).toEqual({
      text: `The tables are there, but not as they must be:\n${said}`,
      ok: false,
    })
  })
})

describe('billwright', () => {
  it('says what it can do when it is asked nothing, or for help', async () => {
    const { text } = await run([])
    expect(text).toContain('billwright schema --dialect')
    expect(await run(['--help'])).toEqual({ text, ok: true })
    const one = await run(['schema', '--help'])
    expect(one.text).toMatch(/^billwright schema --dialect/)
    expect(text).toContain(one.text)
  })

  it.each([
    [['schema'], 'say --dialect postgres, mysql or sqlite'],
    [['schema', '--dialect', 'oracle'], 'say --dialect'],
    [['schema', '--dialect', 'mysql', '--format', 'xml'], 'say --format sql, drizzle or prisma'],
    [['schema', '--dialect', 'mysql', '--format', 'constructor'], 'say --format'],
    [['migrate'], 'migrate: say --url'],
    [['drift'], 'drift: say --url'],
    [['migrate', 'now'], 'migrate: what is now?'],
    [['migrate', '--fast'], "Unknown option '--fast'.\n\nbillwright migrate"],
    [['pull'], 'There is no command pull.'],
    [['drift', '--dialect', 'mysql'], "Unknown option '--dialect'.\n\nbillwright drift"],
  ])('complains about %j', async (args, complaint) => {
    await expect(run(args)).rejects.toThrow(complaint)
  })

  it.each(['', 'file:', 'file://'])('takes a path after %j for an SQLite file', async (before) => {
    const file = temporaryFile()
    await run(['migrate', '--url', `${before}${file}`])
    expect(await drift(executorAt(file))).toEqual([])
  })

  it('ends with 0 for good news, 1 for bad, and 2 when it could not do what it was asked', async () => {
    const file = temporaryFile()
    await run(['migrate', '--url', file])
    const [good, bad, none, unreached] = await Promise.all([
      billwright('drift', '--url', file),
      billwright('drift', '--url', ':memory:'),
      billwright('drift', 'what'),
      billwright('migrate', '--url', 'postgres://127.0.0.1:1/none'),
    ])
    expect(good).toEqual({ code: 0, out: 'Nothing differs.\n', err: '' })
    expect(bad).toMatchObject({ code: 1, out: expect.stringMatching(/^billwright_accounts is m/) })
    expect(none).toEqual({ code: 2, out: '', err: 'drift: what is what?\n' })
    expect(unreached).toMatchObject({ code: 2, err: expect.stringMatching(/^PostgreSQL cannot/) })
  })
})
