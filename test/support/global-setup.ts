/** Starts the database servers once for a run; tests ask where they are. */
import type { TestProject } from 'vitest/node'
import { optionalDrivers } from './optional-drivers.ts'
import { type ServerUrls, startServers } from './servers.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly servers: ServerUrls
  }
}

/** Called by vitest before all tests; what it answers is called after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const { name, open, needs } of optionalDrivers())
    if (!open) console.warn(`${name} is missing: its tests are skipped. It needs ${needs}.`)
  // For runs of which no test needs one: starting three of them takes longer than the tests.
  if (process.env.SERVERS === 'none') {
    project.provide('servers', { postgres: null, mysql: null, redis: null })
    return async () => {}
  }
  const { urls, stop } = await startServers()
  project.provide('servers', urls)
  return stop
}
