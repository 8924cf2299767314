/** Amounts as Paystack writes them: a hundred to the unit, also where a currency has no such part. */
import type { Settings } from './options.ts'
import { minorUnits } from 'billwright/core'
import { HELD_BACK, type XofExponent } from './capabilities.ts'

/** The documentation says hundredths in every currency. */
export const DOCUMENTED_XOF: XofExponent = 2

/** Ten million units are the most that one transaction may take. */
const MOST_UNITS = 10_000_000

export function toPaystack(amount: number, currency: string, xof: XofExponent | null): number {
  return amount * scaleOf(currency, xof)
}

/** A fraction of a unit that does not exist is left out, as Paystack does. */
export function fromPaystack(amount: number, currency: string, xof: XofExponent | null): number {
  return Math.floor(amount / scaleOf(currency, xof))
}

/** Why an amount cannot be asked for, or `null`. */
export function amountRefusal(
  { capabilities }: Pick<Settings, 'capabilities'>,
  amount: number,
  currency: string,
): string | null {
  const minimum = capabilities.minimum[currency]
  if (minimum === undefined)
    return HELD_BACK[currency] === undefined ? 'currency_not_supported' : 'currency_unconfirmed'
  if (amount < minimum) return 'amount_below_minimum'
  return amount > MOST_UNITS * 10 ** minorUnits(currency) ? 'amount_above_maximum' : null
}

function scaleOf(currency: string, xof: XofExponent | null): number {
  const decimals = currency === 'XOF' ? (xof ?? DOCUMENTED_XOF) : 2
  return 10 ** (decimals - minorUnits(currency))
}
