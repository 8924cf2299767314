/** better-auth with its Stripe plugin on PostgreSQL: the customers' subscriptions, and its webhook. */
import { stripe } from '@better-auth/stripe'
import { betterAuth } from 'better-auth'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'
import Stripe from 'stripe'
import { SECRET, serve } from './server.mjs'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: 'a-secret-of-32-characters-or-more',
  database: pool,
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [
    stripe({
      stripeClient: new Stripe('sk_test_bench'),
      stripeWebhookSecret: SECRET,
      subscription: { enabled: true, plans: [{ name: 'basic', priceId: 'price_basic' }] },
    }),
  ],
})
const context = await auth.$context
await context.runMigrations()
await pool.query(
  `insert into subscription (id, plan, "referenceId", "stripeCustomerId", "stripeSubscriptionId", status)
  select 'id-' || n, 'basic', 'user-' || n, 'cus_' || n, 'sub_' || n, 'active'
  from generate_series(0, $1::int - 1) n`,
  [process.env.CUSTOMERS],
)
serve(toNodeHandler(auth))
