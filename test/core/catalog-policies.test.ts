import { describe, expect, it } from 'vitest'
import {
  addOn,
  BillingError,
  type CatalogOptions,
  catalog,
  coupon,
  DEFAULT_POLICIES,
  flag,
  limit,
  monthly,
  plan,
  value,
} from '../../src/core/index.ts'

const pro = plan('pro', { price: monthly(49_00, 'USD') })
const policiesOf = (policies: unknown) =>
  catalog({ plans: [pro], policies } as CatalogOptions).policies

/** The message that policies are refused with. */
function messageOf(policies: unknown): string {
  try {
    policiesOf(policies)
  } catch (error) {
    if (BillingError.isInstance(error) && error.code === 'invalid_catalog') return error.message
    throw error
  }
  throw new Error('The policies were accepted')
}

describe('policies', () => {
  it('are the defaults where the app says nothing', () => {
    expect(policiesOf(undefined)).toEqual(DEFAULT_POLICIES)
  })

  it('may be given in part, also inside a group of them', () => {
    const { dunning, reminders, trialEnd } = policiesOf({
      dunning: { graceDays: 3 },
      reminders: { renewalDays: 7 },
    })
    expect(dunning).toEqual({
      retryAfterDays: [1, 3, 5],
      graceDays: 3,
      endAfterDays: 14,
      end: 'cancel',
    })
    expect(reminders).toEqual({ renewalDays: 7, graceEndDays: 2, trialEndDays: 3 })
    expect(trialEnd).toBe('unpaid')
  })

  it('may align to a day of the month', () => {
    expect(policiesOf({ alignment: { dayOfMonth: 31 } }).alignment).toEqual({ dayOfMonth: 31 })
  })

  it.each<[option: string, policies: unknown]>([
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['alignment', { alignment: 'monthly' }],
    ['alignment', { alignment: { dayOfMonth: 0 } }],
    ['alignment', { alignment: { dayOfMonth: 32 } }],
    ['proration.granularity', { proration: { granularity: 'hour' } }],
    ['proration.behavior', { proration: { behavior: 'later' } }],
    ['downgradeFit', { downgradeFit: 'delete' }],
    ['dunning.retryAfterDays', { dunning: { retryAfterDays: [0] } }],
    ['dunning.retryAfterDays', { dunning: { retryAfterDays: [3, 3] } }],
    ['dunning.retryAfterDays', { dunning: { retryAfterDays: [5, 1] } }],
    ['dunning.endAfterDays', { dunning: { retryAfterDays: [1, 15] } }],
    ['dunning.graceDays', { dunning: { graceDays: 15 } }],
    ['dunning.graceDays', { dunning: { graceDays: -1 } }],
    ['dunning.endAfterDays', { dunning: { endAfterDays: 0.5 } }],
    ['dunning.end', { dunning: { end: 'forgive' } }],
    ['pastDue.limits', { pastDue: { limits: 'free' } }],
    ['pastDue.meters', { pastDue: { meters: 'free' } }],
    ['trialEnd', { trialEnd: 'extend' }],
    ['strayPayments', { strayPayments: 'keep' }],
    ['cancelNow', { cancelNow: 'refund' }],
    ['pause', { pause: 'refund' }],
    ['disputes', { disputes: 'ignore' }],
    ['reminders.renewalDays', { reminders: { renewalDays: -1 } }],
    ['reminders.graceEndDays', { reminders: { graceEndDays: 1.5 } }],
    ['reminders.trialEndDays', { reminders: { trialEndDays: 4000 } }],
    ['checkoutHours', { checkoutHours: 0 }],
    ['quoteHours', { quoteHours: 0 }],
    ['renewalSlackHours', { renewalSlackHours: 24 }],
    ['strayPayment', { strayPayment: 'refund' }],
    ['graceDay', { dunning: { graceDay: 3 } }],
  ])('with a wrong %s are refused by that name: %j', (option, policies) => {
    const message = messageOf(policies)
    expect(message.startsWith('policies: ')).toBe(true)
    expect(message).toContain(option)
  })

  it('accept grace up to the end of dunning and a last attempt on its day', () => {
    const dunning = { retryAfterDays: [1, 14], graceDays: 14, endAfterDays: 14 }
    expect(policiesOf({ dunning }).dunning).toEqual({ ...dunning, end: 'cancel' })
  })
})

describe('a catalog that is accepted', () => {
  const projects = limit('projects')
  const model = value('model', ['gemini', 'gpt-4'])
  const sold = catalog({
    plans: [
      plan('free', { default: true, includes: [projects(1), model('gemini')] }),
      plan('pro', { price: monthly(49_00, 'USD'), includes: [projects('unlimited')] }),
    ],
    addOns: [addOn('seats', { price: monthly(5_00, 'USD'), adds: [projects(5), flag('sso')()] })],
    coupons: [coupon('LAUNCH', { percent: 20 })],
    gateways: [{ name: 'bank' }, { name: 'hosted', renewals: 'gateway', amounts: 'session' }],
  })

  it('lists what was declared, in its order', () => {
    expect(sold.planIds).toEqual(['free', 'pro'])
    expect(sold.featureIds).toEqual(['projects', 'model', 'sso'])
    expect(sold.addOnIds).toEqual(['seats'])
    expect(sold.couponIds).toEqual(['LAUNCH'])
  })

  it('finds nothing under the names that every object has', () => {
    for (const id of ['constructor', '__proto__', 'toString']) {
      expect(sold.plans.get(id)).toBeUndefined()
      expect(sold.addOns.get(id)).toBeUndefined()
      expect(sold.coupons.get(id)).toBeUndefined()
      expect(sold.features.get(id)).toBeUndefined()
    }
  })

  it('takes a gateway that says nothing for one that takes exact amounts and lets us renew', () => {
    expect(sold.gateways).toEqual([
      { name: 'bank', renewals: 'billwright', amounts: 'exact', savesMethods: true },
      { name: 'hosted', renewals: 'gateway', amounts: 'session', savesMethods: true },
    ])
  })
})

describe('a billing error', () => {
  it('says what happened, who must act and where', () => {
    const error = new BillingError('refused', 'past_due', 'An invoice is unpaid.', { invoice: '1' })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'BillingError',
      kind: 'refused',
      code: 'past_due',
      message: 'An invoice is unpaid.',
      detail: { invoice: '1' },
    })
  })

  it('can be tried again only when something is unavailable', () => {
    const retryable = (['config', 'refused', 'request', 'unavailable'] as const).map(
      (kind) => new BillingError(kind, 'x', 'x').retryable,
    )
    expect(retryable).toEqual([false, false, false, true])
  })

  it('is recognized by its marker, also from another copy of the package', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('billwright.error')]: true })
    expect(BillingError.isInstance(new BillingError('config', 'x', 'x'))).toBe(true)
    expect(BillingError.isInstance(foreign)).toBe(true)
  })

  it.each([null, undefined, 'BillingError', new Error('x'), { code: 'x', kind: 'config' }])(
    'is not taken for one: %s',
    (other) => {
      expect(BillingError.isInstance(other)).toBe(false)
    },
  )
})
