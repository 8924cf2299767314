/**
 * A vendor of its own as a shop sees it: its emulator listens, the adapter calls it through the
 * vendor's SDK, if it has one, over HTTP, and its webhooks are carried to the shop.
 */
import type { Gateway } from 'billwright'
import type { Renewals } from 'billwright/core'
import type { GatewayStage, StageCard, TestClock } from 'billwright/testing'
import type { Product } from './shop.ts'
import { catalog, type WebhookRequest } from 'billwright'

export type VendorName = 'stripe' | 'dodo' | 'paystack' | 'paymongo'

/** What a shop asks of whoever takes the money. */
export interface ShopEmulator extends Pick<GatewayStage, 'book' | 'webhooks' | 'fault' | 'close'> {
  /** Opens a page of the vendor. */
  readonly fetch: typeof fetch
  sign(body: Uint8Array): WebhookRequest
  /** Does what is due, then delivers. */
  advance(): Promise<void>
  /** Delivers what has not been delivered. */
  settle(): Promise<void>
  /** Somebody cancels in the vendor's dashboard, or a bank disputes a payment and decides. */
  cancelInDashboard(subscription: string): void
  dispute(payment: string): void
  decideDispute(payment: string, outcome: 'won' | 'lost'): void
}

export interface VendorOptions {
  readonly vendor: VendorName
  readonly product: Product
  readonly start: string
  readonly renewals: Renewals
  readonly webhookUrl: string
  /** Brings a webhook to the shop. */
  readonly deliver: (request: Request) => Promise<Response>
}

export interface Vendor<Emulator extends ShopEmulator = ShopEmulator> {
  readonly gateway: Gateway
  readonly clock: TestClock
  readonly emulator: Emulator
  pay(url: string, card: string): Promise<void>
  confirm(url: string, action: 'confirm' | 'refuse'): Promise<void>
}

/** Puts the vendor up on 127.0.0.1. */
export async function openVendor(options: VendorOptions): Promise<Vendor> {
  const stage = await STAGES[options.vendor](options)
  let delivered = 0
  const settle = async () => {
    for (const { headers, body } of stage.webhooks().slice(delivered)) {
      delivered += 1
      const request = { method: 'POST', headers, body: body.slice() }
      await options.deliver(new Request(options.webhookUrl, request))
    }
  }
  const { gateway, clock, book, webhooks, fault, close, sign } = stage
  return {
    gateway,
    clock,
    emulator: {
      ...{ book, webhooks, fault, close, sign, settle, fetch },
      async advance() {
        await stage.advance(clock.now())
        await settle()
      },
      cancelInDashboard: (subscription) => void stage.cancelInDashboard(subscription),
      dispute: (payment) => void stage.dispute(payment),
      decideDispute: (payment, outcome) => void stage.decideDispute(payment, outcome),
    },
    pay: (url, card) => stage.pay({ url }, cardOf(card)),
    confirm: (url, action) =>
      stage.authenticate({ url }, action === 'confirm' ? 'confirms' : 'refuses'),
  }
}

type Opened = GatewayStage & { sign(body: Uint8Array): WebhookRequest }
type Wanted = Pick<VendorOptions, 'start' | 'renewals' | 'product'>

// Loaded when it is asked for: most shops have no vendor.
const STAGES: Readonly<Record<VendorName, (wanted: Wanted) => Promise<Opened>>> = {
  async stripe({ start, renewals }) {
    const { stripeStage } = await import('../../adapters/gateways/stripe/stage.ts')
    return stripeStage({ start, renewals })
  },
  async dodo({ start, renewals, product }) {
    const { dodoGoods, dodoStage } = await import('../../adapters/gateways/dodo/stage.ts')
    return dodoStage({ start, renewals, sells: dodoGoods([catalog(product)]) })
  },
  async paystack({ start, renewals }) {
    const { paystackStage } = await import('../../adapters/gateways/paystack/stage.ts')
    return paystackStage({ start, renewals })
  },
  async paymongo({ start, renewals }) {
    const { paymongoStage } = await import('../../adapters/gateways/paymongo/stage.ts')
    const stage = await paymongoStage({ start, renewals, fetch })
    await stage.emulator.listen()
    return stage
  },
}

const KINDS: readonly StageCard[] = ['succeeds', 'needs_authentication', 'fails_later', 'wallet']

/** The card that behaves so: a kind of the stage, or the code it is declined with. */
function cardOf(behaves: string): StageCard {
  return KINDS.find((kind) => kind === behaves) ?? { declines: behaves }
}
