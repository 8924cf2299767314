/**
 * The payment providers that the demo runs with, each played by an emulator on this machine:
 * `GATEWAY=dodo npm start`. The app's own code is the same with all of them.
 */
import type { BillingOptions, Clock, Gateway } from 'billwright'
import { dodo } from 'billwright/dodo'
import { DODO_TEST_CARDS, DODO_WEBHOOK_SECRET, dodoEmulator } from 'billwright/dodo/testing'
import { paymongo } from 'billwright/paymongo'
import { PAYMONGO_WEBHOOK_SECRET, paymongoEmulator } from 'billwright/paymongo/testing'
import { paystack } from 'billwright/paystack'
import {
  PAYSTACK_EMULATOR_KEY,
  PAYSTACK_TEST_CARDS,
  paystackEmulator,
} from 'billwright/paystack/testing'
import { SANDBOX_WEBHOOK_SECRET, sandbox, sandboxEmulator, TEST_CARDS } from 'billwright/sandbox'
import { stripe } from 'billwright/stripe'
import { STRIPE_TEST_CARDS, STRIPE_WEBHOOK_SECRET, stripeEmulator } from 'billwright/stripe/testing'
import { title } from './sentences.ts'

export interface Provider {
  /** Who plays it, as the first page says. */
  readonly title: string
  /** What the app connects to. */
  readonly gateway: (baseUrl: string) => Gateway
  /** Who is connected to. */
  readonly emulator: (options: { readonly clock: Clock; readonly webhookUrl?: string }) => {
    listen(options: { readonly port: number }): Promise<unknown>
    /** Does what is due by the clock. */
    advance(): Promise<void>
  }
  readonly currency: string
  /** Monthly prices of the three plans, in minor units. */
  readonly amounts: readonly [number, number, number]
  readonly proration: NonNullable<BillingOptions['proration']>
  /** A test card that is saved and declined at every later charge. */
  readonly failingCard: string | undefined
}

const USD = [49_00, 99_00, 199_00] as const
const PLANS = ['basic', 'professional', 'enterprise'] as const

/** What Dodo's dashboard holds: there a plan is a product, made before it is sold. */
const PRODUCTS = PLANS.map((plan, i) => ({
  ...{ id: `pdt_${plan}`, name: title(plan), plan, price: USD[i] ?? 0, currency: 'USD' },
  interval: { unit: 'month', count: 1 } as const,
}))

const PROVIDERS: Readonly<Record<string, Provider>> = {
  sandbox: {
    title: 'a sandbox on this machine',
    gateway: (baseUrl) =>
      sandbox({
        secretKey: 'sk_test_listings_demo',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        baseUrl,
      }),
    emulator: sandboxEmulator,
    currency: 'USD',
    amounts: USD,
    proration: { granularity: 'day30' },
    failingCard: TEST_CARDS.find(({ behavior }) => behavior.kind === 'fails_later')?.number,
  },
  stripe: {
    title: 'an emulator of Stripe on this machine',
    gateway: (baseUrl) =>
      stripe({
        secretKey: 'sk_test_listings_demo',
        webhookSecret: STRIPE_WEBHOOK_SECRET,
        baseUrl,
      }),
    emulator: stripeEmulator,
    currency: 'USD',
    amounts: USD,
    // As Stripe does it, so that what is quoted is what it takes.
    proration: { granularity: 'second' },
    failingCard: STRIPE_TEST_CARDS.find(({ behavior }) => behavior.kind === 'fails_later')?.number,
  },
  dodo: {
    title: 'an emulator of Dodo Payments on this machine',
    gateway: (baseUrl) =>
      dodo({
        secretKey: 'listings_demo',
        webhookSecret: DODO_WEBHOOK_SECRET,
        mode: 'test',
        products: PRODUCTS.map(({ id, plan, currency }) => ({
          ...{ product: id, plan, interval: 'month', currency },
        })),
        baseUrl,
      }),
    emulator: (options) => dodoEmulator({ ...options, products: PRODUCTS }),
    currency: 'USD',
    amounts: USD,
    proration: { granularity: 'day' },
    failingCard: DODO_TEST_CARDS.find(({ behavior }) => behavior.kind === 'fails_later')?.number,
  },
  paymongo: {
    title: 'an emulator of PayMongo on this machine',
    gateway: (baseUrl) =>
      paymongo({
        secretKey: 'sk_test_listings_demo',
        webhookSecret: PAYMONGO_WEBHOOK_SECRET,
        returnUrl: `http://localhost:${process.env.PORT ?? 3000}/`,
        baseUrl,
      }),
    emulator(options) {
      const { listen, settle } = paymongoEmulator(options)
      return { listen, advance: settle }
    },
    currency: 'PHP',
    amounts: [2_499_00, 4_999_00, 9_999_00],
    proration: { granularity: 'day30' },
    // Every period is paid on a page of its own: there is no card to fail.
    failingCard: undefined,
  },
  paystack: {
    title: 'an emulator of Paystack on this machine',
    gateway: (baseUrl) =>
      paystack({
        secretKey: PAYSTACK_EMULATOR_KEY,
        // What checks another card becomes credit, which only pays in its own currency.
        cardCheckCurrency: 'USD',
        baseUrl,
      }),
    emulator(options) {
      const { listen, settle } = paystackEmulator(options)
      return { listen, advance: settle }
    },
    currency: 'USD',
    amounts: USD,
    proration: { granularity: 'day30' },
    failingCard: PAYSTACK_TEST_CARDS.find(({ behavior }) => behavior.kind === 'fails_later')
      ?.number,
  },
}

/** The one that `GATEWAY` names; the sandbox when it names none. */
export function chosenProvider(name = process.env.GATEWAY ?? 'sandbox'): Provider {
  const provider = PROVIDERS[name]
  if (provider) return provider
  throw new Error(`GATEWAY=${name}: choose ${Object.keys(PROVIDERS).join(', ')}`)
}
