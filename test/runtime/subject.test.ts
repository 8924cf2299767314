/** Whose a gateway's word is: our own references and the claims that accounts hold. */
import { describe, expect, it } from 'vitest'
import { gatewayClaim, kindOfClaim, trialClaim } from '../../src/runtime/claims.ts'
import { accountOfReference, subjectOf } from '../../src/runtime/subject.ts'

describe('our references', () => {
  it.each([
    ['ada.inv3', 'ada'],
    ['ada.chk12', 'ada'],
    ['org.eu.sub1', 'org.eu'],
    ['a%2Fb.inv1', 'a/b'],
    ['a%20.inc1', 'a '],
  ])('%s belongs to %j', (reference, account) => {
    expect(accountOfReference(reference)).toBe(account)
  })

  it.each(['', 'ada', 'ada.', '.inv1', 'ada.inv', 'ada.inv1x', 'ada.foo1', 'ada.INV1', '%E0.inv1'])(
    '%j is none of ours',
    (reference) => {
      expect(accountOfReference(reference)).toBeNull()
    },
  )
})

describe('the subject of a delivery', () => {
  const observation = { subscription: 'sub_1' } as never
  const observed = { type: 'subscription.observed', gateway: 'sandbox', observation } as const

  it('is the account of a reference before any claim', () => {
    const expired = { type: 'checkout.expired', gateway: 'sandbox', reference: 'ada.chk1' } as const
    expect(subjectOf('sandbox', { events: [observed, expired] })).toEqual({ account: 'ada' })
  })

  it('B13 is looked up by claims of the gateway that sent it and of no other', () => {
    const subject = subjectOf('sandbox', { events: [observed] })
    expect(subject).toEqual({ claims: ['gateway/sandbox/subscription/sub_1'] })
    expect(subjectOf('other', { events: [observed] })).not.toEqual(subject)
  })

  it('is nobody when nothing says whose it is', () => {
    expect(subjectOf('sandbox', { events: [] })).toBeNull()
  })
})

it('a claim tells what it is about', () => {
  expect(kindOfClaim(gatewayClaim('sandbox', { kind: 'method', id: 'pm/1' }))).toBe('method')
  expect(kindOfClaim(trialClaim('gateway/x/payment/1'))).toBe('trial')
})
