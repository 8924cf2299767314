/** Requests where the gateway owns the clock: true when it says so, and not before. */
import { describe, expect, it } from 'vitest'
import { catalog, entitlements, instant, monthly, plan } from '../../../src/core/index.ts'
import {
  asked,
  bothOrders,
  date,
  day,
  declined,
  hostedCatalog,
  hostedSince14October,
  openInvoice,
  paid,
  paying,
  period,
  periodOf,
  seen,
  typesOf,
} from './customers.ts'

const BOUNDARY = date('2025-11-14')
const MONTH = { unit: 'month', count: 1 } as const
const essential = { id: 'essential', interval: MONTH }
const november = period('2025-11-14', '2025-12-14')

describe('a request to the gateway', () => {
  const cases = [
    ['cancel', { type: 'cancel', at: 'period_end' }, { cancelAt: BOUNDARY }],
    ['schedule', { type: 'change_plan', plan: 'essential' }, { plan: essential }],
    ['pause', { type: 'pause', until: instant('2025-12-01') }, { state: 'paused' }],
  ] as const

  it.each(cases)('to %s changes nothing until the gateway says so', (kind, command) => {
    const customer = hostedSince14October().at('2025-10-20')
    const before = customer.subscription()
    const told = customer.do(command)
    expect(typesOf(told.events)).toEqual(['request.opened'])
    expect(told.effects.map((effect) => effect.kind)).toEqual([`subscription.${kind}`])
    const { request, ...rest } = customer.subscription()
    expect({ ...rest, request: null }).toEqual(before)
    expect(request).toMatchObject({ kind })
  })

  it.each(cases)(
    'to %s is confirmed by the reply and the webhook in either order',
    (_, command, shown) => {
      const customer = hostedSince14October().at('2025-10-20')
      const key = customer.do(command).effects[0]?.key
      const end = bothOrders(
        customer,
        seen('2025-10-20T00:00:01Z', shown, key),
        seen('2025-10-20T00:00:02Z', shown),
      )
      expect(end?.request).toBeNull()
      if (command.type === 'cancel') expect(end?.cancelAt).toBe(BOUNDARY)
      if (command.type === 'change_plan')
        expect(end).toMatchObject({ plan: 'premium', pendingChange: { at: BOUNDARY } })
      if (command.type === 'pause')
        expect(end).toMatchObject({ status: 'paused', resumesAt: instant('2025-12-01') })
    },
  )

  it.each(cases)(
    'to %s that is refused has changed nothing and can be asked again',
    (_, command) => {
      const customer = hostedSince14October().at('2025-10-20')
      const before = customer.subscription()
      const answers = customer.do(command).effects[0]?.key ?? ''
      customer.do({ type: 'effect.refused', gateway: 'stripe', answers, code: 'nope' })
      expect(customer.subscription()).toEqual(before)
      expect(customer.do(command)).toMatchObject({
        refused: null,
        effects: [{ gateway: 'stripe' }],
      })
    },
  )

  it.each(cases)('E-03 to %s, clicked twice, is sent once', (_, command) => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(command)
    const sent = customer.effects.length
    customer.do(command)
    expect(customer.effects).toHaveLength(sent)
  })

  it('keeps every other request waiting', () => {
    const customer = hostedSince14October()
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(customer.do({ type: 'change_plan', plan: 'essential' }).refused).toBe('in_progress')
    expect(customer.do({ type: 'pause' }).refused).toBe('in_progress')
    expect(customer.do({ type: 'resume' }).refused).toBe('in_progress')
  })

  it('to cancel is not confirmed by a reply that shows no ending', () => {
    const customer = hostedSince14October().at('2025-10-20')
    const key = customer.do({ type: 'cancel', at: 'period_end' }).effects[0]?.key
    const told = customer.do(seen('2025-10-20T00:00:01Z', {}, key))
    expect(told.events.at(-1)).toMatchObject({ type: 'request.closed', outcome: 'refused' })
    expect(customer.subscription()).toMatchObject({ request: null, cancelAt: null })
  })

  it('to resume takes the ending back when the gateway shows none', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', { cancelAt: BOUNDARY }))
    const key = customer.do({ type: 'resume' }).effects[0]?.key
    expect(customer.subscription().cancelAt).toBe(BOUNDARY)
    const end = bothOrders(
      customer,
      seen('2025-10-20T00:00:01Z', {}, key),
      seen('2025-10-20T00:00:02Z'),
    )
    expect(end).toMatchObject({ cancelAt: null, request: null })
  })

  it('is answered by nobody else’s reply', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do({ type: 'change_plan', plan: 'essential' })
    customer.do(seen('2025-10-20T00:00:01Z', { plan: essential }, 'another/key'))
    expect(customer.subscription()).toMatchObject({
      request: { kind: 'schedule' },
      pendingChange: null,
    })
  })

  it('to pause until a day leaves it to the gateway to go on: we charge nothing on that day', () => {
    const customer = hostedSince14October().at('2025-10-20')
    const until = instant('2025-12-01')
    const key = customer.do({ type: 'pause', until }).effects[0]?.key
    customer.do(seen('2025-10-20T00:00:01Z', { state: 'paused' }, key))
    customer.at('2025-12-05')
    expect(customer.subscription().status).toBe('paused')
    expect(asked(customer, 'payment.collect')).toEqual([])
    const resumed = period('2025-12-01', '2026-01-01')
    customer.do(seen('2025-12-05', { period: resumed }))
    expect(customer.subscription()).toMatchObject({ status: 'active', period: resumed })
  })
})

describe('a pause at the gateway', () => {
  it('is over when the gateway shows it unpaid, in whatever order it is told', () => {
    const customer = hostedSince14October().at('2025-11-14')
    const end = bothOrders(
      customer,
      seen('2025-10-20', { state: 'paused' }),
      seen('2025-11-14', { state: 'past_due', period: november }),
    )
    expect(end?.status).toBe('active')
  })
})

describe('a scheduled change', () => {
  /** The downgrade to Essential was confirmed; the gateway shows Essential from now on. */
  function scheduled() {
    const customer = hostedSince14October().at('2025-10-20')
    const key = customer.do({ type: 'change_plan', plan: 'essential' }).effects[0]?.key
    customer.do(seen('2025-10-20T00:00:01Z', { plan: essential }, key))
    return customer
  }

  it('that is seen early at the gateway waits for the boundary', () => {
    const customer = scheduled().at('2025-11-01')
    customer.do(seen('2025-11-01', { plan: essential }))
    expect(customer.subscription().plan).toBe('premium')
    customer.at('2025-11-14')
    const subject = { subscription: 'sub_1', period: november }
    customer.do(paid(subject, { id: 'in_1', at: '2025-11-14', amount: 1900, gateway: 'stripe' }))
    expect(customer.subscription()).toMatchObject({ plan: 'essential', pendingChange: null })
  })

  it('counts for what the customer may do from its instant, although no fact has come', () => {
    const customer = scheduled().at(BOUNDARY - 1)
    const limit = () =>
      entitlements(customer.account, {}, customer.now, hostedCatalog()).get('members').limit
    expect(limit()).toBe(20)
    customer.at(BOUNDARY)
    expect(limit()).toBe(5)
  })

  it('is taken back when the gateway confirms that, in either order of reply and webhook', () => {
    const customer = scheduled().at('2025-10-25')
    const key = customer.do({ type: 'undo_change' }).effects[0]?.key
    expect(customer.subscription().pendingChange).not.toBeNull()
    const end = bothOrders(
      customer,
      seen('2025-10-25T00:00:01Z', {}, key),
      seen('2025-10-25T00:00:02Z'),
    )
    expect(end).toMatchObject({ plan: 'premium', pendingChange: null, request: null })
  })
})

describe('an upgrade', () => {
  const premium = { id: 'premium', interval: MONTH }

  /** Essential since October 14; on October 30 the customer asks for Premium. */
  function asking() {
    const customer = hostedSince14October(hostedCatalog(), 'essential')
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'premium' })
    return { customer, invoice: openInvoice(customer) }
  }
  const pays = (invoice: string) =>
    paid({ invoice }, { id: 'in_1', at: '2025-10-30', amount: 1452, gateway: 'stripe' })

  it('A-03 asks the gateway to change the one subscription, and says what we expect: $14.52', () => {
    const { customer, invoice } = asking()
    expect(asked(customer, 'subscription.change')).toMatchObject([
      { subscription: 'sub_1', invoice, expected: 1452, terms: { plan: 'premium' } },
    ])
    expect(customer.subscription().plan).toBe('essential')
  })

  it('A-03 is true once it is paid; billing date and anchor stay', () => {
    const { customer, invoice } = asking()
    customer.do(pays(invoice))
    expect(customer.subscription().plan).toBe('premium')
    expect(periodOf(customer)).toEqual(['2025-10-14', '2025-11-14'])
    expect(day(customer.subscription().anchor)).toBe('2025-10-14')
  })

  it('that is seen at the gateway but not paid yet is not true', () => {
    const { customer } = asking()
    customer.do(seen('2025-10-30', { plan: premium }))
    expect(customer.subscription().plan).toBe('essential')
  })

  it('ends equal whether the payment or the new plan is told first', () => {
    const { customer, invoice } = asking()
    const end = bothOrders(customer, pays(invoice), seen('2025-10-30', { plan: premium }))
    expect(end).toMatchObject({ plan: 'premium', price: { amount: 4900 } })
  })

  it('that costs nothing is true once the gateway shows it', () => {
    const sold = hostedCatalog()
    const customer = paying(
      sold,
      '2025-10-14',
      { plan: 'essential', interval: 'year' },
      { subscription: 'sub_1' },
    )
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'premium', interval: 'month' })
    expect(customer.subscription().plan).toBe('essential')
    const shown = { plan: premium, period: period('2025-10-30', '2025-11-30') }
    customer.do(seen('2025-10-30', shown))
    expect(customer.subscription()).toMatchObject({ plan: 'premium', price: { amount: 4900 } })
    expect(periodOf(customer)).toEqual(['2025-10-30', '2025-11-30'])
  })

  it('C-01 that is declined leaves plan, period and status', () => {
    const { customer, invoice } = asking()
    const before = customer.subscription()
    customer.do(
      declined({ invoice }, { id: 'in_1', at: '2025-10-30', amount: 1452, gateway: 'stripe' }),
    )
    expect(customer.subscription()).toEqual(before)
  })

  it('that the gateway refuses is withdrawn', () => {
    const { customer } = asking()
    const answers = asked(customer, 'subscription.change')[0]?.key ?? ''
    customer.do({ type: 'effect.refused', gateway: 'stripe', answers, code: 'nope' })
    expect(customer.account.invoices).toEqual([])
    expect(customer.subscription().plan).toBe('essential')
  })
})

describe('more seats beside a scheduled change', () => {
  const seats = { quantity: { min: 1, max: 9 } }
  const sold = catalog({
    plans: [
      plan('essential', { rank: 1, price: monthly(1900, 'USD'), ...seats }),
      plan('premium', { rank: 2, price: monthly(4900, 'USD'), ...seats }),
    ],
    gateways: [{ name: 'stripe', renewals: 'gateway', amounts: 'session' }],
  })

  it('are refused where the gateway keeps one change: it would drop what is scheduled', () => {
    const customer = hostedSince14October(sold).at('2025-10-20')
    const key = customer.do({ type: 'change_plan', plan: 'essential' }).effects[0]?.key
    customer.do(seen('2025-10-20T00:00:01Z', { plan: essential }, key))
    const before = customer.subscription()
    const told = customer.do({ type: 'set_quantity', quantity: 3 })
    expect(told).toMatchObject({ refused: 'change_scheduled', effects: [] })
    expect(customer.subscription()).toEqual(before)
    const undo = customer.do({ type: 'undo_change' }).effects[0]?.key
    customer.do(seen('2025-10-20T00:00:02Z', {}, undo))
    const { effects } = customer.do({ type: 'set_quantity', quantity: 3 })
    expect(effects).toMatchObject([
      { kind: 'subscription.change', terms: { plan: 'premium', quantity: 3 } },
    ])
  })
})
