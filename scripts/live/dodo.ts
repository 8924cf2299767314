/** Dodo Payments, as the adapter asks it. It sells a product that the dashboard has. */
import type { LiveGateway } from './live-gateway.ts'
import { dodoEmulator } from '../../adapters/gateways/dodo/emulator/dodo-emulator.ts'

const PRODUCT = 'DODO_TEST_PRODUCT'

export const dodo: LiveGateway = {
  name: 'dodo',
  // Keys of Dodo do not say their mode: live ones are unknown at this address.
  url: 'https://test.dodopayments.com',
  variables: ['DODO_TEST_API_KEY', PRODUCT],
  isTestKey: (key) => !/^(?:[a-z]+_)?live/i.test(key),
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  encoding: 'json',
  calls: [
    {
      name: 'customer',
      method: 'POST',
      path: () => '/customers',
      body: ({ run }) => ({ email: `${run}@example.com`, name: 'Live check', metadata: { run } }),
    },
    {
      name: 'customers by e-mail',
      method: 'GET',
      path: ({ run }) => `/customers?email=${run}%40example.com`,
    },
    {
      name: 'checkout',
      method: 'POST',
      path: () => '/checkouts',
      body: ({ text, run, env }) => ({
        product_cart: [{ product_id: env[PRODUCT], quantity: 1, addons: [] }],
        customer: { customer_id: text('customer', 'customer_id') },
        ...{ return_url: 'https://app.example/back', metadata: { run } },
      }),
    },
    {
      name: 'subscriptions',
      method: 'GET',
      path: ({ text }) => `/subscriptions?customer_id=${text('customer', 'customer_id')}`,
    },
    {
      name: 'payments',
      method: 'GET',
      path: ({ text }) => `/payments?customer_id=${text('customer', 'customer_id')}`,
    },
    {
      name: 'a subscription that is not there',
      method: 'GET',
      path: () => '/subscriptions/sub_none',
    },
  ],
  emulate(env) {
    const interval = { unit: 'month', count: 1 } as const
    const product = { id: env[PRODUCT] ?? '', name: 'Pro', price: 1000, currency: 'USD', interval }
    const { url, fetch, close } = dodoEmulator({ products: [product] })
    return { url, fetch, close, key: 'test-check-key' }
  },
}
