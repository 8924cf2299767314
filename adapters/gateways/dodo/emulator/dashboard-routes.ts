/** What the owner of the business does in the dashboard: products, add-ons, webhook endpoints. */
import type { Call, Routes } from 'billwright/testing'
import type { AddonProduct, Endpoint, Product, Vendor } from './vendor.ts'
import { isCurrency } from 'billwright/core'
import { invalid } from './access.ts'
import {
  type Fields,
  known,
  page,
  readFields,
  readMetadata,
  readText,
  readWhole,
} from './read-body.ts'
import { type Shown, time } from './render.ts'
import { keep } from './vendor.ts'

export function dashboardRoutes(vendor: Vendor): Routes {
  return { ...productRoutes(vendor), ...addonRoutes(vendor), ...endpointRoutes(vendor) }
}

/** The endpoint that the emulator's owner asked for, as somebody who reads the docs would add it. */
export function registerEndpoint(vendor: Vendor, url: string): void {
  keep(vendor, vendor.endpoints, 'ep', (id): Endpoint => {
    return { id, at: vendor.now(), url, disabled: false, types: [] }
  })
}

function productRoutes(vendor: Vendor): Routes {
  const { products } = vendor
  const archived = (archive: boolean) => {
    return ({ params }: Call) => {
      const product = known(products, params.id)
      products.set(product.id, { ...product, archived: archive })
      return new Response(null, { status: 200 })
    }
  }
  return {
    'GET /products': (call) => {
      const wanted = call.url.searchParams.get('archived') === 'true'
      const all = [...products.values()].filter(({ archived: is = false }) => is === wanted)
      return Response.json({ items: page(call, all).map((each) => listed(vendor, each)) })
    },
    'GET /products/:id': ({ params }) => Response.json(shown(vendor, known(products, params.id))),
    'POST /products': ({ body }) => {
      const name = readText(body, 'name')
      readText(body, 'tax_category')
      const more = { metadata: readMetadata(body), addons: addonsIn(vendor, body) ?? [] }
      const price = priceIn(body)
      const made = keep(vendor, products, 'pdt', (id) => ({ id, name, ...price, ...more }))
      return Response.json(shown(vendor, made))
    },
    'PATCH /products/:id': ({ params, body }) => {
      const product = known(products, params.id)
      products.set(product.id, {
        ...product,
        ...(typeof body.name === 'string' && { name: body.name }),
        ...(body.price === undefined ? {} : priceIn(body)),
        ...(body.metadata === undefined ? {} : { metadata: readMetadata(body) }),
        addons: addonsIn(vendor, body) ?? product.addons ?? [],
      })
      return new Response(null, { status: 200 })
    },
    'DELETE /products/:id': archived(true),
    'POST /products/:id/unarchive': archived(false),
  }
}

const UNITS = { Day: 'day', Week: 'week', Month: 'month', Year: 'year' } as const

function priceIn(body: Fields): Pick<Product, 'price' | 'currency' | 'interval'> {
  const price = readFields(body, 'price')
  if (price.type !== 'recurring_price') throw invalid('price')
  const currency = readText(price, 'currency')
  const unit = UNITS[readText(price, 'payment_frequency_interval') as keyof typeof UNITS]
  if (!isCurrency(currency) || unit === undefined) throw invalid('price')
  readWhole(price, 'subscription_period_count', 1)
  const count = readWhole(price, 'payment_frequency_count', 1)
  return { price: readWhole(price, 'price'), currency, interval: { unit, count } }
}

function addonsIn({ addons }: Vendor, body: Fields): readonly string[] | null {
  if (!Array.isArray(body.addons)) return null
  return body.addons.map((id) => known(addons, id).id)
}

/** What it costs, as both ways of showing a product have it. */
function priceOf({ price, currency, interval }: Product): Shown {
  const unit = interval.unit.charAt(0).toUpperCase() + interval.unit.slice(1)
  return {
    ...{ type: 'recurring_price', price, currency, discount: 0, purchasing_power_parity: false },
    ...{ payment_frequency_count: interval.count, payment_frequency_interval: unit },
    ...{ subscription_period_count: 20, subscription_period_interval: 'Year' },
    ...{ tax_inclusive: false, trial_period_days: 0 },
  }
}

function common(vendor: Vendor, { id, name, metadata = {} }: Product): Shown {
  const at = time(vendor.now())
  return {
    ...{ product_id: id, business_id: vendor.business.id, name, metadata, description: null },
    ...{ created_at: at, updated_at: at, is_recurring: true, tax_category: 'saas', image: null },
    entitlements: [],
  }
}

function listed(vendor: Vendor, product: Product): Shown {
  const { price, currency } = product
  const detail = priceOf(product)
  return { ...common(vendor, product), price, currency, price_detail: detail, tax_inclusive: false }
}

function shown(vendor: Vendor, product: Product): Shown {
  const { addons = [] } = product
  return {
    ...common(vendor, product),
    ...{ addons, price: priceOf(product), license_key_enabled: false },
    ...{ brand_id: 'bnd_emulated', credit_entitlements: [] },
  }
}

function addonRoutes(vendor: Vendor): Routes {
  const { addons, business } = vendor
  const show = ({ id, name, price, currency = 'USD' }: AddonProduct): Shown => {
    const at = time(vendor.now())
    const about = { id, business_id: business.id, name, price, currency, tax_category: 'saas' }
    return { ...about, created_at: at, updated_at: at, description: null, image: null }
  }
  return {
    'GET /addons': (call) => Response.json({ items: page(call, [...addons.values()]).map(show) }),
    'POST /addons': ({ body }) => {
      const [name, currency] = [readText(body, 'name'), readText(body, 'currency')]
      readText(body, 'tax_category')
      const price = readWhole(body, 'price')
      return Response.json(
        show(keep(vendor, addons, 'adn', (id) => ({ id, name, price, currency }))),
      )
    },
  }
}

function endpointRoutes(vendor: Vendor): Routes {
  const { endpoints } = vendor
  const show = ({ id, at, url, disabled, types }: Endpoint): Shown => ({
    ...{ id, url, disabled, filter_types: types, description: '', metadata: {} },
    ...{ created_at: time(at), updated_at: time(at) },
  })
  return {
    'GET /webhooks': () =>
      Response.json({ data: [...endpoints.values()].map(show), done: true, iterator: null }),
    'POST /webhooks': ({ body }) => {
      const url = readText(body, 'url')
      const made = keep(vendor, endpoints, 'ep', (id): Endpoint => {
        return { id, at: vendor.now(), url, disabled: false, types: typesIn(body) ?? [] }
      })
      return Response.json(show(made))
    },
    'PATCH /webhooks/:id': ({ params, body }) => {
      const before = known(endpoints, params.id)
      const disabled = typeof body.disabled === 'boolean' ? body.disabled : before.disabled
      const after = { ...before, disabled, types: typesIn(body) ?? before.types }
      endpoints.set(after.id, after)
      return Response.json(show(after))
    },
  }
}

function typesIn({ filter_types: types }: Fields): readonly string[] | null {
  return Array.isArray(types) ? types.map(String) : null
}
