/** An app that sells through Stripe, with an account of its own at the emulator, over HTTP. */
import type { Price } from 'billwright'
import { addOn, billing, limit, monthly, plan, yearly } from 'billwright'
import { memory } from 'billwright/memory'
import { stripe } from 'billwright/stripe'
import { STRIPE_WEBHOOK_SECRET, stripeEmulator } from 'billwright/stripe/testing'
import { testClock } from 'billwright/testing'
import { Stripe } from 'stripe'
import { recordingFetch } from '../support/openapi.ts'

export const APP = 'https://app.example/billing'
export const SECRET_KEY = 'sk_test_command_line'

const seats = limit('seats')

/** What the app sells when a test does not say. */
const PRICES: readonly Price[] = [monthly(49_00, 'USD'), yearly(490_00, 'USD')]

export async function stripeShop(given: { readonly now?: Date } = {}) {
  const clock = testClock(given.now ?? new Date())
  const emulator = stripeEmulator({ clock })
  const { url } = await emulator.listen()
  const { port } = new URL(url)
  const recorded = recordingFetch(fetch)
  /** The vendor's package in the hands of the account's owner. */
  const owner = new Stripe(SECRET_KEY, { host: '127.0.0.1', port: Number(port), protocol: 'http' })
  return {
    emulator,
    owner,
    clock,
    exchanges: recorded.exchanges,
    /** The app, selling the plan pro at these prices. */
    app(options: { readonly prices?: readonly Price[]; readonly title?: string } = {}) {
      const { prices = PRICES, title = 'Pro' } = options
      return billing({
        plans: [plan('free', { default: true }), plan('pro', { title, price: prices })],
        addOns: [addOn('seat', { price: monthly(5_00, 'USD'), adds: [seats(1)] })],
        gateways: [
          stripe({
            ...{ secretKey: SECRET_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET, baseUrl: url },
            ...{ fetch: recorded.fetch, returnUrl: 'https://app.example/back' },
          }),
        ],
        storage: memory(),
        clock,
      })
    },
    close: emulator.close,
  }
}
