/** Currencies of ISO 4217 and how many decimal digits they have. */

/**
 * The codes by number of digits: 0, 1, 2, 3, 4. A group is a first letter and the pairs that follow
 * it: `AEDFN` is AED and AFN. Units without minor units (gold, XXX) have 0; codes withdrawn of
 * late stay, since invoices in them may be open.
 * Shipped because `Intl` follows CLDR, which has another number for 18 codes (HUF, IQD, PKR …).
 */
const CODES = [
  'BIF CLP DJF GNF ISK JPY KMFRW PYG RWF UGXYI VNDUV XAFAGAUBABBBCBDDROFPDPFPTSUTSUAXX',
  '',
  'AEDFNLLMDNGOARSUDWGZN BAMBDDTGNMDNDOBOVRLSDTNWPYNZD CADDFHEHFHWNYOPOURCUCUPVEZK ' +
    'DKKOPZD EGPRNTBUR FJDKP GBPELHSIPMDTQYD HKDNLTGUF IDRLSNRRR JMD KESGSHRPWYDZT ' +
    'LAKBPKRRDSL MADDLGAKDMKNTOPRUURVRWKXNXVYRZN NADGNIOOKPRZD PABENGKHPKRLN QAR RONSDUB ' +
    'SARBDCRDGEKGDHPLEOSRDSPTNVCYPZL THBJSMTOPRYTDWDZS UAHSDSNYUZS VEDES WST XADCDCG YER ' +
    'ZARMWWG',
  'BHD IQD JOD KWD LYD OMR TND',
  'CLF UYW',
]

const DIGITS = new Map(
  CODES.flatMap((groups, digits) =>
    groups
      .split(' ')
      .flatMap(([letter = '', ...rest]) =>
        (rest.join('').match(/../g) ?? []).map((pair) => [letter + pair, digits] as const),
      ),
  ),
)

/** Whether a text is an ISO 4217 code, in capitals. */
export function isCurrency(code: string): boolean {
  return DIGITS.has(code)
}

/**
 * Decimal digits of a currency: 2 for USD, 0 for JPY, 3 for KWD. An unknown code throws a
 * `RangeError`: no amount in it could be trusted.
 */
export function minorUnits(currency: string): number {
  const digits = DIGITS.get(currency)
  if (digits === undefined) throw new RangeError(`Not an ISO 4217 currency: ${currency}`)
  return digits
}
