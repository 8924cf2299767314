/** Ids are literal types in every verb: a misspelt plan does not compile. */
import { assertType, describe, expectTypeOf, it } from 'vitest'
import { addOn, billing, limit, meter, monthly, plan, type Storage } from '../../src/index.ts'

declare const storage: Storage

const [projects, queries] = [limit('projects'), meter('queries')]
const bill = billing({
  plans: [
    plan('free', { default: true, includes: [queries(50)] }),
    plan('pro', { price: monthly(49_00, 'USD'), includes: [projects(3)] }),
  ],
  addOns: [addOn('seats', { price: monthly(5_00, 'USD'), adds: [projects(1)] })],
  storage,
})

describe('F-01 the verbs of a bill', () => {
  it('take the plans, features and add-ons that were declared', () => {
    assertType(bill.subscribe('joe', 'pro', { addOns: { seats: 2 } }))
    assertType(bill.use('joe', 'queries'))
    assertType(bill.addOn('joe', 'seats', 1))
  })

  it('take no others', () => {
    // @ts-expect-error no such plan
    assertType(bill.subscribe('joe', 'professional'))
    // @ts-expect-error no such feature
    assertType(bill.check('joe', 'seats'))
    // @ts-expect-error no such add-on
    assertType(bill.addOn('joe', 'projects', 1))
  })

  it('answer with the same ids', async () => {
    const status = await bill.status('joe')
    expectTypeOf(status.plan).toEqualTypeOf<'free' | 'pro' | null>()
  })
})
