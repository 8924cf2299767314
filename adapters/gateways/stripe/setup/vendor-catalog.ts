/** The products and prices at Stripe that are ours, archived ones too. */
import type { Comparing } from './comparing.ts'
import { textAt } from '../fields.ts'
import { markOf } from '../marks.ts'
import { lookupKeyOf, productIdOf } from '../price-names.ts'

/** By our marks, and by the ids that the goods would have. */
export async function vendorProducts({
  read,
  goods,
  context,
}: Comparing): Promise<readonly unknown[]> {
  const listed = await read.all(context, (stripe, page) => stripe.products.list(page))
  const found = new Map(
    listed
      .filter((each) => markOf(each, 'kind') !== null)
      .map((each) => [textAt(each, 'id'), each]),
  )
  for (const good of goods) {
    const id = productIdOf(good)
    if (found.has(id)) continue
    // The list ends somewhere, and a product may have lost its marks.
    const product = await read.one(context, (stripe) => stripe.products.retrieve(id))
    if (product !== null) found.set(id, product)
  }
  return [...found.values()]
}

/** Stripe takes ten lookup keys at a time. */
const KEYS = 10

export async function vendorPrices(
  { read, goods, context }: Comparing,
  products: readonly unknown[],
): Promise<readonly unknown[]> {
  const found = new Map<string | null, unknown>()
  const keep = (prices: readonly unknown[]) => {
    for (const each of prices) found.set(textAt(each, 'id'), each)
  }
  for (const each of products) {
    const product = textAt(each, 'id') ?? ''
    keep(await read.all(context, (stripe, page) => stripe.prices.list({ ...page, product })))
  }
  const keys = goods.map(({ kind, id, price }) => lookupKeyOf({ kind, id, ...price }))
  for (let start = 0; start < keys.length; start += KEYS) {
    const lookup_keys = keys.slice(start, start + KEYS)
    keep(await read.all(context, (stripe, page) => stripe.prices.list({ ...page, lookup_keys })))
  }
  return [...found.values()]
}
