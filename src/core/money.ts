/** Whole minor units, and the only ways to divide them: one exact product, one rounding. */

/** An amount of one currency in its minor units: 4900 USD is $49.00, 4900 JPY is ¥4900. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/**
 * Whether a number can be an amount: a whole number that doubles hold exactly, up to 2^53 − 1
 * either way.
 */
export function isAmount(value: number): boolean {
  return Number.isSafeInteger(value)
}

/**
 * The nearest integer to a fraction; a half goes away from zero, so a credit rounds as its charge
 * does («Kill Bill: half-up»).
 */
export function roundHalfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  const size = absolute(numerator)
  const parts = absolute(denominator)
  const rounded = (2n * size + parts) / (2n * parts)
  return numerator < 0n === denominator < 0n ? rounded : -rounded
}

/**
 * `amount × numerator / denominator` in minor units: exact, then rounded once, half away from zero.
 * All three are safe integers; anything else, a zero denominator or a result past 2^53 throws a
 * `RangeError`.
 */
export function multiplyDivide(amount: number, numerator: number, denominator: number): number {
  if (isAmount(amount) && isAmount(numerator) && isAmount(denominator) && denominator > 0) {
    const product = amount * numerator
    // A product that doubles can't hold rounds to at least 2^53, so this test never misses one.
    if (isAmount(product)) {
      const quotient = Math.trunc(product / denominator)
      const twice = 2 * (product - quotient * denominator)
      if (twice >= denominator) return quotient + 1
      // Adding 0 turns −0 into 0.
      return twice <= -denominator ? quotient - 1 : quotient + 0
    }
  }
  return multiplyDivideExactly(amount, numerator, denominator)
}

/**
 * Splits an amount into parts in proportion to the weights; the parts always add up to it.
 * Units that do not divide go to the largest remainders, equal ones in order of position
 * («largest remainder»). A negative amount splits like its positive and a weight of 0 gets 0.
 * Weights are whole numbers ≥ 0, at least one above 0; else a `RangeError`.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  assertAmount(amount)
  let total = 0
  for (const weight of weights) {
    assertAmount(weight)
    total += weight
  }
  assertAmount(total)
  if (total <= 0 || weights.some((weight) => weight < 0)) {
    throw new RangeError('Weights are 0 or more, and one is above 0')
  }
  const size = Math.abs(amount)
  const shares = weights.map((weight) => divide(size, weight, total))
  const left = size - shares.reduce((sum, { part }) => sum + part, 0)
  // Sorting is stable: equal remainders stay in order of position.
  const byRemainder = [...shares].sort((a, b) => b.remainder - a.remainder)
  for (const share of byRemainder.slice(0, left)) share.part += 1
  return shares.map(({ part }) => (amount < 0 ? 0 - part : part))
}

/**
 * A percentage of an amount in minor units, for coupons and taxes. `percent` is 12.5 for 12.5 % and
 * may have four decimals, which count exactly; more throw a `RangeError`.
 */
export function percentOf(amount: number, percent: number): number {
  const scaled = Math.round(percent * 10_000)
  if (scaled / 10_000 !== percent) throw new RangeError(`More than four decimals: ${percent} %`)
  return multiplyDivide(amount, scaled, 1_000_000)
}

/** The same in integers of any size; apart, so that the usual case is small enough to inline. */
function multiplyDivideExactly(amount: number, numerator: number, denominator: number): number {
  for (const value of [amount, numerator, denominator]) assertAmount(value)
  const product = BigInt(amount) * BigInt(numerator)
  return assertAmount(Number(roundHalfAwayFromZero(product, BigInt(denominator))))
}

/** `size × weight / total` rounded down, and what is left of it; none is negative. */
function divide(size: number, weight: number, total: number): { part: number; remainder: number } {
  const product = size * weight
  if (isAmount(product)) {
    const part = Math.floor(product / total)
    return { part, remainder: product - part * total }
  }
  const exact = BigInt(size) * BigInt(weight)
  return { part: Number(exact / BigInt(total)), remainder: Number(exact % BigInt(total)) }
}

function assertAmount(value: number): number {
  if (!isAmount(value)) throw new RangeError(`Not a whole amount: ${value}`)
  return value
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
