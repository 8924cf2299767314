/**
 * The public entries: what `import 'billwright/<name>'` reads, and from which source file it is built.
 * `index` is `billwright` itself. The build, the tests and the documentation check all read this
 * table; `test/architecture.test.ts` holds package.json and tsconfig.json to it.
 */
export const entries = {
  index: 'src/index.ts',
  core: 'src/core/index.ts',
  setup: 'src/setup/index.ts',
  testing: 'src/testing/index.ts',
  vendor: 'src/vendor/index.ts',
  memory: 'adapters/storage/memory/index.ts',
  sqlite: 'adapters/storage/sql/sqlite.ts',
  postgres: 'adapters/storage/sql/postgres.ts',
  mysql: 'adapters/storage/sql/mysql.ts',
  kysely: 'adapters/storage/sql/kysely.ts',
  drizzle: 'adapters/storage/sql/drizzle.ts',
  prisma: 'adapters/storage/sql/prisma.ts',
  sandbox: 'adapters/gateways/sandbox/index.ts',
  dodo: 'adapters/gateways/dodo/index.ts',
  'dodo/setup': 'adapters/gateways/dodo/setup/index.ts',
  'dodo/testing': 'adapters/gateways/dodo/testing.ts',
  stripe: 'adapters/gateways/stripe/index.ts',
  'stripe/setup': 'adapters/gateways/stripe/setup/index.ts',
  'stripe/testing': 'adapters/gateways/stripe/testing.ts',
  paymongo: 'adapters/gateways/paymongo/index.ts',
  'paymongo/setup': 'adapters/gateways/paymongo/setup/index.ts',
  'paymongo/testing': 'adapters/gateways/paymongo/testing.ts',
  paystack: 'adapters/gateways/paystack/index.ts',
  'paystack/setup': 'adapters/gateways/paystack/setup/index.ts',
  'paystack/testing': 'adapters/gateways/paystack/testing.ts',
  node: 'adapters/servers/node/index.ts',
  express: 'adapters/servers/express/index.ts',
  next: 'adapters/servers/next/index.ts',
  'pg-boss': 'adapters/jobs/pg-boss/index.ts',
  bullmq: 'adapters/jobs/bullmq/index.ts',
} as const satisfies Record<string, string>

/** What is run and not imported: `npx billwright`. */
export const programs = { cli: 'adapters/command-line/main.ts' } as const

/** The name users import an entry by: `billwright` or `billwright/<entry>`. */
export function importName(entry: string): string {
  return entry === 'index' ? 'billwright' : `billwright/${entry}`
}
