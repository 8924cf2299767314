/**
 * Products and prices at Stripe, against what the app sells. An amount of Stripe cannot be changed: a
 * new one is a new price, and the old one is archived once nobody pays it.
 */
import type { CatalogStep, Comparison, Good, VendorCatalog } from 'billwright/setup'
import { wordsOf } from 'billwright/setup'
import { dig, textAt } from '../fields.ts'
import { markOf } from '../marks.ts'
import { lookupKeyOf, priceParams, productIdOf } from '../price-names.ts'
import { applyStep } from './apply-step.ts'
import { type Comparing, isMarkedAs, isPriceOf, pricedOf } from './comparing.ts'
import { paidPrices } from './paid-prices.ts'
import { vendorPrices, vendorProducts } from './vendor-catalog.ts'

export function stripeCatalog(at: Pick<Comparing, 'name' | 'call' | 'read'>): VendorCatalog {
  return {
    compare: (goods, context) => compare({ ...at, goods, context }),
    apply: (step, goods, context) => applyStep({ ...at, goods, context }, step),
  }
}

async function compare(at: Comparing): Promise<Comparison> {
  const products = await vendorProducts(at)
  const prices = await vendorPrices(at, products)
  const sold = at.goods.map((good) => priceStep(good, prices))
  const named = productSteps(at.goods, products)
  const wanted = new Set(at.goods.map((good) => lookupKeyOf(pricedOf(good))))
  const left = prices.filter(
    (price) =>
      dig(price, 'active') === true &&
      markOf(price, 'kind') !== null &&
      !wanted.has(textAt(price, 'lookup_key') ?? ''),
  )
  const different = [...named, ...sold].filter((step) => step !== null)
  return {
    // New prices come before old ones go.
    steps: [...different, ...(await leftSteps(at, left))],
    same: named.length + sold.length - different.length,
  }
}

function productSteps(
  goods: readonly Good[],
  products: readonly unknown[],
): readonly (CatalogStep | null)[] {
  const byId = new Map(goods.map((good) => [productIdOf(good), good]))
  return [...byId].map(([id, good]): CatalogStep | null => {
    const what = `the product «${good.title}»`
    const found = products.find((each) => textAt(each, 'id') === id)
    const step = { thing: 'product', id } as const
    if (found === undefined)
      return { ...step, action: 'create', what: `${what} (${LATER})`, level: 'ok' }
    if (dig(found, 'active') !== true)
      return { ...step, action: 'update', what: `${what} (is archived)`, level: 'problem' }
    const name = textAt(found, 'name')
    if (name === good.title && isMarkedAs(good, found)) return null
    return { ...step, action: 'update', what: `${what} (is called «${name}»)`, level: 'warning' }
  })
}

const LATER = 'is not there; the first sale makes it'

function priceStep(good: Good, prices: readonly unknown[]): CatalogStep | null {
  const lookup = lookupKeyOf(pricedOf(good))
  const what = `the price ${wordsOf(good)}`
  const named = prices.filter((each) => textAt(each, 'lookup_key') === lookup)
  const found = named.find((each) => dig(each, 'active') === true) ?? named[0]
  const make = { thing: 'price', action: 'create', id: lookup } as const
  if (priceParams(pricedOf(good)) === null)
    return { ...make, what: `${what} (Stripe cannot express it)`, level: 'problem' }
  if (found === undefined) return { ...make, what: `${what} (${LATER})`, level: 'ok' }
  if (!isPriceOf(good, found))
    return { ...make, what: `${what} (another has its lookup key ${lookup})`, level: 'problem' }
  const mend = { thing: 'price', action: 'update', id: textAt(found, 'id') ?? '' } as const
  if (!isMarkedAs(good, found))
    return { ...mend, what: `${what} (lost its metadata)`, level: 'problem' }
  if (dig(found, 'active') === true) return null
  return { ...mend, what: `${what} (is archived)`, level: 'warning' }
}

/** Prices of ours that nothing sells any more: those that somebody pays stay as they are. */
async function leftSteps(at: Comparing, left: readonly unknown[]): Promise<readonly CatalogStep[]> {
  const paid = await paidPrices(at, left)
  return left.map((price): CatalogStep => {
    const id = textAt(price, 'id') ?? ''
    const what = `the price ${textAt(price, 'lookup_key') ?? id} of ${markOf(price, 'item')}`
    return paid.has(id)
      ? {
          action: 'keep',
          thing: 'price',
          id,
          what: `${what} (subscriptions run on it)`,
          level: 'ok',
        }
      : {
          action: 'archive',
          thing: 'price',
          id,
          what: `${what} (is not sold any more)`,
          level: 'ok',
        }
  })
}
