/** Supabase's engine behind node:http: it keeps Stripe's objects as rows. */
import { createRequire } from 'node:module'
import { SECRET, serve } from './server.mjs'

// As ECMAScript module its migrations are not found, and it goes on without a table.
const { runMigrations, StripeSync } = createRequire(import.meta.url)('@supabase/stripe-sync-engine')

const databaseUrl = process.env.DATABASE_URL
await runMigrations({ databaseUrl, schema: 'stripe' })
const engine = new StripeSync({
  stripeSecretKey: 'sk_test_bench',
  stripeWebhookSecret: SECRET,
  autoExpandLists: false,
  backfillRelatedEntities: false,
  poolConfig: { connectionString: databaseUrl, max: 10 },
})
serve((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    try {
      await engine.processWebhook(Buffer.concat(chunks), request.headers['stripe-signature'])
      response.writeHead(200).end()
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
})
