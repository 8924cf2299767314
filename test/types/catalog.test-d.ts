/** Ids are literal types everywhere: a name that was not declared does not compile. */
import { describe, expectTypeOf, it } from 'vitest'
import {
  type AddOn,
  addOn,
  type Catalog,
  type Coupon,
  catalog,
  coupon,
  days,
  type Entitlement,
  emptyAccount,
  entitlements,
  flag,
  instant,
  limit,
  meter,
  monthly,
  type Plan,
  type PlanAction,
  plan,
  planActions,
  value,
} from '../../src/core/index.ts'

const projects = limit('projects')
const queries = meter('queries')
const model = value('model', ['gemini', 'gpt-4'])
const sso = flag('sso')

const sold = catalog({
  plans: [
    plan('free', { default: true, includes: [projects(1), model('gemini')] }),
    plan('pro', {
      price: [monthly(49_00, 'USD')],
      trial: days(14),
      includes: [projects('unlimited'), queries(50), model('gpt-4')],
    }),
  ],
  addOns: [addOn('seats', { price: monthly(5_00, 'USD'), adds: [projects(5), sso()] })],
  coupons: [coupon('LAUNCH', { percent: 20 }), coupon('GIFT', { percent: 100 })],
})
const account = emptyAccount('customer')
const now = instant('2025-10-14')

describe('a catalog', () => {
  it('F-01 knows its ids as literal types', () => {
    expectTypeOf(sold.planIds).toEqualTypeOf<readonly ('free' | 'pro')[]>()
    expectTypeOf(sold.addOnIds).toEqualTypeOf<readonly 'seats'[]>()
    expectTypeOf(sold.couponIds).toEqualTypeOf<readonly ('LAUNCH' | 'GIFT')[]>()
  })

  it('knows the features of plans and of add-ons', () => {
    expectTypeOf(sold.featureIds).toEqualTypeOf<
      readonly ('projects' | 'queries' | 'model' | 'sso')[]
    >()
  })

  it('has no add-ons and coupons when none are declared', () => {
    const bare = catalog({ plans: [plan('free', { default: true, includes: [sso()] })] })
    expectTypeOf(bare).toEqualTypeOf<Catalog<'free', 'sso', never, never>>()
    // @ts-expect-error no such feature
    entitlements(account, {}, now, bare).get('projects')
  })

  it('has no features when its plans include none', () => {
    const bare = catalog({ plans: [plan('free', { default: true })] })
    expectTypeOf(bare.featureIds).toEqualTypeOf<readonly never[]>()
  })

  it('that is put together at run time knows its ids as strings', () => {
    const plans: readonly Plan[] = [plan('free', { default: true })]
    expectTypeOf(catalog({ plans }).planIds).toEqualTypeOf<readonly string[]>()
    expectTypeOf(catalog({ plans }).featureIds).toEqualTypeOf<readonly string[]>()
  })

  it('can be handed to whatever takes any catalog', () => {
    expectTypeOf(sold).toExtend<Catalog>()
  })
})

describe('a declaration', () => {
  it('keeps its id and its features', () => {
    expectTypeOf(plan('pro', { includes: [projects(1), sso()] })).toEqualTypeOf<
      Plan<'pro', 'projects' | 'sso'>
    >()
    expectTypeOf(addOn('seats', { price: monthly(1, 'USD'), adds: [projects(1)] })).toEqualTypeOf<
      AddOn<'seats', 'projects'>
    >()
    expectTypeOf(coupon('GIFT', { percent: 100 })).toEqualTypeOf<Coupon<'GIFT'>>()
    expectTypeOf(projects.id).toEqualTypeOf<'projects'>()
  })

  it('takes only the values that a feature lists', () => {
    expectTypeOf(model).parameter(0).toEqualTypeOf<'gemini' | 'gpt-4'>()
    // @ts-expect-error no such model
    model('gpt-9')
  })

  it('takes numbers or «unlimited» where things are counted', () => {
    expectTypeOf(projects).parameter(0).toEqualTypeOf<number | 'unlimited'>()
    // @ts-expect-error a limit is a number
    projects('many')
    // @ts-expect-error a flag is given or not
    sso(true)
  })

  it('has no options of its own making', () => {
    // @ts-expect-error the option is called price
    plan('pro', { prize: monthly(1, 'USD') })
    // @ts-expect-error the policy is called strayPayments
    catalog({ plans: [plan('pro')], policies: { strayPayment: 'refund' } })
    // @ts-expect-error no such policy for trials
    catalog({ plans: [plan('pro')], policies: { trialEnd: 'extend' } })
  })
})

describe('the answers', () => {
  const rights = entitlements(account, {}, now, sold)

  it('are asked for by the name of a feature', () => {
    expectTypeOf(rights.get).parameter(0).toEqualTypeOf<'projects' | 'queries' | 'model' | 'sso'>()
    expectTypeOf(rights.get('projects')).toEqualTypeOf<Entitlement>()
    expectTypeOf(rights.check)
      .parameter(0)
      .toEqualTypeOf<'projects' | 'queries' | 'model' | 'sso'>()
    // @ts-expect-error no such feature
    rights.get('seats')
    // @ts-expect-error no such feature
    rights.check('project')
  })

  it('name plans by their literal ids, row by row', () => {
    const rows = planActions(account, {}, now, sold)
    expectTypeOf(rows).toEqualTypeOf<readonly PlanAction<'free' | 'pro'>[]>()
    for (const { plan: id } of rows) expectTypeOf(id).toEqualTypeOf<'free' | 'pro'>()
    // @ts-expect-error no such plan
    rows.filter(({ plan: id }) => id === 'gold')
  })
})
