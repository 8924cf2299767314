/** The contract check finds what a vendor would refuse; it is shown on small files and real ones. */
import { describe, expect, it } from 'vitest'
import { type Exchange, openApi, recordingFetch, vendorOpenApi } from './openapi.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

/** A shop in OpenAPI 3.0: forms, brackets, `nullable`, references and combinations. */
const shop = openApi({
  openapi: '3.0.0',
  paths: {
    '/v1/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { pattern: '^or_' } }],
      get: {
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
          { name: 'expand', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        ],
        responses: {
          200: { content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/order' } } } },
        },
      },
      post: {
        requestBody: {
          required: true,
          content: {
            [FORM]: {
              schema: {
                type: 'object',
                required: ['amount'],
                properties: {
                  amount: { type: 'integer' },
                  items: {
                    type: 'array',
                    items: { type: 'object', properties: { price: { type: 'string' } } },
                  },
                  metadata: { type: 'object', additionalProperties: { type: 'string' } },
                },
              },
            },
          },
        },
        responses: { default: { description: 'ok' } },
      },
    },
    '/v1/orders/search': { get: { responses: { 204: { description: 'nothing' } } } },
  },
  components: {
    schemas: {
      order: {
        type: 'object',
        required: ['id', 'buyer'],
        properties: {
          id: { type: 'string' },
          buyer: { allOf: [{ $ref: '#/components/schemas/buyer' }], nullable: true },
          parent: { $ref: '#/components/schemas/order' },
        },
      },
      buyer: {
        allOf: [
          { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
          { oneOf: [{ required: ['age'], properties: { age: { type: 'integer' } } }] },
        ],
      },
    },
  },
})

const asked = (given: Partial<Exchange>): Exchange => ({
  method: 'GET',
  url: 'https://shop.test/v1/orders/or_1',
  requestType: '',
  requestBody: '',
  status: 200,
  responseType: JSON_TYPE,
  responseBody: '',
  ...given,
})
const posted = (requestBody: string) => asked({ method: 'POST', requestType: FORM, requestBody })
const answered = (body: unknown) => asked({ responseBody: JSON.stringify(body) })
const order = { id: 'or_1', buyer: { name: 'Ada', age: 36 } }

describe('a request', () => {
  it('is without violations when it keeps to the contract', () => {
    const query = 'https://shop.test/v1/orders/or_1?limit=7&expand[]=buyer&expand[]=parent'
    expect(shop.request(asked({ url: query }))).toEqual([])
    expect(
      shop.request(posted('amount=5&items[0][price]=p&items[1][price]=q&metadata[a]=b')),
    ).toEqual([])
  })

  it.each([
    ['a misspelt parameter', posted('amount=5&item[0][price]=p')],
    ['a misspelt parameter deep in a form', posted('amount=5&items[0][prize]=p')],
    ['a misspelt query parameter', asked({ url: '/v1/orders/or_1?limits=7' })],
    ['a query parameter of the wrong type', asked({ url: '/v1/orders/or_1?limit=many' })],
    ['a path parameter of the wrong form', asked({ url: '/v1/orders/in_1' })],
    ['a missing parameter', posted('metadata[a]=b')],
    ['a missing body', asked({ method: 'POST' })],
    ['a body of another type', { ...posted('{"amount":5}'), requestType: JSON_TYPE }],
    ['a path that is not there', asked({ url: '/v1/order/or_1' })],
    ['a method that is not there', asked({ method: 'DELETE' })],
  ])('is a violation with %s', (_, exchange) => {
    expect(shop.request(exchange)).toHaveLength(1)
  })

  it('meets the literal path before the parameter', () => {
    expect(shop.response(asked({ url: '/v1/orders/search', status: 204 }))).toEqual([])
  })
})

describe('a response', () => {
  it('is without violations when it keeps to the contract', () => {
    expect(shop.response(answered(order))).toEqual([])
    expect(shop.response(answered({ ...order, parent: { ...order, buyer: null } }))).toEqual([])
  })

  it.each([
    ['an unknown field', { ...order, colour: 'red' }],
    ['an unknown field behind a reference', { ...order, parent: { ...order, colour: 'red' } }],
    ['an unknown field of a combination', { ...order, buyer: { ...order.buyer, height: 1 } }],
    ['a number written as text', { ...order, buyer: { name: 'Ada', age: '36' } }],
    ['null where none is allowed', { ...order, id: null }],
  ])('is a violation with %s', (_, body) => {
    expect(shop.response(answered(body))).not.toEqual([])
  })

  it('says where it is wrong', () => {
    const [first] = shop.response(answered({ ...order, parent: { ...order, id: 5 } }))
    expect(first).toBe('GET /v1/orders/or_1: /parent/id must be string {"type":"string"}')
  })
})

it('records what goes over the wire', async () => {
  const { fetch, exchanges } = recordingFetch(async (input) => {
    const text = await new Request(input).text()
    return Response.json({ text }, { status: 201 })
  })
  const reply = await fetch('https://shop.test/a?b=c', { method: 'POST', body: 'd=e' })
  expect(await reply.json()).toEqual({ text: 'd=e' })
  expect(exchanges).toEqual([
    {
      method: 'POST',
      url: 'https://shop.test/a?b=c',
      requestType: 'text/plain;charset=UTF-8',
      requestBody: 'd=e',
      status: 201,
      responseType: 'application/json',
      responseBody: '{"text":"d=e"}',
    },
  ])
})

describe('the vendors’ own files', () => {
  const stripe = vendorOpenApi('stripe.endive-requests.openapi.json')
  it.skipIf(!stripe)('refuse a misspelt parameter of a nested form', () => {
    const to = (requestBody: string) =>
      stripe?.request({ ...posted(requestBody), url: '/v1/checkout/sessions' })
    const good = 'mode=subscription&line_items[0][price]=price_1&line_items[0][quantity]=1'
    expect(to(good)).toEqual([])
    expect(to(good.replace('[quantity]', '[quantitty]'))).toHaveLength(1)
  })

  const dodo = vendorOpenApi('dodo.openapi.patched-sdk2.52-strict.json')
  it.skipIf(!dodo)('refuse a misspelt parameter of a nested body', () => {
    const to = (cart: object) =>
      dodo?.request({
        ...asked({ method: 'POST', url: '/checkouts', requestType: JSON_TYPE }),
        requestBody: JSON.stringify({ product_cart: [cart] }),
      })
    expect(to({ product_id: 'pdt_1', quantity: 1 })).toEqual([])
    expect(to({ product_id: 'pdt_1', quantitty: 1 })).not.toEqual([])
  })

  const large = vendorOpenApi('stripe.endive-subset.from-sdk.openapi.json')
  it.skipIf(!large)('are judged within a second, however large', () => {
    const start = performance.now()
    const body = JSON.stringify({ id: 'sub_1', object: 'subscription' })
    const exchange = asked({ url: '/v1/subscriptions/sub_1', responseBody: body })
    expect(large?.response(exchange)).toContain(
      'GET /v1/subscriptions/sub_1: / must have required property \'items\' {"missingProperty":"items"}',
    )
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
