/** An exact fraction in lowest terms; its text is `3/4`, or `2` for a whole number. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
  toString(): string
}

export const ZERO = fraction(0, 1)

export function fraction(numerator: number, denominator: number): Fraction {
  const divisor = commonDivisor(numerator, denominator)
  const [n, d] = [numerator / divisor, denominator / divisor]
  return { numerator: n, denominator: d, toString: () => (d === 1 ? `${n}` : `${n}/${d}`) }
}

export function add(a: Fraction, b: Fraction): Fraction {
  return fraction(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
  )
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
