/** What is looked at and tidied rather than sold: the account, webhook endpoints, the catalog. */
import type { Call, Routes } from 'billwright/testing'
import type { Endpoint, Price, Product, Vendor } from './vendor.ts'
import { API_VERSION } from '../client.ts'
import { PAGING, pageOf } from './paging.ts'
import { flag, listIn, metadataIn, type Params, paramsOf, required, text, urlOf } from './params.ts'
import { type Shown, showPrice, showProduct } from './show.ts'
import { keep } from './vendor.ts'
import { impossible, missing } from './vendor-error.ts'

export function dashboardRoutes(vendor: Vendor): Routes {
  return {
    'GET /v1/account': () => {
      const account = { id: 'acct_emulated', object: 'account', charges_enabled: false }
      // Told at the emulator's time: a client compares it with its own.
      const date = new Date(vendor.now() * 1000).toUTCString()
      return Response.json(account, { headers: { date } })
    },
    ...endpointRoutes(vendor),
    ...tidyingRoutes(vendor),
  }
}

function endpointRoutes(vendor: Vendor): Routes {
  const { endpoints } = vendor
  return {
    'GET /v1/webhook_endpoints': (call) => {
      const url = '/v1/webhook_endpoints'
      const page = pageOf(paramsOf(call, PAGING), endpoints.values(), { url, show: showEndpoint })
      return Response.json(page)
    },
    'POST /v1/webhook_endpoints': (call) => {
      const params = paramsOf(call, 'url enabled_events api_version description metadata')
      const made = keep(vendor, endpoints, 'we', (id): Endpoint => {
        const apiVersion = text(params, 'api_version')
        const about = { id, created: vendor.now(), apiVersion, disabled: false }
        return { ...about, url: required(params, 'url'), events: eventsIn(params) }
      })
      return Response.json(showEndpoint(made))
    },
    'POST /v1/webhook_endpoints/:id': (call) => {
      const params = paramsOf(call, 'url enabled_events disabled description metadata')
      const endpoint = the(endpoints, 'webhook_endpoint', call)
      endpoint.url = urlOf(params, 'url') ?? endpoint.url
      if (params.enabled_events !== undefined) endpoint.events = eventsIn(params)
      endpoint.disabled = flag(params, 'disabled') ?? endpoint.disabled
      return Response.json(showEndpoint(endpoint))
    },
  }
}

/** The endpoint that the emulator's owner asked for, as somebody who reads the docs would add it. */
export function registerEndpoint(vendor: Vendor, url: string): void {
  const endpoint = {
    created: vendor.now(),
    apiVersion: API_VERSION,
    events: ['*'],
    disabled: false,
  }
  keep(vendor, vendor.endpoints, 'we', (id): Endpoint => ({ id, url, ...endpoint }))
}

function eventsIn(params: Params): readonly string[] {
  const events = listIn(params, 'enabled_events').filter((each) => typeof each === 'string')
  if (events.length === 0) throw impossible('You must enable at least one event.')
  return events
}

function showEndpoint({ id, created, url, events, apiVersion, disabled }: Endpoint): Shown {
  return {
    ...{ id, object: 'webhook_endpoint', created, url, enabled_events: events },
    ...{ api_version: apiVersion, status: disabled ? 'disabled' : 'enabled' },
    ...{ application: null, description: null, livemode: false, metadata: {} },
  }
}

function tidyingRoutes({ products, prices }: Vendor): Routes {
  return {
    'GET /v1/products': (call) => {
      const params = paramsOf(call, `active ${PAGING}`)
      const active = flag(params, 'active')
      const found = [...products.values()].filter(
        (each) => active === null || each.active === active,
      )
      return Response.json(pageOf(params, found, { url: '/v1/products', show: showProduct }))
    },
    'GET /v1/products/:id': (call) => Response.json(showProduct(the(products, 'product', call))),
    'POST /v1/products/:id': (call) => {
      const params = paramsOf(call, 'name active metadata description')
      const product: Product = the(products, 'product', call)
      product.name = text(params, 'name') ?? product.name
      product.active = flag(params, 'active') ?? product.active
      product.metadata = metadataIn(params, product.metadata)
      return Response.json(showProduct(product))
    },
    'GET /v1/prices/:id': (call) => Response.json(showPrice(the(prices, 'price', call))),
    'POST /v1/prices/:id': (call) => {
      const params = paramsOf(call, 'active metadata nickname')
      const price: Price = the(prices, 'price', call)
      price.active = flag(params, 'active') ?? price.active
      price.metadata = metadataIn(params, price.metadata)
      return Response.json(showPrice(price))
    },
  }
}

/** The object that the path names. */
function the<Kept>(table: ReadonlyMap<string, Kept>, what: string, { params }: Call): Kept {
  const { id = '' } = params
  const found = table.get(id)
  if (found === undefined) throw missing(what, id, 'id')
  return found
}
