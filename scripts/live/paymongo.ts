/** PayMongo, as the adapter asks it: a page is opened, read, and closed. */
import type { LiveGateway } from './live-gateway.ts'
import { paymongoEmulator } from '../../adapters/gateways/paymongo/emulator/paymongo-emulator.ts'

export const paymongo: LiveGateway = {
  name: 'paymongo',
  url: 'https://api.paymongo.com',
  variables: ['PAYMONGO_SECRET_KEY'],
  isTestKey: (key) => key.startsWith('sk_test_'),
  headers: (key) => ({ authorization: `Basic ${btoa(`${key}:`)}` }),
  encoding: 'json',
  calls: [
    {
      name: 'checkout',
      method: 'POST',
      path: () => '/v1/checkout_sessions',
      body: ({ run }) => ({
        data: {
          attributes: {
            line_items: [{ name: 'Live check', amount: 10_000, currency: 'PHP', quantity: 1 }],
            payment_method_types: ['card'],
            ...{ success_url: 'https://app.example/back', reference_number: run },
            ...{ metadata: { run }, description: 'Live check', send_email_receipt: false },
          },
        },
      }),
    },
    {
      name: 'checkout again',
      method: 'GET',
      path: ({ text }) => `/v1/checkout_sessions/${text('checkout', 'data.id')}`,
    },
    { name: 'payments', method: 'GET', path: () => '/v1/payments?limit=1' },
    {
      name: 'a checkout that is not there',
      method: 'GET',
      path: () => '/v1/checkout_sessions/cs_none',
    },
    {
      name: 'checkout closed',
      method: 'POST',
      path: ({ text }) => `/v1/checkout_sessions/${text('checkout', 'data.id')}/expire`,
    },
  ],
  emulate() {
    const { url, fetch, close } = paymongoEmulator()
    return { url, fetch, close, key: 'sk_test_livecheck' }
  },
}
