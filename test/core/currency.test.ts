import { describe, expect, it } from 'vitest'
import { isCurrency, minorUnits } from '../../src/core/currency.ts'

/** The list of ISO 4217, written out: a second source for the table that ships compressed. */
const BY_DIGITS: Readonly<Record<number, string>> = {
  0: `BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XAG XAU XBA XBB XBC XBD XDR XOF
      XPD XPF XPT XSU XTS XUA XXX`,
  2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN
      BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP
      GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
      LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK
      NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
      STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
      YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const listed = Object.entries(BY_DIGITS).flatMap(([digits, codes]) =>
  codes.split(/\s+/).map((code) => [code, Number(digits)] as const),
)

describe('minorUnits', () => {
  it('has the digits of ISO 4217 for every code', () => {
    expect(listed.map(([code]) => [code, minorUnits(code)])).toEqual(listed)
  })

  it('does not follow Intl, which has other digits for 18 codes', () => {
    const two = 'AFN ALL COP HUF IDR IRR KPW LAK LBP MGA MMK PKR SOS SYP YER'.split(' ')
    expect(two.map(minorUnits)).toEqual(two.map(() => 2))
    expect(['IQD', 'XDR', 'XSU'].map(minorUnits)).toEqual([3, 0, 0])
  })

  it.each(['ABC', 'usd', 'US', 'USDD', '', '__proto__'])('refuses %j and names it', (code) => {
    expect(isCurrency(code)).toBe(false)
    expect(() => minorUnits(code)).toThrow(new RangeError(`Not an ISO 4217 currency: ${code}`))
  })
})

describe('isCurrency', () => {
  it('knows exactly the codes of the list', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))
    expect(all.filter(isCurrency)).toEqual(listed.map(([code]) => code).sort())
  })
})
