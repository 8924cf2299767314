import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { entries, importName } from './entries.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  resolve: {
    // Tests and adapters import the public names and get the source, not an older build.
    alias: Object.entries(entries).map(([entry, file]) => ({
      find: new RegExp(`^${importName(entry)}$`),
      replacement: root + file,
    })),
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // Those need what was built: npm run test:browser, npm run test:package.
    exclude: ['test/browser/**', 'test/package/**', 'node_modules/**'],
    // Two workers: the smallest machine the suite must be fast on has two cores.
    maxWorkers: 2,
    // Files share what they import: nothing here keeps state in a module, and loading it 200 times
    // took longer than the tests of the core.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'adapters/**/*.ts'],
      reportsDirectory: 'coverage',
    },
  },
})
