/** Products, prices and coupons. */
import type { Routes } from 'billwright/testing'
import type { Coupon, Price, Product, Vendor } from './vendor.ts'
import { PAGING, pageOf } from './paging.ts'
import {
  amountOf,
  currencyOf,
  flag,
  integer,
  listIn,
  metadataIn,
  oneOf,
  paramsOf,
  required,
  text,
  within,
} from './params.ts'
import { showCoupon, showPrice, showProduct } from './show.ts'
import { keep } from './vendor.ts'
import { impossible, invalid, missing, vendorError } from './vendor-error.ts'

const UNITS = ['day', 'week', 'month', 'year'] as const

export function catalogRoutes(vendor: Vendor): Routes {
  return {
    'POST /v1/products': (call) => {
      const params = paramsOf(call, 'id name metadata description active')
      const id = text(params, 'id') ?? vendor.nextId('prod')
      assertNew('Product', vendor.products.has(id), id)
      const made: Product = {
        ...{ id, created: vendor.now(), name: required(params, 'name') },
        metadata: metadataIn(params),
        active: true,
      }
      vendor.products.set(id, made)
      return Response.json(showProduct(made))
    },
    'POST /v1/prices': (call) => Response.json(showPrice(makePrice(vendor, call))),
    'GET /v1/prices': (call) => {
      const params = paramsOf(call, `lookup_keys active product ${PAGING}`)
      const keys = listIn(params, 'lookup_keys')
      const [active, product] = [flag(params, 'active'), text(params, 'product')]
      const found = [...vendor.prices.values()].filter(
        (each) =>
          (active === null || each.active === active) &&
          (product === null || each.product === product) &&
          (keys.length === 0 || keys.includes(each.lookupKey)),
      )
      return Response.json(pageOf(params, found, { url: '/v1/prices', show: showPrice }))
    },
    'POST /v1/coupons': (call) => Response.json(showCoupon(makeCoupon(vendor, call))),
    'GET /v1/coupons/:id': ({ params: { id = '' } }) => {
      const found = vendor.coupons.get(id)
      if (!found) throw missing('coupon', id)
      return Response.json(showCoupon(found))
    },
  }
}

function assertNew(what: string, taken: boolean, id: string): void {
  if (!taken) return
  const code = 'resource_already_exists'
  const message = `${what} already exists: ${id}`
  throw vendorError(400, { type: 'invalid_request_error', code, message })
}

function makePrice(vendor: Vendor, call: Parameters<typeof paramsOf>[0]): Price {
  const params = paramsOf(
    call,
    'product currency unit_amount recurring lookup_key metadata nickname transfer_lookup_key',
  )
  const product = required(params, 'product')
  if (!vendor.products.has(product)) throw missing('product', product, 'product')
  const recurring = within(params, 'recurring', 'interval interval_count usage_type')
  const unit = oneOf(recurring, 'interval', UNITS)
  if (unit === null) throw invalid('recurring[interval]', 'parameter_missing')
  const lookupKey = text(params, 'lookup_key')
  takeLookupKey(vendor, lookupKey, flag(params, 'transfer_lookup_key') === true)
  if ((lookupKey?.length ?? 0) > 200) throw invalid('lookup_key', 'parameter_invalid')
  return keep(vendor, vendor.prices, 'price', (id): Price => {
    const interval = { unit, count: integer(recurring, 'interval_count') ?? 1 }
    const amount = amountOf(params, 'unit_amount')
    const currency = currencyOf(params)
    const metadata = metadataIn(params)
    const created = vendor.now()
    const named = { product, lookupKey, metadata, active: true }
    return { id, currency, amount, interval, created, ...named }
  })
}

/** A lookup key is unique among the prices that can be sold. */
function takeLookupKey(vendor: Vendor, lookupKey: string | null, transfer: boolean): void {
  if (lookupKey === null) return
  for (const price of vendor.prices.values()) {
    if (price.lookupKey !== lookupKey || !(price.active || transfer)) continue
    if (!transfer) throw impossible(`A price (\`${lookupKey}\`) already uses that lookup key.`)
    price.lookupKey = null
  }
}

function makeCoupon(vendor: Vendor, call: Parameters<typeof paramsOf>[0]): Coupon {
  const params = paramsOf(
    call,
    'id name percent_off amount_off currency duration duration_in_months metadata',
  )
  const id = text(params, 'id') ?? vendor.nextId('coupon')
  assertNew('Coupon', vendor.coupons.has(id), id)
  const percentOff = Number(text(params, 'percent_off') ?? Number.NaN)
  const amountOff = integer(params, 'amount_off')
  const hasPercent = percentOff > 0 && percentOff <= 100
  if (hasPercent === (amountOff !== null))
    throw impossible('A coupon has either percent_off or amount_off.')
  const duration = oneOf(params, 'duration', ['once', 'forever', 'repeating']) ?? 'once'
  const months = integer(params, 'duration_in_months')
  if ((duration === 'repeating') !== (months !== null))
    throw invalid('duration_in_months', 'parameter_invalid')
  const made: Coupon = {
    ...{ id, created: vendor.now(), name: text(params, 'name'), duration, months },
    percentOff: hasPercent ? percentOff : null,
    amountOff,
    currency: amountOff === null ? null : currencyOf(params),
  }
  vendor.coupons.set(id, made)
  return made
}
