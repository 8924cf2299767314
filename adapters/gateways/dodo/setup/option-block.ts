/** The options `products` and `addOns` as code to paste, where they do not name what is there. */
import type { Good } from 'billwright/setup'
import { type Fields, text } from '../read.ts'
import { addOnFor, type Comparing, productFor, type VendorProduct } from './vendor-catalog.ts'

export function optionBlock(
  at: Comparing,
  products: readonly VendorProduct[],
  addOns: readonly Fields[],
): string | null {
  const { products: named } = at.settings
  const plans = at.goods.flatMap((good) => {
    const id = good.kind === 'plan' ? productFor(at, good, products)?.id : undefined
    return id === undefined
      ? []
      : [{ good, id, isNamed: named.productOf(good.id, good.price) === id }]
  })
  const extras = at.goods.flatMap((good) => {
    const id = good.kind === 'add_on' ? text(addOnFor(at, good, addOns)?.id) : null
    return id === null ? [] : [{ good, id, isNamed: named.addOnOf(good.id, good.price) === id }]
  })
  if ([...plans, ...extras].every(({ isNamed }) => isNamed)) return null
  const lines = plans.map(({ good, id }) => line({ product: id, plan: good.id }, good))
  const more = extras.map(({ good, id }) => line({ addon: id, addOn: good.id }, good))
  return [list('products', lines), ...(more.length > 0 ? [list('addOns', more)] : [])].join('\n')
}

function line(ids: Readonly<Record<string, string>>, { price }: Good): string {
  const { interval, currency } = price
  const { unit, count } = interval
  const often = count === 1 ? quoted(unit) : `{ unit: ${quoted(unit)}, count: ${count} }`
  const named = Object.entries(ids).map(([name, id]) => `${name}: ${quoted(id)}`)
  return `  { ${named.join(', ')}, interval: ${often}, currency: ${quoted(currency)} },`
}

function list(option: string, lines: readonly string[]): string {
  return [`${option}: [`, ...lines, '],'].join('\n')
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
