/**
 * An app on better-auth and its Stripe plugin, sold through the Stripe emulator: every hop over HTTP,
 * none of the code between them ours.
 */
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:http'
import { stripe as stripePlugin } from '@better-auth/stripe'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { STRIPE_WEBHOOK_SECRET, stripeEmulator } from 'billwright/stripe/testing'
import { testClock } from 'billwright/testing'
import Stripe from 'stripe'
import { vi } from 'vitest'
import { recordingFetch } from '../../test/support/openapi.ts'

/** A row of the plugin's subscription table. */
export interface Row {
  readonly plan: string
  readonly status: string
  readonly periodEnd: Date
  readonly cancelAt: Date | null
  readonly endedAt: Date | null
  readonly seats: number
  readonly stripeSubscriptionId: string
  readonly stripeCustomerId: string
  readonly stripeScheduleId: string | null
}

export async function betterAuthApp(start: string) {
  const clock = testClock(start)
  // Both sides read the machine's time where they are given none: signatures and periods.
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now() })
  const { server, url, mount } = await openServer()
  const emulator = stripeEmulator({ clock, webhookUrl: `${url}/api/auth/stripe/webhook` })
  const vendor = new URL((await emulator.listen()).url)
  const recorded = recordingFetch(fetch)
  const client = new Stripe('sk_test_better_auth', {
    ...{ host: vendor.hostname, port: vendor.port, protocol: 'http' },
    ...{ httpClient: Stripe.createFetchHttpClient(recorded.fetch), maxNetworkRetries: 0 },
    telemetry: false,
  })
  const prices = await makePrices(client)
  const tables: Record<string, unknown[]> = emptyTables()
  const warnings: string[] = []
  const auth = betterAuth({
    ...{ baseURL: url, secret: 'a-secret-of-32-characters-or-more', trustedOrigins: [url] },
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    session: { expiresIn: 365 * 86_400 },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (level, message) => warnings.push(`${level}: ${message}`) },
    plugins: [
      stripePlugin({
        stripeClient: client as never,
        stripeWebhookSecret: STRIPE_WEBHOOK_SECRET,
        createCustomerOnSignUp: true,
        subscription: {
          enabled: true,
          plans: [
            { name: 'basic', priceId: prices.basic },
            { name: 'pro', lookupKey: 'pro_monthly' },
          ],
        },
      }),
    ],
  })
  mount(toNodeHandler(auth))
  return {
    ...{ auth, client, clock, emulator, prices, tables, url, warnings },
    exchanges: recorded.exchanges,
    rows: () => tables.subscription as readonly Row[],
    async advance(to: string) {
      vi.setSystemTime(clock.set(to))
      await emulator.advance()
    },
    async close() {
      await emulator.close()
      await new Promise((resolve) => server.close(resolve))
      vi.useRealTimers()
    },
  }
}

export type BetterAuthApp = Awaited<ReturnType<typeof betterAuthApp>>

/** Somebody who has signed up: posts to the app with their session. */
export async function customerOf(app: BetterAuthApp, email: string) {
  let cookie = ''
  const post = async (path: string, body: object) => {
    const response = await fetch(`${app.url}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: app.url, cookie },
      body: JSON.stringify(body),
    })
    const set = response.headers.getSetCookie().map((each) => each.split(';')[0])
    if (set.length > 0) cookie = set.join('; ')
    const answer = (await response.json()) as { readonly url?: string; readonly message?: string }
    return { ...answer, code: response.status }
  }
  await post('/sign-up/email', { email, name: 'Ada', password: 'a long password' })
  return {
    post,
    /** Does something on a page of Stripe's; the webhooks of it have arrived afterwards. */
    async on(page: string | undefined, body: Readonly<Record<string, string>>) {
      await fetch(page ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await app.emulator.settle()
    },
  }
}

async function makePrices(client: Stripe) {
  const price = async (name: string, unit_amount: number) => {
    const { id: product } = await client.products.create({ name })
    const recurring = { interval: 'month' } as const
    const lookup_key = `${name}_monthly`
    return client.prices.create({ product, unit_amount, currency: 'usd', recurring, lookup_key })
  }
  return { basic: (await price('basic', 1000)).id, pro: (await price('pro', 3000)).id }
}

function emptyTables() {
  return { user: [], session: [], account: [], verification: [], subscription: [] }
}

/** A server whose address is known before the app that it serves. */
async function openServer() {
  let handler: ReturnType<typeof toNodeHandler> | null = null
  const server: Server = createServer((request, response) => handler?.(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const mount = (mounted: ReturnType<typeof toNodeHandler>) => {
    handler = mounted
  }
  return { server, url: `http://127.0.0.1:${port}`, mount }
}
