/** Organizations, the error analyser and the billing page as their apps declare them. */
import type { Product } from '../../support/shop.ts'
import { addOn, coupon, days, flag, limit, meter, monthly, plan, value } from 'billwright'

/** Who works in an organization, and what they may do there. */
export type Roles = Readonly<Record<string, Readonly<Record<string, 'billing' | 'member'>>>>

/** Ana pays for the first organization and Ben works there; Zoe pays for the second. */
const ROLES: Roles = { org_1: { ana: 'billing', ben: 'member' }, org_2: { zoe: 'billing' } }

const members = limit('members')
const projects = limit('projects')
const trial = days(14)

/** C: organizations, billed in centavos; a downgrade that does not fit is refused. */
export function organizationsProduct(roles: Roles = ROLES): Product {
  return {
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
    proration: { granularity: 'day' },
    downgradeFit: 'refuse',
    authorize({ identity: { id }, customer, action }) {
      if (id === 'operator') return true
      const role = roles[customer]?.[id]
      return action === 'read' ? role !== undefined : action === 'manage' && role === 'billing'
    },
  }
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

/** D: an AI error analyser with a free plan. Plans carry values, not only limits; pages count queries. */
export function analyserProduct(): Product {
  const paid = [fixSuggestions(), codeExamples(), advancedAnalysis()] as const
  const unlimited = queries('unlimited')
  const priority = [team(), prioritySupport()] as const
  const best = [model('gpt-4'), maxTokens(2000), historyDays('unlimited')] as const
  return {
    plans: [
      plan('free', {
        default: true,
        includes: [queries(50), model('gemini'), maxTokens(800), historyDays(7)],
      }),
      plan('pro', {
        price: monthly(2_00, 'USD'),
        includes: [unlimited, model('gpt-3.5'), maxTokens(1200), historyDays(30), ...paid],
      }),
      plan('team', {
        price: monthly(8_00, 'USD'),
        includes: [unlimited, ...best, ...paid, ...priority],
      }),
    ],
    http: { usageWrites: true },
    authorize: ({ identity }) => identity.id === 'operator',
  }
}

const sms = meter('sms')

/** E: a billing page with two plans and a meter of text messages, without a free plan. */
export function billingPageProduct(): Product {
  return {
    plans: [
      plan('starter', { price: monthly(29_00, 'USD'), quantity: {}, includes: [sms(500)] }),
      plan('growth', { price: monthly(79_00, 'USD'), quantity: {}, includes: [sms(2_000)] }),
    ],
    addOns: [addOn('more_sms', { price: monthly(10_00, 'USD'), adds: [sms(1_000)] })],
    coupons: [coupon('LAUNCH20', { percent: 20 })],
    authorize: ({ identity }) => identity.id === 'operator',
  }
}
