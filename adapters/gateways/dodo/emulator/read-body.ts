/** Reads what the adapter sent; what is not as it must be is refused like Dodo would. */
import type { Call } from 'billwright/testing'
import type { Cart, Metadata, Vendor } from './vendor.ts'
import { invalid, vendorError } from './access.ts'

export type Fields = Readonly<Record<string, unknown>>

export function readText(body: Fields, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '' || value.length > 2000) throw invalid(name)
  return value
}

/** Absent, `null`, or a link to follow: nothing that runs. */
export function readUrlOrNull(body: Fields, name: string): string | null {
  if (body[name] === undefined || body[name] === null) return null
  const value = readText(body, name)
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) throw invalid(name)
  return value
}

export function readWhole(body: Fields, name: string, least = 0): number {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
    throw invalid(name)
  return value
}

export function readFields(body: Fields, name: string): Fields {
  const value = body[name] ?? {}
  if (!isFields(value)) throw invalid(name)
  return value
}

export function readList(body: Fields, name: string): readonly Fields[] {
  const value = body[name] ?? []
  if (!Array.isArray(value) || !value.every(isFields)) throw invalid(name)
  return value
}

/** At most 50 entries, names of 40 characters, values of 500. */
export function readMetadata(body: Fields): Metadata {
  const all = Object.entries(readFields(body, 'metadata'))
  for (const [name, value] of all)
    if (!/^[\w-]{1,40}$/.test(name) || typeof value !== 'string' || value.length > 500)
      throw invalid('metadata')
  if (all.length > 50) throw invalid('metadata')
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]))
}

/** A product with its add-ons; what the catalog does not have is refused. */
export function readCart({ products, addons }: Vendor, body: Fields): Cart {
  const product = readText(body, 'product_id')
  const { price } = products.get(product) ?? {}
  if (price === undefined) throw vendorError(404, 'PRODUCT_NOT_FOUND')
  const extras = readList(body, 'addons').map((each) => {
    const addon_id = readText(each, 'addon_id')
    if (!addons.has(addon_id)) throw vendorError(404, 'ADDON_NOT_FOUND')
    return { addon_id, quantity: readWhole(each, 'quantity', 1) }
  })
  return { product, price, quantity: readWhole(body, 'quantity', 1), addons: extras }
}

/** Codes as they are stacked; absent is `null`, which keeps what there is. */
export function readCodes({ discounts }: Vendor, body: Fields): readonly string[] | null {
  const codes = body.discount_codes
  if (codes === undefined || codes === null) return null
  if (!Array.isArray(codes) || codes.length > 20) throw invalid('discount_codes')
  for (const code of codes)
    if (!discounts.has(String(code))) throw vendorError(422, 'INVALID_DISCOUNT_CODE')
  return codes.map(String)
}

/** An object by its id. */
export function known<Kept>(table: ReadonlyMap<string, Kept>, id: unknown): Kept {
  const found = typeof id === 'string' ? table.get(id) : undefined
  if (!found) throw vendorError(404, 'NOT_FOUND')
  return found
}

/** One page of a list: the first has number 0, and an empty one is the end. */
export function page<Item>({ url }: Call, all: readonly Item[]): readonly Item[] {
  const number = Number(url.searchParams.get('page_number') ?? 0)
  const size = Number(url.searchParams.get('page_size') ?? 10)
  if (!Number.isSafeInteger(number) || number < 0) throw invalid('page_number')
  if (!Number.isSafeInteger(size) || size < 1 || size > 100) throw invalid('page_size')
  return all.slice(number * size, (number + 1) * size)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
