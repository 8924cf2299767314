import type { VendorTable } from './architecture.ts'

/** The vendor of each adapter. A new adapter adds its line; without one it may import none. */
export const vendors: VendorTable = {
  'adapters/gateways/stripe': ['stripe'],
  'adapters/gateways/dodo': ['dodopayments'],
  'adapters/gateways/paystack': ['paystack-api'],
  'adapters/storage/sql': ['drizzle-orm', 'kysely', 'libsql', 'mysql2/promise', 'node:util', 'pg'],
  'adapters/servers/express': ['express'],
  'adapters/servers/next': ['next'],
  'adapters/servers/node': ['node:http', 'node:stream', 'node:stream/web'],
  'adapters/jobs/bullmq': ['bullmq'],
  'adapters/react': ['react', 'nanostores', '@nanostores/react'],
}
