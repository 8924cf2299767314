/** One step of a comparison, done at Dodo. It takes no idempotency key: what is there is looked for first. */
import type { CatalogStep, Good } from 'billwright/setup'
import type { Reply } from '../client.ts'
import { notDone } from 'billwright'
import { wordsOf } from 'billwright/setup'
import { type Fields, isFields, text } from '../read.ts'
import { addOnNameOf, billingOf, isMarkedAs, marksOf } from './product-names.ts'
import {
  addOnFor,
  addOnsOf,
  addOnsWith,
  type Comparing,
  productFor,
  type VendorProduct,
  vendorAddOns,
  vendorProducts,
} from './vendor-catalog.ts'

/** What a subscription to software is taxed as; the dashboard can say otherwise. */
const TAX = 'saas'

export async function applyStep(at: Comparing, step: CatalogStep): Promise<void> {
  const { action, thing, id } = step
  const { call, context } = at
  if (action === 'keep') return
  if (action === 'archive')
    return done(
      at,
      await call.write(context, (dodo, options) => dodo.products.archive(id, options)),
    )
  if (thing === 'add_on') return makeAddOn(at, id)
  const products = await vendorProducts(at)
  if (action === 'create') {
    const good = at.goods.find((each) => each.kind === 'plan' && wordsOf(each) === id)
    if (good && productFor(at, good, products) === undefined) await makeProduct(at, good)
    return
  }
  const good = at.goods.find(
    (each) => each.kind === 'plan' && productFor(at, each, products)?.id === id,
  )
  const product = products.find((each) => each.id === id)
  if (good && product) await mendProduct(at, good, product)
}

async function makeAddOn(at: Comparing, name: string): Promise<void> {
  const good = at.goods.find((each) => each.kind === 'add_on' && addOnNameOf(each) === name)
  if (!good || addOnFor(at, good, await vendorAddOns(at)) !== undefined) return
  const { amount: price, currency } = good.price
  const made = await at.call.write(at.context, (dodo, options) =>
    dodo.addons.create({ name, price, currency: currency as 'USD', tax_category: TAX }, options),
  )
  done(at, made)
}

async function makeProduct(at: Comparing, good: Good): Promise<void> {
  const { amount, currency } = good.price
  const price = { ...billingOf(good), price: amount, currency: currency as 'USD' }
  const addons = await addOnIds(at, good)
  const made = await at.call.write(at.context, (dodo, options) =>
    dodo.products.create(
      {
        ...{ name: good.title, tax_category: TAX, metadata: marksOf(good) },
        price: { ...price, discount: 0, purchasing_power_parity: false },
        ...(addons.length > 0 && { addons }),
      },
      options,
    ),
  )
  done(at, made)
}

/** Everything else of its price, such as whether tax is in it, stays as it is. */
async function mendProduct(at: Comparing, good: Good, product: VendorProduct): Promise<void> {
  const { call, context } = at
  const { id, fields, archived } = product
  if (archived)
    done(at, await call.write(context, (dodo, options) => dodo.products.unarchive(id, options)))
  const wanted = await addOnIds(at, good)
  const addons = wanted.length > 0 ? [...new Set([...(await addOnsOf(at, id)), ...wanted])] : []
  const price = pricePatch(fields, good)
  const changed = await call.write(context, (dodo, options) =>
    dodo.products.update(
      id,
      {
        ...(price !== null && { price }),
        ...(isMarkedAs(good, fields) && { name: good.title }),
        ...(addons.length > 0 && { addons }),
      },
      options,
    ),
  )
  done(at, changed)
}

function pricePatch({ price_detail: before }: Fields, good: Good) {
  const { amount, currency } = good.price
  if (!isFields(before) || before.price === amount) return null
  return { ...billingOf(good), ...before, price: amount, currency: currency as 'USD' }
}

async function addOnIds(at: Comparing, good: Good): Promise<string[]> {
  const wanted = addOnsWith(good, at.goods)
  if (wanted.length === 0) return []
  const addOns = await vendorAddOns(at)
  return wanted.flatMap((each) => text(addOnFor(at, each, addOns)?.id) ?? [])
}

function done({ settings }: Comparing, reply: Reply<unknown>): void {
  if (!reply.ok) throw notDone(settings.name, { status: reply.status, vendorCode: reply.code })
}
