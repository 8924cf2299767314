/** Stripe, as the adapter asks it: a customer, a price, a page, and what is read again. */
import type { LiveGateway } from './live-gateway.ts'
import { stripeEmulator } from '../../adapters/gateways/stripe/testing.ts'

const KEY = 'sk_test_live_check'

export const stripe: LiveGateway = {
  name: 'stripe',
  url: 'https://api.stripe.com',
  variables: ['STRIPE_SECRET_KEY'],
  isTestKey: (key) => /^[sr]k_test_/.test(key),
  headers: (key) => ({
    authorization: `Bearer ${key}`,
    'stripe-version': '2026-10-28.endive',
  }),
  encoding: 'form',
  calls: [
    {
      name: 'customer',
      method: 'POST',
      path: () => '/v1/customers',
      body: ({ run }) => ({ email: `${run}@example.com`, metadata: { run } }),
    },
    {
      name: 'customer again',
      method: 'GET',
      path: ({ text }) => `/v1/customers/${text('customer', 'id')}`,
    },
    {
      name: 'product',
      method: 'POST',
      path: () => '/v1/products',
      body: ({ run }) => ({ name: `Live check ${run}` }),
    },
    {
      name: 'price',
      method: 'POST',
      path: () => '/v1/prices',
      body: ({ text, run }) => ({
        product: text('product', 'id'),
        ...{ currency: 'usd', unit_amount: 1000, lookup_key: run },
        recurring: { interval: 'month' },
      }),
    },
    {
      name: 'prices by lookup key',
      method: 'GET',
      path: ({ run }) => `/v1/prices?lookup_keys[0]=${run}&active=true`,
    },
    {
      name: 'checkout',
      method: 'POST',
      path: () => '/v1/checkout/sessions',
      body: ({ text, run }) => ({
        ...{ mode: 'subscription', customer: text('customer', 'id'), client_reference_id: run },
        line_items: [{ price: text('price', 'id'), quantity: 1 }],
        ...{ success_url: 'https://app.example/back', metadata: { run } },
        subscription_data: { metadata: { run }, billing_mode: { type: 'flexible' } },
      }),
    },
    {
      name: 'checkout again',
      method: 'GET',
      path: ({ text }) => `/v1/checkout/sessions/${text('checkout', 'id')}`,
    },
    {
      name: 'subscriptions',
      method: 'GET',
      path: ({ text }) => `/v1/subscriptions?status=all&customer=${text('customer', 'id')}`,
    },
    {
      name: 'a subscription that is not there',
      method: 'GET',
      path: () => '/v1/subscriptions/sub_none',
    },
    {
      name: 'checkout given up',
      method: 'POST',
      path: ({ text }) => `/v1/checkout/sessions/${text('checkout', 'id')}/expire`,
    },
  ],
  emulate() {
    const { url, fetch, close } = stripeEmulator()
    return { url, fetch, close, key: KEY }
  },
}
