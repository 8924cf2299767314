import { defineConfig } from 'tsup'
import { entries, programs } from './entries.ts'

/** Declarations of everything at once take 6 GB: `npm run build` makes them room by room. */
const ROOMS = {
  library: /^src\//,
  gateways: /^adapters\/gateways\//,
  others: /^adapters\/(?!gateways\/)/,
} as const

const room = Object.entries(ROOMS).find(([name]) => name === process.env.TYPES)?.[1]
const all = Object.entries<string>(room ? entries : { ...entries, ...programs })

export default defineConfig({
  entry: Object.fromEntries(all.filter(([, file]) => room?.test(file) ?? true)),
  format: 'esm',
  target: 'es2022',
  // One bundled file per entry: import time follows the number of files more than their bytes.
  splitting: false,
  // tsup hands `baseUrl` to the compiler, which TypeScript 6 reports as deprecated.
  dts: room ? { only: true, compilerOptions: { ignoreDeprecations: '6.0' } } : false,
  // Adapters import the library by its public name, so that both share one copy of it.
  external: [
    /^billwright($|\/)/,
    /^zod($|\/)/,
    /^(@date-fns\/utc|date-fns)($|\/)/,
    /^(hono|stripe|dodopayments|drizzle-orm|kysely|libsql|mysql2|pg|express|next|bullmq)($|\/)/,
  ],
  clean: room === undefined,
})
