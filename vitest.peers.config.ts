import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** Our emulators, used by libraries of others: `npm ci --prefix peers` installs those. */
export default defineConfig({
  resolve: base.resolve ?? {},
  test: { include: ['peers/test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
})
