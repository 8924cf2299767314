/** `npx billwright` as it was built, in a process of its own, at an emulator over HTTP. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripeEmulator } from 'billwright/stripe/testing'
import { expect, it } from 'vitest'
import { ROOT } from './support/newcomer.ts'

function billwright(url: string, ...args: readonly string[]) {
  const command = [join(ROOT, 'dist/cli.js'), ...args, '--app', './test/package/billing.mjs']
  const env = { ...process.env, STRIPE_URL: url }
  const child = spawn(process.execPath, command, { cwd: ROOT, env })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    said.out += text
  })
  child.stderr.on('data', (text) => {
    said.err += text
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

it('what was built pushes prices, has nothing to do again, and finds what is missing', async () => {
  const emulator = stripeEmulator()
  const { url } = await emulator.listen()
  const has = (text: string) => expect.stringContaining(text)
  const pushed = await billwright(url, 'push', '--yes')
  const again = await billwright(url, 'push')
  const found = await billwright(url, 'doctor')
  await emulator.close()
  expect(pushed).toEqual({ code: 0, err: '', out: has('create the price pro, $49.00 every month') })
  expect(again).toEqual({ code: 0, err: '', out: has('2 as they are to be\n  nothing to do') })
  expect(found).toEqual({ code: 1, err: '', out: has('PROBLEM No webhook endpoint leads to') })
})
