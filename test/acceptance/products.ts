/** The five products as configuration: no rule of theirs lives in the library. */
import {
  addOn,
  type Catalog,
  catalog,
  coupon,
  days,
  flag,
  limit,
  meter,
  monthly,
  plan,
  value,
  yearly,
} from '../../src/core/index.ts'

/** Who owns the renewal clock: we do, or the gateway. */
export type Clock = 'billwright' | 'gateway'
export const CLOCKS: readonly Clock[] = ['billwright', 'gateway']

/** A gateway that bills by itself may add tax on its page, so its amounts are its own. */
export function gateway(name: string, clock: Clock) {
  return { name, renewals: clock, amounts: clock === 'gateway' ? 'session' : 'exact' } as const
}

const listings = limit('listings')

/** B: business listings, on Paystack unless said. No trial, no free plan. */
export function listingsProduct(at = gateway('paystack', 'billwright')): Catalog {
  return catalog({
    plans: [
      plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(1)] }),
      plan('professional', { price: monthly(99_00, 'USD'), includes: [listings(3)] }),
      plan('enterprise', { price: monthly(199_00, 'USD'), includes: [listings('unlimited')] }),
    ],
    coupons: [coupon('PARTNER20', { percent: 20, duration: { periods: 3 } })],
    policies: {
      // Where the gateway prorates, it counts real days.
      proration: { granularity: at.renewals === 'gateway' ? 'day' : 'day30' },
      downgradeFit: 'choose',
      dunning: { graceDays: 7, endAfterDays: 14 },
    },
    gateways: [at],
  })
}

/** A: a tiered SaaS on Stripe, with a free plan everyone starts on. */
export function tieredProduct(clock: Clock): Catalog {
  return catalog({
    plans: [
      plan('free', { default: true, rank: 0 }),
      plan('essential', { rank: 1, price: [monthly(19_00, 'USD'), yearly(190_00, 'USD')] }),
      plan('premium', { rank: 2, price: [monthly(49_00, 'USD'), yearly(490_00, 'USD')] }),
    ],
    policies: { proration: { granularity: 'second' } },
    gateways: [gateway('stripe', clock)],
  })
}

const members = limit('members')
const projects = limit('projects')

/** C: organizations on PayMongo, billed in centavos; a downgrade that does not fit is refused. */
export function organizationsProduct(): Catalog {
  const trial = days(14)
  return catalog({
    plans: [
      plan('starter', {
        price: monthly(499_00, 'PHP'),
        trial,
        includes: [members(3), projects(10)],
      }),
      plan('team', {
        price: monthly(1_499_00, 'PHP'),
        trial,
        includes: [members(10), projects(50)],
      }),
      plan('business', {
        price: monthly(4_999_00, 'PHP'),
        trial,
        includes: [members(50), projects('unlimited')],
      }),
    ],
    addOns: [addOn('five_seats', { price: monthly(299_00, 'PHP'), adds: [members(5)] })],
    policies: { proration: { granularity: 'day' }, downgradeFit: 'refuse' },
    gateways: [gateway('paymongo', 'billwright')],
  })
}

const queries = meter('queries')
const model = value('model', ['gemini', 'gpt-3.5', 'gpt-4'])
const maxTokens = value('maxTokens', [800, 1200, 2000])
const historyDays = value('historyDays', [7, 30, 'unlimited'])
const fixSuggestions = flag('fixSuggestions')
const codeExamples = flag('codeExamples')
const advancedAnalysis = flag('advancedAnalysis')
const team = flag('team')
const prioritySupport = flag('prioritySupport')

/** D: an AI error analyser on Dodo Payments. Plans carry values, not only limits. */
export function analyserProduct(clock: Clock): Catalog {
  const paid = [fixSuggestions(), codeExamples(), advancedAnalysis()]
  return catalog({
    plans: [
      plan('free', {
        default: true,
        includes: [queries(50), model('gemini'), maxTokens(800), historyDays(7)],
      }),
      plan('pro', {
        price: monthly(2_00, 'USD'),
        includes: [
          queries('unlimited'),
          model('gpt-3.5'),
          maxTokens(1200),
          historyDays(30),
          ...paid,
        ],
      }),
      plan('team', {
        price: monthly(8_00, 'USD'),
        includes: [
          queries('unlimited'),
          model('gpt-4'),
          maxTokens(2000),
          historyDays('unlimited'),
          ...paid,
          team(),
          prioritySupport(),
        ],
      }),
    ],
    gateways: [gateway('dodo', clock)],
  })
}

const sms = meter('sms')

/** E: a billing page on Stripe with plans and a meter of text messages, without a free plan. */
export function billingPageProduct(clock: Clock): Catalog {
  return catalog({
    plans: [
      plan('starter', { price: monthly(29_00, 'USD'), quantity: {}, includes: [sms(500)] }),
      plan('growth', { price: monthly(79_00, 'USD'), quantity: {}, includes: [sms(2_000)] }),
    ],
    addOns: [addOn('more_sms', { price: monthly(10_00, 'USD'), adds: [sms(1_000)] })],
    coupons: [coupon('LAUNCH20', { percent: 20 })],
    gateways: [gateway('stripe', clock)],
  })
}
