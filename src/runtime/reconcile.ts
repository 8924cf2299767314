/**
 * Reconciliation: what the gateways know and we do not, because a webhook was lost or a tab closed.
 * It asks about everything that is open, and reads their lists of changes; what it learns comes in as
 * the same facts that webhooks bring.
 */
import type { Reconciled } from '../bill.ts'
import type { Account, Instant } from '../core/index.ts'
import type { Gateway, ListPage, Thing } from '../gateway.ts'
import type { Runtime } from './runtime.ts'
import { DAY, isLive } from '../core/index.ts'
import { dispatch, type Stepped } from './dispatch.ts'
import { factInputs, missesPayment } from './facts.ts'
import { askGateway, describeError } from './perform.ts'
import { subjectOf } from './subject.ts'

export interface ReconcileQuery {
  /** Read the gateways' lists from here on. Default: the last three days. */
  readonly since?: Instant
  /** Only this customer; the lists are not read then. */
  readonly customer?: string
  /** Nothing new is asked from then on. Default: never. */
  readonly stopped?: () => boolean
}

/** What was found, while it is being found. */
interface Tally {
  looked: number
  repaired: Reconciled['repaired'][number][]
  unknown: number
  failed: number
}

export async function reconcile(
  runtime: Runtime,
  { since, customer, stopped = () => false }: ReconcileQuery = {},
): Promise<Reconciled> {
  const tally: Tally = { looked: 0, repaired: [], unknown: 0, failed: 0 }
  if (customer !== undefined) {
    await reconcileAccount(runtime, customer, tally)
    return tally
  }
  const from = since ?? ((runtime.ports.clock.now() - 3 * DAY) as Instant)
  for (const gateway of runtime.gateways.values())
    if (!stopped()) await readList(runtime, gateway, { since: from, stopped }, tally)
  for (let after: string | undefined; !stopped(); ) {
    const page = await runtime.storage.accounts({ limit: 200, ...(after && { after }) })
    for (const account of page.items)
      if (!stopped()) await reconcileAccount(runtime, account, tally)
    if (page.next === null) break
    after = page.next
  }
  return tally
}

/** Asks about everything of one customer that is open at a gateway. One that fails stops no other. */
async function reconcileAccount(runtime: Runtime, id: string, tally: Tally): Promise<void> {
  const { account } = await runtime.storage.load({ by: { account: id } })
  if (!account) return
  for (const [name, things] of openThings(account)) {
    const gateway = runtime.gateways.get(name)
    if (!gateway) continue
    for (const thing of things) {
      tally.looked += 1
      try {
        note(tally, id, await fetchOne(runtime, gateway, id, thing))
      } catch (error) {
        tally.failed += 1
        const { log } = runtime.ports
        log.warn({ event: 'reconcile_failed', account: id, error: describeError(error) })
      }
    }
  }
}

function fetchOne(
  runtime: Runtime,
  gateway: Gateway,
  account: string,
  thing: Thing,
): Promise<Stepped> {
  return dispatch(runtime, {
    query: { by: { account } },
    fetches: true,
    async inputs(loaded, taken) {
      const asked = { gateway: gateway.name, account }
      const facts = await askGateway(runtime, asked, (context) => gateway.fetch(thing, context))
      return missesPayment(facts, loaded) ? [] : factInputs(facts, loaded, taken)
    },
  })
}

/** What is open, by gateway: checkouts, invoices that were tried, subscriptions the gateway owns. */
function openThings(account: Account): ReadonlyMap<string, readonly Thing[]> {
  const things = new Map<string, Thing[]>()
  const add = (gateway: string | null, thing: Thing) => {
    if (gateway === null) return
    const customer = account.gatewayCustomers[gateway] ?? null
    const byCustomer = thing.kind === 'checkout' || thing.kind === 'invoice'
    const asked = byCustomer ? { ...thing, customer } : thing
    things.set(gateway, [...(things.get(gateway) ?? []), asked])
  }
  const expired = account.closedCheckouts.filter(({ closed }) => closed === 'expired')
  for (const { gateway, reference, page } of [...Object.values(account.checkouts), ...expired])
    add(gateway, { kind: 'checkout', reference, ...(page === undefined ? {} : { page }) })
  for (const { id: invoice, group, attempts, page } of account.invoices)
    if (attempts > 0)
      add(account.subscriptions[group]?.gateway ?? account.gateway, {
        kind: 'invoice',
        invoice,
        ...(page === undefined ? {} : { page }),
      })
  for (const subscription of Object.values(account.subscriptions)) {
    const { gateway, gatewayRef, renewals, period } = subscription
    if (isLive(subscription) && renewals === 'gateway' && gatewayRef !== null)
      add(gateway, { kind: 'subscription', id: gatewayRef, since: period.start })
  }
  return things
}

/** Reads a gateway's list of changes to the end; each item is taken like a webhook. */
async function readList(
  runtime: Runtime,
  gateway: Gateway,
  { since, stopped }: { readonly since: Instant; readonly stopped: () => boolean },
  tally: Tally,
): Promise<void> {
  const { list } = gateway
  if (!list) return
  try {
    for (let cursor: string | null = null; ; ) {
      const page: ListPage = await askGateway(
        runtime,
        { gateway: gateway.name, account: '' },
        (context) => list({ since, cursor }, context),
      )
      for (const item of page.items) await takeItem(runtime, gateway, item, tally)
      if (page.cursor === null || stopped()) return
      cursor = page.cursor
    }
  } catch (error) {
    tally.failed += 1
    const { name } = gateway
    runtime.ports.log.warn({ event: 'list_failed', gateway: name, error: describeError(error) })
  }
}

async function takeItem(
  runtime: Runtime,
  gateway: Gateway,
  item: ListPage['items'][number],
  tally: Tally,
): Promise<void> {
  tally.looked += 1
  const by = subjectOf(gateway.name, item)
  if (!by) {
    tally.unknown += 1
    return
  }
  const payments = item.events.flatMap((event) =>
    'payment' in event && typeof event.payment === 'string'
      ? [{ gateway: gateway.name, id: event.payment }]
      : [],
  )
  const stepped = await dispatch(runtime, {
    query: { by, payments },
    inputs: (loaded, taken) =>
      missesPayment(item.events, loaded) ? [] : factInputs(item.events, loaded, taken),
  })
  if (stepped.outcome === 'committed') note(tally, stepped.account.id, stepped)
  else tally.unknown += 1
}

function note(tally: Tally, account: string, stepped: Stepped): void {
  if (stepped.outcome !== 'committed' || stepped.events.length === 0) return
  tally.repaired.push({ account, events: stepped.events.map(({ type }) => type) })
}
