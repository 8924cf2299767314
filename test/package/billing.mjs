/** An app's billing module, for the command line as it was built. */
import { billing, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { stripe } from 'billwright/stripe'

export const bill = billing({
  plans: [plan('free', { default: true }), plan('pro', { price: monthly(49_00, 'USD') })],
  gateways: [
    stripe({
      secretKey: 'sk_test_built_package',
      webhookSecret: 'whsec_built_package_0000000000',
      baseUrl: process.env.STRIPE_URL,
    }),
  ],
  storage: memory(),
})
