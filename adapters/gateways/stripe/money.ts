/**
 * Amounts as Stripe's API takes them. Its exponents follow ISO 4217 but for a few currencies, which is
 * why an adapter has a table of its own.
 */
import type { GatewayCapabilities } from 'billwright'

/** ISO has no decimals for these, the API two: whole units times a hundred. */
const TIMES_100 = new Set(['ISK', 'UGX'])
/** ISO has two decimals, the API none. */
const WHOLE = new Set(['MGA'])

/** Our minor units in Stripe's, or `null` for an amount that Stripe cannot express. */
export function toStripe(amount: number, currency: string): number | null {
  if (TIMES_100.has(currency)) return amount * 100
  if (!WHOLE.has(currency)) return amount
  return amount % 100 === 0 ? amount / 100 : null
}

/** Stripe's amount in our minor units. */
export function fromStripe(amount: number, currency: string): number {
  if (TIMES_100.has(currency)) return Math.round(amount / 100)
  return WHOLE.has(currency) ? amount * 100 : amount
}

/** ISO 4217, from Stripe's lower case. */
export function currencyOf(code: string | null): string {
  return (code ?? '').toUpperCase()
}

/** Smallest charges, as Stripe publishes them; it converts to the settlement currency before it looks. */
export const MINIMUM: GatewayCapabilities['minimum'] = {
  ...{ USD: 50, EUR: 50, GBP: 30, AUD: 50, CAD: 50, CHF: 50, NZD: 50, SGD: 50, BRL: 50 },
  ...{ AED: 200, BGN: 100, CZK: 1500, DKK: 250, HKD: 400, HUF: 17_500, INR: 50, JPY: 50 },
  ...{ MXN: 1000, MYR: 200, NOK: 300, PLN: 200, RON: 200, SEK: 300, THB: 1000 },
}
