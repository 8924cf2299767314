/** Products and add-ons of the business, and what its subscriptions run on. */
import type { Good, SetupContext } from 'billwright/setup'
import type { Calls, Reply } from '../client.ts'
import type { Settings } from '../options.ts'
import { notDone } from 'billwright'
import { type Fields, isFields, text } from '../read.ts'
import { addOnNameOf, bills, isMarkedAs } from './product-names.ts'

export interface Comparing {
  readonly settings: Settings
  readonly call: Calls
  readonly goods: readonly Good[]
  readonly context: SetupContext
}

/** A product as the list shows it, with whether it is archived and which add-ons it may have. */
export interface VendorProduct {
  readonly id: string
  readonly fields: Fields
  readonly archived: boolean
}

const PAGE = 100
/** More than any list that a person looks after. */
const MOST_PAGES = 50

export async function vendorProducts(at: Comparing): Promise<readonly VendorProduct[]> {
  const listed = async (archived: boolean) => {
    const items = await everyItem(at, ({ call, context }, page_number) =>
      call.read(context, (dodo, options) =>
        dodo.products.list({ recurring: true, archived, page_number, page_size: PAGE }, options),
      ),
    )
    return items.map((fields) => ({ id: text(fields.product_id) ?? '', fields, archived }))
  }
  return [...(await listed(false)), ...(await listed(true))]
}

export function vendorAddOns(at: Comparing): Promise<readonly Fields[]> {
  return everyItem(at, ({ call, context }, page_number) =>
    call.read(context, (dodo, options) =>
      dodo.addons.list({ page_number, page_size: PAGE }, options),
    ),
  )
}

/** The product that the options name where it bills so, else the one that has our marks. */
export function productFor(
  { settings }: Pick<Comparing, 'settings'>,
  good: Good,
  products: readonly VendorProduct[],
): VendorProduct | undefined {
  const named = settings.products.productOf(good.id, good.price)
  const fits = products.filter(({ fields }) => bills(good, fields.price_detail))
  return fits.find(({ id }) => id === named) ?? fits.find(({ fields }) => isMarkedAs(good, fields))
}

/** The add-on that the options name, else the one of our name and currency. */
export function addOnFor(
  { settings }: Pick<Comparing, 'settings'>,
  good: Good,
  addOns: readonly Fields[],
): Fields | undefined {
  const named = settings.products.addOnOf(good.id, good.price)
  const { currency } = good.price
  return (
    addOns.find(({ id }) => id === named) ??
    addOns.find((each) => each.name === addOnNameOf(good) && each.currency === currency)
  )
}

/** The add-ons that a plan can be bought with: those of its interval and currency. */
export function addOnsWith({ id, price }: Good, goods: readonly Good[]): readonly Good[] {
  const { interval, currency } = price
  return goods.filter(
    ({ kind, plans, price: other }) =>
      kind === 'add_on' &&
      (plans?.includes(id) ?? true) &&
      other.currency === currency &&
      other.interval.unit === interval.unit &&
      other.interval.count === interval.count,
  )
}

/** Add-ons that a product allows already. */
export async function addOnsOf(
  { call, context }: Comparing,
  id: string,
): Promise<readonly string[]> {
  const reply = await call.read(context, (dodo, options) => dodo.products.retrieve(id, options))
  return reply.ok ? (reply.data.addons ?? []) : []
}

const OVER = new Set(['cancelled', 'failed', 'expired'])

/** Products that a subscription runs on or changes to; `null` when there are too many to tell. */
export async function productsInUse(at: Comparing): Promise<ReadonlySet<string> | null> {
  const all = await everyItem(at, ({ call, context }, page_number) =>
    call.read(context, (dodo, options) =>
      dodo.subscriptions.list({ page_number, page_size: PAGE }, options),
    ),
  )
  if (all.length >= PAGE * MOST_PAGES) return null
  const running = all.filter(({ status }) => !OVER.has(String(status)))
  return new Set(
    running.flatMap(({ product_id, scheduled_change: change }) => [
      String(product_id),
      ...(isFields(change) ? [String(change.product_id)] : []),
    ]),
  )
}

type ListPage = (
  at: Comparing,
  page: number,
) => Promise<Reply<{ readonly items: readonly unknown[] }>>

/** A list that is refused is no empty list: what is not known to be free is not archived. */
async function everyItem(at: Comparing, list: ListPage): Promise<readonly Fields[]> {
  const items: Fields[] = []
  for (let number = 0; number < MOST_PAGES; number += 1) {
    const reply = await list(at, number)
    if (!reply.ok) throw notDone(at.settings.name, { status: reply.status, vendorCode: reply.code })
    items.push(...reply.data.items.filter(isFields))
    if (reply.data.items.length < PAGE) break
  }
  return items
}
