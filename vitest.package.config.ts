import { defineConfig } from 'vitest/config'

/** The package as users get it: what `npm run build` made, and what `npm pack` makes of it. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
