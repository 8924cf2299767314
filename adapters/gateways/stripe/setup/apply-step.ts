/** One step of a comparison, done at Stripe. */
import type { CatalogStep, Good } from 'billwright/setup'
import type Stripe from 'stripe'
import type { CallOptions } from '../transport.ts'
import { notDone } from 'billwright'
import { dig, listAt } from '../fields.ts'
import { lookupKeyOf, marksOf, priceParams, productIdOf } from '../price-names.ts'
import { type Comparing, isPriceOf, pricedOf } from './comparing.ts'

export async function applyStep(at: Comparing, step: CatalogStep): Promise<void> {
  const { action, thing, id } = step
  if (action === 'keep') return
  if (action === 'archive')
    return write(at, (stripe, options) => stripe.prices.update(id, { active: false }, options))
  if (thing === 'product') return writeProduct(at, step)
  if (action === 'create') return makePrice(at, id)
  const good = await goodOf(at, id)
  if (good === undefined) return
  const metadata = marksOf(good)
  return write(at, (stripe, options) =>
    stripe.prices.update(id, { active: true, metadata }, options),
  )
}

async function writeProduct(at: Comparing, { action, id }: CatalogStep): Promise<void> {
  const good = at.goods.find((each) => productIdOf(each) === id)
  if (good === undefined) return
  const shown = { name: good.title, metadata: marksOf(good) }
  if (action === 'create')
    return write(at, (stripe, options) => stripe.products.create({ id, ...shown }, options))
  return write(at, (stripe, options) =>
    stripe.products.update(id, { ...shown, active: true }, options),
  )
}

/** Takes the lookup key from whatever has it: the adapter finds the price by nothing else. */
async function makePrice(at: Comparing, lookup: string): Promise<void> {
  const good = at.goods.find((each) => lookupKeyOf(pricedOf(each)) === lookup)
  const params = good && priceParams(pricedOf(good))
  if (!good || !params) return
  const query = { lookup_keys: [lookup], active: true }
  const found = await at.read.one(at.context, (stripe) => stripe.prices.list(query))
  if (listAt(found, 'data').some((each) => isPriceOf(good, each))) return
  return write(at, (stripe, options) =>
    stripe.prices.create({ ...params, transfer_lookup_key: true }, options),
  )
}

async function goodOf({ read, goods, context }: Comparing, id: string): Promise<Good | undefined> {
  const price = await read.one(context, (stripe) => stripe.prices.retrieve(id))
  return goods.find((good) => lookupKeyOf(pricedOf(good)) === dig(price, 'lookup_key'))
}

async function write(
  { name, call, context: { signal } }: Comparing,
  run: (stripe: Stripe, options: CallOptions) => Promise<unknown>,
): Promise<void> {
  const reply = await call({ signal, key: crypto.randomUUID() }, run)
  if (!reply.ok) throw notDone(name, { status: reply.status, vendorCode: reply.code })
}
