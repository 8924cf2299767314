import type { VendorTable } from './architecture.ts'

/** The vendor of each adapter. A new adapter adds its line; without one it may import none. */
export const vendors: VendorTable = {
  'adapters/gateways/stripe': ['stripe'],
  'adapters/gateways/dodo': ['dodopayments'],
  'adapters/gateways/paystack': ['paystack-api'],
  'adapters/storage/sql': ['drizzle-orm', 'kysely', 'libsql', 'mysql2/promise', 'pg'],
  'adapters/servers/express': ['express'],
  'adapters/servers/next': ['next'],
  'adapters/servers/node': ['node:http', 'node:stream', 'node:stream/web'],
  'adapters/jobs/bullmq': ['bullmq'],
  // A program: it may load the app, and it works on databases by their address.
  'adapters/command-line': [
    ...['adapters/storage/sql', '(computed)'],
    ...['node:path', 'node:url', 'node:util'],
  ],
  'adapters/react': ['react', 'nanostores', '@nanostores/react'],
}
