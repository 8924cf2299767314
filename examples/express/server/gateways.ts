/**
 * The payment providers that the demo runs with, each played by an emulator on this machine:
 * `GATEWAY=sandbox npm start`. The app's own code is the same with all of them.
 */
import type { BillingOptions, Clock, Gateway } from 'billwright'
import { SANDBOX_WEBHOOK_SECRET, sandbox, sandboxEmulator, TEST_CARDS } from 'billwright/sandbox'
import { stripe } from 'billwright/stripe'
import { STRIPE_TEST_CARDS, STRIPE_WEBHOOK_SECRET, stripeEmulator } from 'billwright/stripe/testing'

export interface Provider {
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

const PROVIDERS: Readonly<Record<string, Provider>> = {
  sandbox: {
    gateway: (baseUrl) =>
      sandbox({
        secretKey: 'sk_test_listings_demo',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        baseUrl,
      }),
    emulator: sandboxEmulator,
    currency: 'USD',
    amounts: [49_00, 99_00, 199_00],
    proration: { granularity: 'day30' },
    failingCard: TEST_CARDS.find(({ behavior }) => behavior.kind === 'fails_later')?.number,
  },
  stripe: {
    gateway: (baseUrl) =>
      stripe({
        secretKey: 'sk_test_listings_demo',
        webhookSecret: STRIPE_WEBHOOK_SECRET,
        baseUrl,
      }),
    emulator: stripeEmulator,
    currency: 'USD',
    amounts: [49_00, 99_00, 199_00],
    // As Stripe does it, so that what is quoted is what it takes.
    proration: { granularity: 'second' },
    failingCard: STRIPE_TEST_CARDS.find(({ behavior }) => behavior.kind === 'fails_later')?.number,
  },
}

/** The one that `GATEWAY` names; the sandbox when it names none. */
export function chosenProvider(name = process.env.GATEWAY ?? 'sandbox'): Provider {
  const provider = PROVIDERS[name]
  if (provider) return provider
  throw new Error(`GATEWAY=${name}: choose ${Object.keys(PROVIDERS).join(', ')}`)
}
