import { defineConfig } from 'tsup'
import { entries, programs } from './entries.ts'

export default defineConfig({
  entry: { ...entries, ...programs },
  format: 'esm',
  target: 'es2022',
  // One bundled file per entry: import time follows the number of files more than their bytes.
  splitting: false,
  // tsup hands `baseUrl` to the compiler, which TypeScript 6 reports as deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // Adapters import the library by its public name, so that both share one copy of it.
  external: [
    /^billwright($|\/)/,
    /^zod($|\/)/,
    /^(@date-fns\/utc|date-fns)($|\/)/,
    /^(hono|stripe|dodopayments|drizzle-orm|kysely|libsql|mysql2|pg|express|next|bullmq)($|\/)/,
  ],
  clean: true,
})
