import { describe, expect, it } from 'vitest'
import { entitlements, instant } from '../../../src/core/index.ts'
import { given, type World } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  NATIVE,
  requestKey,
  tieredSaas,
  vendorShows,
} from './products.ts'

const OCT_14 = '2025-10-14'
const NOV_14 = '2025-11-14'

const professional = () => customerOn(listingSite(), 'professional', OCT_14).at('2025-10-20')
const down = { type: 'change_plan', plan: 'basic' } as const
const scheduled = (customer: World) => customer.subscription().pendingChange?.terms.plan ?? null

describe('a downgrade', () => {
  it('B-10 is scheduled for the next billing date and asks for no money', () => {
    const customer = professional()
    const { events, effects } = customer.do(down)
    expect(events.map(({ type }) => type)).toEqual(['subscription.change_scheduled'])
    expect(effects.map(({ kind }) => kind)).toEqual(['notice.send'])
    const { plan, pendingChange } = customer.subscription()
    expect([plan, dateOf(pendingChange?.at ?? null)]).toEqual(['professional', NOV_14])
  })

  it('B-10 charges the lower price at the next billing date and pays nothing back', () => {
    const customer = professional()
    customer.do(down)
    customer.at(NOV_14)
    expect(customer.asked()).toMatchObject({ amount: 49_00 })
    customer.pay()
    const { plan, pendingChange, anchor, period } = customer.subscription()
    expect([plan, pendingChange, dateOf(anchor)]).toEqual(['basic', null, OCT_14])
    expect([period.start, period.end].map(dateOf)).toEqual([NOV_14, '2025-12-14'])
    expect(customer.account.credit).toEqual({})
    expect(asked(customer.effects, 'payment.refund')).toEqual([])
  })

  it('I16 never applies a moment before the period ends', () => {
    const customer = professional()
    customer.do(down)
    customer.at('2025-11-13T23:59:59.999Z')
    expect(customer.subscription().plan).toBe('professional')
    customer.at(NOV_14)
    expect(customer.subscription().plan).toBe('basic')
  })

  it('I16 is dated at the boundary and counts for every period after it when the worker comes late', () => {
    const customer = professional()
    customer.do(down)
    customer.at('2026-01-20')
    expect(happened(customer, 'subscription.changed').map(({ at }) => dateOf(at))).toEqual([NOV_14])
    const bills = happened(customer, 'invoice.opened').slice(1)
    expect(bills.map(({ opened }) => [dateOf(opened.dueAt), opened.due])).toEqual([
      [NOV_14, 49_00],
      ['2025-12-14', 49_00],
      ['2026-01-14', 49_00],
    ])
  })

  it('gives the limits of the lower plan from the boundary on, whether or not a job has run', () => {
    const customer = professional()
    customer.do(down)
    const limitAt = (time: string) =>
      entitlements(customer.account, {}, instant(time), listingSite()).get('listings').limit
    expect([limitAt('2025-11-13'), limitAt(NOV_14)]).toEqual([3, 1])
  })

  it('I17 lets the last one win', () => {
    const customer = customerOn(listingSite(), 'enterprise', OCT_14)
    customer.do({ type: 'change_plan', plan: 'professional' })
    customer.do({ type: 'change_plan', plan: 'basic' })
    expect(scheduled(customer)).toBe('basic')
    customer.at(NOV_14)
    expect(customer.asked()).toMatchObject({ amount: 49_00 })
    expect(happened(customer, 'subscription.changed')).toHaveLength(1)
  })

  it('I18 changes nothing when it is asked for again', () => {
    given(listingSite(), { at: OCT_14, history: buysThenGoesDown }).when(down).thenNothing()
  })

  it('is cleared by an upgrade that was paid', () => {
    const customer = professional()
    customer.do(down)
    customer.do({ type: 'change_plan', plan: 'enterprise' })
    expect(scheduled(customer)).toBe('basic')
    customer.pay()
    expect([customer.subscription().plan, scheduled(customer)]).toEqual(['enterprise', null])
    customer.at(NOV_14)
    expect(customer.asked()).toMatchObject({ amount: 199_00 })
  })

  it('I19 stays scheduled when the upgrade was declined', () => {
    const customer = professional()
    customer.do(down)
    customer.do({ type: 'change_plan', plan: 'enterprise' })
    customer.decline()
    expect(scheduled(customer)).toBe('basic')
  })
})

describe('undoing a downgrade', () => {
  it('B-10 charges the old price at the next billing date', () => {
    given(listingSite(), { at: OCT_14, history: buysThenGoesDown })
      .when({ type: 'undo_change' })
      .then('subscription.change_undone')
      .and((customer) => {
        expect(scheduled(customer)).toBeNull()
        customer.at(NOV_14)
        expect(customer.subscription().plan).toBe('professional')
        expect(customer.asked()).toMatchObject({ amount: 99_00 })
      })
  })

  it('needs something to undo', () => {
    const customer = professional()
    expect(customer.do({ type: 'undo_change' }).refused).toBe('nothing_to_undo')
    customer.do(down)
    customer.at(NOV_14)
    expect(customer.do({ type: 'undo_change' }).refused).toBe('nothing_to_undo')
  })

  it('happens as well by changing to the plan one has', () => {
    given(listingSite(), { at: OCT_14, history: buysThenGoesDown })
      .when({ type: 'change_plan', plan: 'professional' })
      .then('subscription.change_undone')
  })

  it('I18 is nothing when one changes to the plan one has and nothing was scheduled', () => {
    const customer = professional()
    const outcome = customer.do({ type: 'change_plan', plan: 'professional' })
    expect(outcome).toEqual({ refused: null, detail: {}, events: [], effects: [] })
  })

  it('I17 happens by canceling, and resuming does not bring the downgrade back', () => {
    const customer = professional()
    customer.do(down)
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(scheduled(customer)).toBeNull()
    customer.do({ type: 'resume' })
    expect(scheduled(customer)).toBeNull()
    customer.at(NOV_14)
    expect(customer.asked()).toMatchObject({ amount: 99_00 })
  })
})

const ESSENTIAL = { id: 'essential', interval: { unit: 'month', count: 1 } } as const

describe('a downgrade at a gateway that owns the clock', () => {
  const native = () =>
    customerOn(tieredSaas({}, NATIVE), 'premium', OCT_14, { vendor: 'sub_vendor' })
  const toEssential = { type: 'change_plan', plan: 'essential' } as const

  it('is scheduled once the gateway says so, and the old plan counts until the boundary', () => {
    const customer = native()
    const { effects } = customer.do(toEssential)
    expect(asked(effects, 'subscription.schedule')).toMatchObject([
      { subscription: 'sub_vendor', terms: { plan: 'essential' }, from: { plan: 'premium' } },
    ])
    expect(scheduled(customer)).toBeNull()
    customer.do(vendorShows(customer, { plan: ESSENTIAL }, requestKey(customer)))
    expect([customer.subscription().plan, scheduled(customer)]).toEqual(['premium', 'essential'])
    expect(limitOf(customer)).toBe(10)
  })

  it('applies when the gateway begins the next period', () => {
    const customer = native()
    customer.do(toEssential)
    customer.do(vendorShows(customer, { plan: ESSENTIAL }, requestKey(customer)))
    customer.at('2025-11-14T00:05Z')
    const period = { start: instant(NOV_14), end: instant('2025-12-14') }
    customer.do(vendorShows(customer, { period, plan: ESSENTIAL }))
    expect([customer.subscription().plan, scheduled(customer)]).toEqual(['essential', null])
  })

  it('E-05 leaves everything as it was when the gateway refuses, and can be tried again', () => {
    const customer = native()
    const before = customer.subscription()
    customer.do(toEssential)
    const answers = requestKey(customer)
    customer.do({ type: 'effect.refused', gateway: 'stripe', answers, code: 'api_error' })
    expect(customer.subscription()).toEqual(before)
    const again = asked(customer.do(toEssential).effects, 'subscription.schedule')
    expect(again.map(({ key }) => key === answers)).toEqual([false])
  })

  it('is undone once the gateway says so', () => {
    const customer = native()
    customer.do(toEssential)
    customer.do(vendorShows(customer, { plan: ESSENTIAL }, requestKey(customer)))
    const { effects } = customer.do({ type: 'undo_change' })
    expect(asked(effects, 'subscription.unschedule')).toMatchObject([
      { terms: { plan: 'premium' } },
    ])
    expect(scheduled(customer)).toBe('essential')
    expect(customer.do({ type: 'undo_change' }).effects).toEqual([])
    customer.do(vendorShows(customer, {}, requestKey(customer)))
    expect(scheduled(customer)).toBeNull()
  })

  it('lets nothing else be asked until the gateway has answered', () => {
    const customer = native()
    customer.do(toEssential)
    expect(customer.do({ type: 'cancel', at: 'period_end' }).refused).toBe('in_progress')
    expect(customer.do({ type: 'change_plan', plan: 'premium', interval: 'year' }).refused).toBe(
      'in_progress',
    )
  })
})

function limitOf(customer: World): unknown {
  return entitlements(customer.account, {}, customer.now, tieredSaas({}, NATIVE)).get('projects')
    .limit
}

function buysThenGoesDown(customer: World): void {
  customer.do({ type: 'subscribe', plan: 'professional' })
  customer.pay()
  customer.do(down)
}
