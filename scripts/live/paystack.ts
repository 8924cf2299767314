/** Paystack, as the adapter asks it: a page, its transaction, and what is listed of it. */
import type { LiveGateway } from './live-gateway.ts'
import {
  PAYSTACK_EMULATOR_KEY,
  paystackEmulator,
} from '../../adapters/gateways/paystack/testing.ts'

export const paystack: LiveGateway = {
  name: 'paystack',
  url: 'https://api.paystack.co',
  variables: ['PAYSTACK_SECRET_KEY'],
  isTestKey: (key) => key.startsWith('sk_test_'),
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  encoding: 'json',
  calls: [
    {
      name: 'checkout',
      method: 'POST',
      path: () => '/transaction/initialize',
      body: ({ run }) => ({
        ...{ email: `${run}@example.com`, amount: '500000', currency: 'NGN', reference: run },
        ...{ callback_url: 'https://app.example/back', channels: ['card'] },
        metadata: JSON.stringify({ run, custom_filters: { recurring: true } }),
      }),
    },
    {
      name: 'a reference that is taken',
      method: 'POST',
      path: () => '/transaction/initialize',
      body: ({ run }) => ({ email: `${run}@example.com`, amount: '500000', reference: run }),
    },
    {
      name: 'transaction',
      method: 'GET',
      path: ({ text }) => `/transaction/verify/${text('checkout', 'data.reference')}`,
    },
    {
      name: 'a transaction that is not there',
      method: 'GET',
      path: ({ run }) => `/transaction/verify/${run}-none`,
    },
    { name: 'refunds', method: 'GET', path: () => '/refund?perPage=1&page=1' },
    { name: 'disputes', method: 'GET', path: () => '/dispute?perPage=1&page=1' },
  ],
  emulate() {
    const { url, fetch, close } = paystackEmulator()
    return { url, fetch, close, key: PAYSTACK_EMULATOR_KEY }
  },
}
