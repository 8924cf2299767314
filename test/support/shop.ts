/**
 * A shop that runs: an app with its billing over HTTP, a gateway (the sandbox, or a vendor's own over
 * its SDK) that delivers its webhooks back over HTTP, one clock for both, and customers who click. No
 * part of it is a mock.
 */
import type { BillingEvent, Notice } from 'billwright/core'
import {
  type Bill,
  type BillingOptions,
  billing,
  type Clock,
  type Identity,
  type Storage,
} from 'billwright'
import { memory } from 'billwright/memory'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandbox,
  sandboxEmulator,
  TEST_CARDS,
} from 'billwright/sandbox'
import { sqlite } from 'billwright/sqlite'
import { type TestClock, testClock } from 'billwright/testing'
import {
  openVendor,
  type ShopEmulator,
  type Vendor,
  type VendorName,
  type VendorOptions,
} from './vendor.ts'

export const APP = 'https://app.example'

export type StorageName = 'memory' | 'sqlite'
export const STORAGES: readonly StorageName[] = ['memory', 'sqlite']

/** A fresh storage of each kind. */
export async function freshStorage(name: StorageName): Promise<Storage> {
  const storage = name === 'memory' ? memory() : sqlite({ file: ':memory:' })
  await storage.migrate()
  return storage
}

/** What a product declares; the shop adds the gateway, the storage, the clock and who is asking. */
export type Product = Omit<BillingOptions, 'gateways' | 'storage' | 'clock' | 'identify'>

export interface ShopOptions {
  readonly product: Product
  readonly start: string
  readonly storage?: StorageName | Storage
  /** What the gateway is called, and who owns its clock. */
  readonly gateway?: string
  readonly renewals?: 'billwright' | 'gateway'
  /** Carries webhooks. Default: straight to the shop's own route. */
  readonly deliver?: (request: Request, shop: AnyShop) => Promise<Response>
  /** Another process of the same app: with the storage, the gateway and the clock of this shop. */
  readonly beside?: AnyShop
  /** Wraps a gateway or storage, for faults. */
  readonly wrap?: (options: BillingOptions) => BillingOptions
}

/** The same, whoever plays the gateway. */
export interface AnyShopOptions extends ShopOptions {
  /** Default: the sandbox, under the gateway's name. */
  readonly vendor?: 'sandbox' | VendorName
}

/** One reply of the shop's API. */
export interface Reply {
  readonly status: number
  /** A JSON body, looked at by the test that knows it. */
  readonly body: ReturnType<typeof JSON.parse>
  readonly headers: Headers
}

/** Somebody at a browser. */
export interface Visitor {
  get(path: string): Promise<Reply>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>
  delete(path: string, body?: unknown): Promise<Reply>
}

export interface Shop<Emulator extends ShopEmulator = SandboxEmulator> {
  readonly bill: Bill
  /** Who plays the gateway, for a process beside this one. */
  readonly played: Vendor<Emulator>
  readonly emulator: Emulator
  readonly clock: TestClock
  readonly storage: Storage
  readonly gateway: string
  /** Notices that were sent and billing events that hooks heard, oldest first. */
  readonly sent: { readonly customer: string; readonly notice: Notice }[]
  readonly heard: { readonly customer: string; readonly event: BillingEvent }[]
  readonly archived: {
    readonly customer: string
    readonly feature: string
    readonly ids: readonly string[]
  }[]
  readonly restored: {
    readonly customer: string
    readonly feature: string
    readonly ids: readonly string[]
  }[]
  /** Somebody signed in as this identity; `null` for nobody. */
  as(identity: string | Identity | null): Visitor
  /** The customer opens a hosted page and pays with a card. */
  pay(url: string, card?: string): Promise<void>
  /** Confirms what the bank asked for, or refuses. */
  confirm(url: string, action?: 'confirm' | 'refuse'): Promise<void>
  /** Moves both clocks, lets the gateway and the worker do what is due, and delivers webhooks. */
  at(time: Date | string | number): Promise<void>
  /** Lets everything that is due now happen, without moving the clock. */
  quiet(): Promise<void>
  close(): Promise<void>
}

/** A shop whoever plays its gateway. */
export type AnyShop = Shop<ShopEmulator>

/** The number of the test card that behaves so: `succeeds`, `fails_later`, `wallet`, or a decline code. */
export function cardNumber(behaves: string): string {
  const found = TEST_CARDS.find(
    ({ behavior }) =>
      behavior.kind === behaves || (behavior.kind === 'declines' && behavior.code === behaves),
  )
  if (!found) throw new RangeError(`No test card ${behaves}`)
  return found.number
}

/** The header in which a test says who is signed in. */
export const WHO = 'x-test-identity'

/** Opens a shop. */
export function openShop(options: ShopOptions): Promise<Shop>
export function openShop(options: AnyShopOptions): Promise<AnyShop>
export async function openShop(options: AnyShopOptions): Promise<AnyShop> {
  const { product, start, gateway = 'sandbox', renewals = 'billwright', beside } = options
  const { vendor = 'sandbox' } = options
  const given = beside?.storage ?? options.storage ?? 'memory'
  const storage = typeof given === 'object' ? given : await freshStorage(given)
  const deliver = (request: Request) =>
    options.deliver ? options.deliver(request, shop) : handle(request)
  const webhookUrl = `${APP}/billing/webhooks/${gateway}`
  const line = { start, renewals, webhookUrl, deliver }
  const played =
    beside?.played ??
    (vendor === 'sandbox'
      ? playSandbox(gateway, line)
      : await openVendor({ vendor, product, ...line }))
  const { clock, emulator } = played
  const [sent, heard]: [Shop['sent'], Shop['heard']] = [[], []]
  const [archived, restored]: [Shop['archived'], Shop['restored']] = [[], []]
  const whole: BillingOptions = {
    ...product,
    gateways: [played.gateway],
    storage,
    clock: clock satisfies Clock,
    // Vendors want an e-mail address.
    ...(vendor !== 'sandbox' && { customer: (id) => ({ id, email: `${id}@example.com` }) }),
    identify: (request) => JSON.parse(request.headers.get(WHO) ?? 'null') as Identity | null,
    http: { origins: [APP], ...product.http },
    hooks: {
      notice(notice, { customer }) {
        sent.push({ customer, notice })
      },
      archive({ feature, ids }, { customer }) {
        archived.push({ customer, feature, ids })
      },
      restore({ feature, ids }, { customer }) {
        restored.push({ customer, feature, ids })
      },
      ...product.hooks,
    },
  }
  const bill = billing(options.wrap ? options.wrap(whole) : whole) as Bill
  const handle = (request: Request) => bill.handle(request, { basePath: '/billing' })

  const quiet = async () => {
    await emulator.advance()
    await bill.work({ once: true })
    await emulator.settle()
    await bill.work({ once: true })
  }
  const shop: AnyShop = {
    played,
    bill,
    emulator,
    clock,
    storage,
    gateway,
    sent,
    heard,
    archived,
    restored,
    as(who) {
      const identity = typeof who === 'string' ? { id: who } : who
      const call = async (
        method: string,
        path: string,
        body?: unknown,
        more: Readonly<Record<string, string>> = {},
      ): Promise<Reply> => {
        const headers = new Headers({ origin: APP, ...more })
        if (identity) headers.set(WHO, JSON.stringify(identity))
        if (method !== 'GET') headers.set('content-type', 'application/json')
        const init = method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }
        const response = await handle(
          new Request(`${APP}/billing${path}`, { method, headers, ...init }),
        )
        return { status: response.status, body: await response.json(), headers: response.headers }
      }
      return {
        get: (path) => call('GET', path),
        post: (path, body, more) => call('POST', path, body, more),
        delete: (path, body) => call('DELETE', path, body),
      }
    },
    pay: (url, card = 'succeeds') => played.pay(url, card),
    confirm: (url, action = 'confirm') => played.confirm(url, action),
    async at(time) {
      clock.set(time)
      await quiet()
    },
    quiet,
    async close() {
      await emulator.close()
      await storage.close()
    },
  }
  return shop
}

/** The sandbox, in the same process, under the name of a gateway. */
function playSandbox(
  name: string,
  { start, renewals, webhookUrl, deliver }: Omit<VendorOptions, 'vendor' | 'product'>,
): Vendor<SandboxEmulator> {
  const clock = testClock(start)
  const emulator = sandboxEmulator({ clock, webhookUrl, deliver })
  const page = async (url: string, body: Readonly<Record<string, string>>) => {
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  return {
    gateway: sandbox({
      secretKey: 'sk_test_shop_shop',
      webhookSecret: SANDBOX_WEBHOOK_SECRET,
      ...{ emulator, renewals, name },
    }),
    clock,
    emulator,
    pay: (url, card) => page(url, { card: cardNumber(card) }),
    confirm: (url, action) => page(url, { action }),
  }
}
