/**
 * One customer who shops through a gateway: the core decides what is asked, the gateway does it, and
 * every answer and webhook goes back to the core. Everything that is told is judged on the way: by its
 * shape, against what was told before, and against the vendor's own book.
 */
import type {
  Gateway,
  HostedPage,
  PerformContext,
  Performed,
  Thing,
  WebhookRequest,
} from '../../gateway.ts'
import type { Book, GatewayStage, StageCard } from '../stage.ts'
import {
  type Catalog,
  type Command,
  type Effect,
  type GatewayEffect,
  type GatewayEvent,
  instant,
  isLive,
  type LiveSubscription,
  type Policies,
} from '../../core/index.ts'
import { type World, world } from '../world.ts'
import { caseCatalog } from './case-catalog.ts'
import { holds, same } from './check.ts'
import { judge } from './judge.ts'
import { last } from './same-facts.ts'

/** What an emulator may offer beyond a stage, so that more can be proven of its adapter. */
export interface CaseStage extends GatewayStage {
  /** Signs a body as the vendor would; without it hostile bodies are only tried unsigned. */
  readonly sign?: (body: Uint8Array) => WebhookRequest
  /** What must never show in an error: the secret key, the webhook secret. */
  readonly secrets?: readonly string[]
}

export interface ShopOptions {
  readonly currency?: string
  readonly behavior?: Policies['proration']['behavior']
}

export interface BuyOptions {
  readonly plan?: 'basic' | 'pro' | 'tried'
  readonly card?: StageCard
}

export interface Shop {
  readonly stage: CaseStage
  readonly gateway: Gateway
  readonly catalog: Catalog
  /** What the core makes of it. */
  readonly customer: World
  /** Everything the webhooks told so far. */
  readonly told: readonly GatewayEvent[]
  /** The vendor's page for one of our references, as far as it told one. */
  page(reference: string): { readonly page?: string }
  context(attempt?: number, signal?: AbortSignal): PerformContext
  /** Lets the core decide, and gives what it asks of the gateway. */
  ask(command: Command): GatewayEffect
  perform(effect: GatewayEffect): Promise<Performed>
  find(effect: GatewayEffect): Promise<Performed | null>
  fetch(thing: Thing): Promise<readonly GatewayEvent[]>
  /** Delivers the webhooks that were made since the last time. */
  hear(): Promise<readonly GatewayEvent[]>
  /** Time passes here and there; gives what the core asks of the gateway by itself. */
  advance(to: number): Promise<readonly GatewayEffect[]>
  /** Subscribes up to the page. */
  openPage(plan?: BuyOptions['plan']): Promise<{
    readonly effect: Extract<GatewayEffect, { readonly kind: 'checkout.open' }>
    readonly page: HostedPage
  }>
  /** Subscribes and pays. */
  buy(options?: BuyOptions): Promise<readonly GatewayEvent[]>
  subscription(): LiveSubscription
  book(): Book
}

type Buying = 'openPage' | 'buy' | 'subscription'

const ACCOUNT = 'customer'

/** Opens a shop with its one customer, who has bought nothing yet. */
export function openShop(stage: CaseStage, options: ShopOptions = {}): Shop {
  const { gateway } = stage
  const { capabilities, name, renewals } = gateway
  const sold = caseCatalog({ gateway: name, renewals, capabilities, ...options })
  const customer = world(sold, stage.clock.now(), { id: ACCOUNT })
  const desk = { stage, gateway, catalog: sold, customer, book: () => stage.book() }
  const talk = { ...desk, ...asking(stage, customer), ...telling(stage, customer) }
  return { ...talk, ...buying(talk) }
}

/** The core asks. */
function asking(stage: CaseStage, customer: World): Pick<Shop, 'ask' | 'advance'> {
  return {
    ask(command) {
      const { clock } = stage
      const { refused, effects } = customer.at(clock.now()).do(command)
      holds(`the rules allow ${command.type}`, refused === null, refused)
      const asked = effects.filter(isForGateway).at(-1)
      holds(`${command.type} asks something of the gateway`, asked !== undefined, effects)
      return asked
    },
    async advance(to) {
      const { clock } = stage
      const before = customer.effects.length
      await stage.advance(to)
      if (clock.now() < to) clock.set(to)
      customer.at(clock.now())
      return customer.effects.slice(before).filter(isForGateway)
    },
  }
}

type Telling = 'page' | 'context' | 'perform' | 'find' | 'fetch' | 'hear' | 'told'

/** The gateway tells: every answer, look-up and webhook is judged, and goes back to the core. */
function telling(stage: CaseStage, customer: World): Pick<Shop, Telling> {
  const { gateway, clock } = stage
  const judged = judge(stage)
  const told: GatewayEvent[] = []
  const pages = new Map<string, string>()
  let delivered = 0

  const context: Shop['context'] = (attempt = 1, signal = new AbortController().signal) => {
    const who = { id: ACCOUNT, email: 'ada@example.com', name: 'Ada Example' }
    return { now: clock.now(), signal, attempt, customer: who, titleOf: (id) => `The ${id} plan` }
  }

  function take(what: string, events: readonly GatewayEvent[]): readonly GatewayEvent[] {
    judged(what, events)
    customer.at(clock.now())
    for (const event of events) customer.do(event)
    for (const event of events)
      if (event.type === 'page.opened') pages.set(event.reference, event.page)
    return events
  }

  const page: Shop['page'] = (reference) => {
    const known = pages.get(reference)
    return known === undefined ? {} : { page: known }
  }

  function taken(what: string, { kind, key }: GatewayEffect, performed: Performed): Performed {
    for (const { type, answers } of performed.events)
      same(`answers of ${type} in the answer to ${kind}`, answers, key)
    take(`${what} ${kind}`, performed.events)
    return performed
  }

  const fetch: Shop['fetch'] = async (thing) => {
    // As the runtime asks: with the vendor's customer and page, once there are.
    const known = customer.account.gatewayCustomers[gateway.name] ?? null
    const asked =
      thing.kind === 'checkout'
        ? { customer: known, ...page(thing.reference), ...thing }
        : thing.kind === 'invoice'
          ? { customer: known, ...page(thing.invoice), ...thing }
          : thing
    return take(`the look-up of a ${thing.kind}`, await gateway.fetch(asked, context()))
  }

  async function deliver(request: WebhookRequest): Promise<readonly GatewayEvent[]> {
    const delivery = await gateway.receive(request)
    same(`the quarantine of ${delivery.type}`, delivery.quarantined, undefined)
    const hinted: GatewayEvent[] = []
    for (const thing of delivery.fetch ?? []) hinted.push(...(await fetch(thing)))
    return [...hinted, ...take('a webhook', delivery.events)]
  }

  return {
    context,
    told,
    page,
    fetch,
    perform: async (effect) =>
      taken('the answer to', effect, await gateway.perform(effect, context())),
    async find(effect) {
      const found = await gateway.find(effect, context(2))
      return found && taken('what is found of', effect, found)
    },
    async hear() {
      const fresh = stage.webhooks().slice(delivered)
      delivered += fresh.length
      const heard: GatewayEvent[] = []
      for (const request of fresh) heard.push(...(await deliver(request)))
      told.push(...heard)
      return heard
    },
  }
}

/** The customer buys. */
function buying(shop: Omit<Shop, Buying>): Pick<Shop, Buying> {
  const { stage, gateway, customer, catalog } = shop
  const currency = catalog.plans.get('basic')?.prices[0]?.currency ?? 'USD'

  const openPage: Shop['openPage'] = async (plan = 'basic') => {
    const urls = { successUrl: 'https://app.example/ok', cancelUrl: 'https://app.example/no' }
    const command = { type: 'subscribe', plan, currency, gateway: gateway.name, ...urls } as const
    const effect = shop.ask(command)
    if (effect.kind !== 'checkout.open') throw new Error('Subscribing opens a checkout')
    const { page, events } = await shop.perform(effect)
    holds('checkout.open gives a page', page !== undefined, events)
    return { effect, page }
  }

  const subscription: Shop['subscription'] = () => {
    const { subscriptions, incidents } = customer.account
    const bought = subscriptions.default
    holds('what was paid is a live subscription', isLive(bought), { incidents })
    if (gateway.renewals === 'gateway')
      holds("it has the vendor's id", bought.gatewayRef !== null, bought.gatewayRef)
    return bought
  }

  return {
    openPage,
    subscription,
    async buy({ plan = 'basic', card = 'succeeds' } = {}) {
      const { page } = await openPage(plan)
      await stage.pay(page, card)
      const heard = await shop.hear()
      last('the webhooks of a paid page', heard, 'checkout.completed')
      subscription()
      return heard
    },
  }
}

/** A minute later, for the vendor to have observed something new. */
export function minuteAfter(time: number): number {
  return instant(time + 60_000)
}

function isForGateway(effect: Effect): effect is GatewayEffect {
  return 'gateway' in effect
}

/** What a month of a plan costs. */
export function monthlyOf({ catalog }: Shop, plan: 'basic' | 'pro' | 'tried'): number {
  return catalog.plans.get(plan)?.prices[0]?.amount ?? 0
}

/** The newest charge in the book is of this amount; a vendor that adds tax may have taken another. */
export function assertCharged({ stage, gateway }: Shop, amount: number): void {
  const charge = stage.book().charges.at(-1)
  if (gateway.capabilities.amounts === 'exact') same('the newest charge', charge?.amount, amount)
  else holds('something was charged', (charge?.amount ?? 0) > 0, charge)
}
