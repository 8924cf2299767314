/** The app's billing module as `billwright doctor --app` loads it; it goes on working until it is ended. */
import { billing, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { stripe } from 'billwright/stripe'

export const bill = billing({
  plans: [plan('free', { default: true }), plan('pro', { price: monthly(49_00, 'USD') })],
  gateways: [
    stripe({
      secretKey: process.env.STRIPE_SECRET_KEY ?? '',
      webhookSecret: process.env.STRIPE_WEBHOOK_SECRET ?? '',
      baseUrl: process.env.STRIPE_URL ?? '',
    }),
  ],
  storage: memory(),
})

/** Some apps make it when it is asked for. */
export const openBill = async () => bill

export const port = 3000

setInterval(() => {}, 1000)
