/** `npx billwright doctor` and `push` as processes, with an app's module and its environment file. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { run } from '../../adapters/command-line/run.ts'
import { APP, SECRET_KEY, stripeShop } from './stripe-shop.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = fileURLToPath(new URL('../../adapters/command-line/main.ts', import.meta.url))
const app = fileURLToPath(new URL('processes/app.ts', import.meta.url))

let shop: Awaited<ReturnType<typeof stripeShop>>
const folder = mkdtempSync(join(tmpdir(), 'billwright-'))
const env = join(folder, '.env')

beforeAll(async () => {
  shop = await stripeShop()
  const lines = [
    `STRIPE_URL=${shop.emulator.url}`,
    `STRIPE_SECRET_KEY=${SECRET_KEY}`,
    'STRIPE_WEBHOOK_SECRET=whsec_command_line_00000000',
  ]
  writeFileSync(env, lines.join('\n'))
})

afterAll(async () => {
  await shop.close()
  rmSync(folder, { recursive: true })
})

function billwright(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: root })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    said.out += text
  })
  child.stderr.on('data', (text) => {
    said.err += text
  })
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...said })),
  )
}

it('ends with 1 for a problem and 0 for none, although the app would go on, and shows no key', async () => {
  const [problem, done] = await Promise.all([
    billwright('doctor', '--app', app, '--env', env),
    billwright('push', '--app', app, '--env', env, '--yes', '--export', 'openBill'),
  ])
  expect(problem).toMatchObject({ code: 1, err: '' })
  expect(problem.out).toContain('PROBLEM No webhook endpoint leads to')
  expect(done).toMatchObject({ code: 0, err: '', out: expect.stringContaining('  done\n') })
  for (const { out, err } of [problem, done]) expect(out + err).not.toMatch(/sk_test_|whsec_/)
})

it.each([
  [['doctor'], 'doctor: say --app, such as --app ./src/billing.ts'],
  [
    ['push', '--app', app, '--export', 'port'],
    `${app} exports no bill as port; it exports: bill, openBill, port. Say --export.`,
  ],
  [['doctor', '--app', app, '--gateway', 'dodo'], 'the app has no such gateway; it has: stripe'],
  [['doctor', '--app', './none.ts'], 'npx tsx node_modules/billwright/dist/cli.js doctor --app'],
  [['doctor', '--app', app, '--env', './none.env'], 'doctor: ./none.env cannot be read'],
  [['push', '--app', app, '--url', APP], "Unknown option '--url'.\n\nbillwright push"],
])('complains about %j', async (args, complaint) => {
  vi.stubEnv('STRIPE_URL', shop.emulator.url)
  vi.stubEnv('STRIPE_SECRET_KEY', SECRET_KEY)
  vi.stubEnv('STRIPE_WEBHOOK_SECRET', 'whsec_command_line_00000000')
  await expect(run(args)).rejects.toThrow(complaint)
})
