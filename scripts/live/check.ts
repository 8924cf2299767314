/** Asks the vendor and its emulator the same things, and says where their answers differ in shape. */

import type { Asked, LiveGateway, Side } from './live-gateway.ts'
import { randomUUID } from 'node:crypto'
import { type Recorded, record } from './record.ts'
import { differences } from './shape.ts'

export interface CheckOptions {
  readonly env: Asked['env']
  readonly print: (line: string) => void
  /** Default: the vendor over the network. */
  readonly vendor?: Pick<Side, 'url' | 'fetch'>
  /** Is handed what the vendor answered. Default: it is forgotten. */
  readonly keep?: (recorded: readonly Recorded[]) => void
}

/** The exit code: 0 where nothing differs, or where there are no keys; otherwise 1. */
export async function check(gateway: LiveGateway, options: CheckOptions): Promise<0 | 1> {
  const { env, print, vendor = { url: gateway.url, fetch }, keep } = options
  const { name, variables } = gateway
  const missing = variables.filter((variable) => !env[variable])
  if (missing.length > 0) {
    print(`live:${name} skipped: it wants ${missing.join(' and ')} in the environment.`)
    return 0
  }
  const key = env[variables[0]] ?? ''
  if (!gateway.isTestKey(key)) {
    print(`live:${name} refused: ${variables[0]} is not a test key. Nothing was sent.`)
    return 1
  }
  const given = { env, run: `live-${randomUUID()}` }
  const emulator = gateway.emulate(env)
  const real = await record(gateway, { ...vendor, key }, given)
  const emulated = await record(gateway, emulator, given).finally(emulator.close)
  keep?.(real)
  const found = real.flatMap((each, index) => compared(each, emulated[index]))
  for (const line of found) print(line)
  print(`live:${name}: ${real.length} calls, ${found.length} differences.`)
  return found.length === 0 ? 0 : 1
}

function compared(real: Recorded, emulated: Recorded | undefined): readonly string[] {
  const status = emulated?.status ?? null
  if (status !== real.status)
    return [`${real.name}: status ${real.status} at the vendor, ${status} in the emulator`]
  if (status === null) return [`${real.name}: was not asked, for want of an earlier reply`]
  const found = differences(real.body, emulated?.body ?? 'null')
  return found.map((each) => `${real.name}: ${each}`)
}
