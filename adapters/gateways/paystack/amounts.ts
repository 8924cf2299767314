/** Amounts as Paystack writes them: a hundred to the unit in every currency, XOF among them. */
import { minorUnits } from 'billwright/core'
import { CAPABILITIES } from './capabilities.ts'

/** Ten million units are the most that one transaction may take. */
const MAXIMUM = 10_000_000 * 100

export function toPaystack(amount: number, currency: string): number {
  return amount * scaleOf(currency)
}

/** A fraction of a unit that does not exist is left out, as Paystack does. */
export function fromPaystack(amount: number, currency: string): number {
  return Math.floor(amount / scaleOf(currency))
}

/** Why an amount cannot be asked for, or `null`. */
export function amountRefusal(amount: number, currency: string): string | null {
  const minimum = CAPABILITIES.minimum[currency]
  if (minimum === undefined) return 'currency_not_supported'
  if (amount < minimum) return 'amount_below_minimum'
  return toPaystack(amount, currency) > MAXIMUM ? 'amount_above_maximum' : null
}

function scaleOf(currency: string): number {
  return 10 ** (2 - minorUnits(currency))
}
