/**
 * Products and add-ons at Dodo, against what the app sells. A product holds its price: an edited one
 * counts for new sales, and running subscriptions keep theirs. So ids stay, and the app's options too.
 */
import type { CatalogStep, Comparison, Good, VendorCatalog } from 'billwright/setup'
import type { Calls } from '../client.ts'
import type { Settings } from '../options.ts'
import { formatMoney } from 'billwright/core'
import { wordsOf } from 'billwright/setup'
import { type Fields, isFields, text } from '../read.ts'
import { applyStep } from './apply-step.ts'
import { optionBlock } from './option-block.ts'
import { addOnNameOf, isMarkedAs, isOurs } from './product-names.ts'
import {
  addOnFor,
  addOnsOf,
  addOnsWith,
  type Comparing,
  productFor,
  productsInUse,
  type VendorProduct,
  vendorAddOns,
  vendorProducts,
} from './vendor-catalog.ts'

export function dodoCatalog(settings: Settings, call: Calls): VendorCatalog {
  return {
    compare: (goods, context) => compare({ settings, call, goods, context }),
    apply: (step, goods, context) => applyStep({ settings, call, goods, context }, step),
  }
}

async function compare(at: Comparing): Promise<Comparison> {
  const [products, addOns] = [await vendorProducts(at), await vendorAddOns(at)]
  const steps: (CatalogStep | null)[] = []
  for (const good of at.goods) if (good.kind === 'add_on') steps.push(addOnStep(at, good, addOns))
  for (const good of at.goods)
    if (good.kind === 'plan') steps.push(await productStep(at, good, { products, addOns }))
  const different = steps.filter((step) => step !== null)
  const options = optionBlock(at, products, addOns)
  return {
    steps: [...different, ...(await leftSteps(at, products))],
    same: steps.length - different.length,
    ...(options !== null && { options }),
  }
}

function addOnStep(at: Comparing, good: Good, addOns: readonly Fields[]): CatalogStep | null {
  const what = `the add-on ${wordsOf(good)}`
  const found = addOnFor(at, good, addOns)
  const { amount, currency } = good.price
  if (found === undefined) {
    const id = addOnNameOf(good)
    return {
      action: 'create',
      thing: 'add_on',
      id,
      what: `${what} (is not there)`,
      level: 'problem',
    }
  }
  if (found.price === amount && found.currency === currency) return null
  return {
    action: 'keep',
    thing: 'add_on',
    id: text(found.id) ?? '',
    what: `${what} (costs ${costOf(found)} there)`,
    level: 'problem',
    // Nothing is known of what an edit does to subscriptions that have it.
    fix: 'Change its price in the dashboard, or make another there and name that in addOns.',
  }
}

interface Shown {
  readonly products: readonly VendorProduct[]
  readonly addOns: readonly Fields[]
}

async function productStep(
  at: Comparing,
  good: Good,
  { products, addOns }: Shown,
): Promise<CatalogStep | null> {
  const what = `the product ${wordsOf(good)}`
  const found = productFor(at, good, products)
  if (found === undefined) {
    const id = wordsOf(good)
    return {
      action: 'create',
      thing: 'product',
      id,
      what: `${what} (is not there)`,
      level: 'problem',
    }
  }
  const { id, fields, archived } = found
  const detail = isFields(fields.price_detail) ? fields.price_detail : {}
  const renamed = isMarkedAs(good, fields) && fields.name !== good.title
  const extras = await lacksAddOns(at, good, { id, addOns })
  const sale = [
    ...(archived ? ['is archived'] : []),
    ...(detail.price === good.price.amount ? [] : [`costs ${costOf(detail)} there`]),
    ...(extras ? ['does not allow its add-ons'] : []),
  ]
  const why = [...sale, ...(renamed ? [`is called «${text(fields.name)}»`] : [])]
  if (why.length === 0) return null
  const level = sale.length > 0 ? 'problem' : 'warning'
  return { action: 'update', thing: 'product', id, what: `${what} (${why.join(', ')})`, level }
}

function costOf({ price, currency }: Fields): string {
  return typeof price === 'number' && typeof currency === 'string'
    ? formatMoney(price, currency)
    : 'something else'
}

async function lacksAddOns(
  at: Comparing,
  good: Good,
  { id, addOns }: { readonly id: string; readonly addOns: readonly Fields[] },
): Promise<boolean> {
  const wanted = addOnsWith(good, at.goods).map((each) => text(addOnFor(at, each, addOns)?.id))
  if (wanted.length === 0) return false
  const allowed = await addOnsOf(at, id)
  return wanted.some((each) => each === null || !allowed.includes(each))
}

/** Products that push made and nothing sells any more: those that somebody pays stay as they are. */
async function leftSteps(
  at: Comparing,
  products: readonly VendorProduct[],
): Promise<readonly CatalogStep[]> {
  const plans = at.goods.filter(({ kind }) => kind === 'plan')
  const wanted = new Set(plans.map((good) => productFor(at, good, products)?.id))
  const left = products.filter(
    ({ id, fields, archived }) => !archived && isOurs(fields) && !wanted.has(id),
  )
  if (left.length === 0) return []
  const used = await productsInUse(at)
  return left.map(({ id, fields }): CatalogStep => {
    const what = `the product «${text(fields.name)}» ${id}`
    const step = { thing: 'product', id, level: 'ok' } as const
    return used === null || used.has(id)
      ? { ...step, action: 'keep', what: `${what} (subscriptions run on it)` }
      : { ...step, action: 'archive', what: `${what} (is not sold any more)` }
  })
}
