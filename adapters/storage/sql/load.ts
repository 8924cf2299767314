/**
 * Everything that decisions need, in one statement, for any number of queries: one load and many
 * that wait together are the same thing.
 */
import type { DeliveryState, Loaded, LoadQuery, Storage } from 'billwright'
import type { Account, Instant, Payment } from 'billwright/core'
import type { Executor } from './executor.ts'
import { batching } from './batches.ts'
import { rowsOf } from './executor.ts'
import { type Found, found, keyOf } from './found.ts'

/** The verb `load`; queries that arrive while others are answered are answered together. */
export function loads(executor: Executor): Storage['load'] {
  return batching<LoadQuery, Loaded>({ flush: (queries) => load(executor, queries), most: 256 })
}

/** The same without waiting for company: for a connection that nobody else uses. */
export function loadsAlone(executor: Executor): Storage['load'] {
  return async (query) => (await load(executor, [query]))[0] as Loaded
}

async function load(executor: Executor, queries: readonly LoadQuery[]): Promise<readonly Loaded[]> {
  const rows = await rowsOf(executor, found(wantedBy(queries)))
  const known = index(rows)
  return queries.map((query) => loaded(known, query))
}

function wantedBy(queries: readonly LoadQuery[]) {
  const holders = queries.flatMap(({ by }) => ('claims' in by ? by.claims : []))
  const deliveries = queries.flatMap(({ delivery }) => delivery ?? [])
  const payments = queries.flatMap((query) => query.payments ?? [])
  return {
    accounts: queries.flatMap(({ by }) => ('account' in by ? [by.account] : [])),
    holders,
    claims: [...holders, ...queries.flatMap(({ taken }) => taken ?? [])],
    commands: queries.flatMap(({ command }) => command ?? []),
    gateways: [...new Set([...deliveries, ...payments].map(({ gateway }) => gateway))],
    deliveries: deliveries.map(({ id }) => id),
    payments: payments.map(({ id }) => id),
  }
}

/** The rows by what they are about. */
interface Known {
  readonly documents: ReadonlyMap<string, string>
  readonly holders: ReadonlyMap<string, string>
  readonly marks: ReadonlyMap<string, Found>
  readonly usage: ReadonlyMap<string, readonly Found[]>
  readonly payments: ReadonlyMap<string, readonly Payment[]>
}

function index(rows: readonly Found[]): Known {
  const of = (kind: Found['what']) => rows.filter(({ what }) => what === kind)
  return {
    documents: new Map(of('account').map(({ one, body }) => [one, body])),
    holders: new Map(of('claim').map(({ one, two }) => [two, one])),
    marks: new Map(
      [...of('command'), ...of('delivery')].map((row) => [keyOf(row.what, row.one, row.two), row]),
    ),
    usage: grouped(of('usage'), (row) => row),
    payments: grouped(of('payment'), ({ body }): Payment => JSON.parse(body)),
  }
}

function grouped<Item>(
  rows: readonly Found[],
  itemOf: (row: Found) => Item,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const row of rows) {
    const group = groups.get(row.one)
    if (group) group.push(itemOf(row))
    else groups.set(row.one, [itemOf(row)])
  }
  return groups
}

function loaded(known: Known, { by, command, delivery, taken = [], payments = [] }: LoadQuery) {
  const account = 'account' in by ? by.account : holderOf(known, by.claims)
  const document = account === null ? undefined : known.documents.get(account)
  const own = account === null ? [] : (known.payments.get(account) ?? [])
  return {
    account: document === undefined ? null : (JSON.parse(document) as Account),
    usage: (account === null ? [] : (known.usage.get(account) ?? [])).map(
      ({ two: feature, n: window, m: used }) => ({ feature, window, used }),
    ),
    command: account === null || command === undefined ? null : commandOf(known, account, command),
    delivery: delivery ? deliveryOf(known, delivery) : null,
    taken: taken.filter((claim) => {
      const holder = known.holders.get(claim)
      return holder !== undefined && holder !== account
    }),
    payments: payments.flatMap(
      ({ gateway, id }) => own.find((row) => row.gateway === gateway && row.id === id) ?? [],
    ),
  } satisfies Loaded
}

function holderOf({ holders }: Known, claims: readonly string[]): string | null {
  for (const claim of claims) {
    const holder = holders.get(claim)
    if (holder !== undefined) return holder
  }
  return null
}

function commandOf({ marks }: Known, account: string, key: string): Loaded['command'] {
  const row = marks.get(keyOf('command', account, key))
  if (!row) return null
  return { account, key, hash: row.more, effects: JSON.parse(row.body), at: row.n as Instant }
}

function deliveryOf(
  { marks }: Known,
  { gateway, id }: { readonly gateway: string; readonly id: string },
): Loaded['delivery'] {
  const row = marks.get(keyOf('delivery', gateway, id))
  return row ? { state: row.more as DeliveryState, bodyHash: row.body } : null
}
