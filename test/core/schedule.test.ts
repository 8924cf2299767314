/** What time alone brings about: when, and in which order at one instant. */
import { describe, expect, it } from 'vitest'
import {
  type Account,
  type Catalog,
  catalog,
  DAY,
  days,
  decide,
  every,
  evolve,
  HOUR,
  type Instant,
  instant,
  monthly,
  nextActionAt,
  nextDue,
  plan,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import {
  basicSince14October,
  date,
  declined,
  hostedCatalog,
  hostedSince14October,
  listingsCatalog,
  openInvoice,
  paid,
  paying,
  period,
  seen,
  walletCatalog,
  walletSince14October,
} from './rules/customers.ts'

/** The kinds that happen up to a moment, one tick after the other. */
function happening(start: Account, sold: Catalog, until: Instant): readonly string[] {
  const kinds: string[] = []
  let account = start
  for (;;) {
    const due = nextDue(account, sold)
    if (!due || due.at > until) return kinds
    kinds.push(due.kind)
    const decision = decide(account, {}, { type: 'tick' }, until, sold)
    if (!decision.ok) throw new Error('A tick is never refused')
    account = decision.events.reduce(evolve, account)
  }
}

/** The kinds that happen at exactly one instant, when everything before it has happened. */
function at(customer: World, sold: Catalog, time: string): readonly string[] {
  customer.at(instant(time) - 1)
  return happening(customer.account, sold, instant(time))
}

const trialCatalog = () =>
  catalog({
    plans: [plan('pro', { price: monthly(9900, 'USD'), trial: days(14) })],
    gateways: [{ name: 'paystack' }],
  })

function trialing(sold = trialCatalog()) {
  const customer = world(sold, '2025-10-14')
  customer.do({ type: 'register' })
  customer.do({ type: 'subscribe', plan: 'pro' })
  return customer
}

function declinedOn14November(sold = listingsCatalog()) {
  const customer = basicSince14October(sold).at('2025-11-14')
  customer.decline()
  return customer
}

describe('the next thing that is due', () => {
  it('is nothing for a customer nobody knows, and for one on the free plan', () => {
    const customer = world(hostedCatalog(), '2025-10-14')
    expect(nextDue(customer.account, hostedCatalog())).toBeNull()
    customer.do({ type: 'register' })
    expect(nextActionAt(customer.account, hostedCatalog())).toBeNull()
  })

  it('is nothing when a subscription has ended', () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'now' })
    expect(nextDue(customer.account, listingsCatalog())).toBeNull()
  })

  const listings = listingsCatalog()
  const hosted = hostedCatalog()
  const wallet = walletCatalog()
  const trial = trialCatalog()

  const ending = () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'period_end' })
    return customer
  }
  const quoted = () => {
    const customer = basicSince14October().at('2025-10-30')
    customer.do({ type: 'change_plan', plan: 'pro' })
    return customer
  }
  const checkingOut = () => {
    const customer = world(listings, '2025-10-14')
    customer.do({ type: 'subscribe', plan: 'basic' })
    return customer
  }
  const paused = () => {
    const customer = basicSince14October()
    customer.do({ type: 'pause', until: instant('2025-10-20') })
    return customer
  }
  const linked = () => {
    const customer = walletSince14October().at('2025-11-11')
    const invoice = openInvoice(customer)
    customer.do({
      type: 'link.delivered',
      gateway: 'paymongo',
      invoice,
      url: 'https://pay.example',
    })
    return customer
  }

  it.each([
    [
      'a trial: its reminder 3 days before the end',
      trialing,
      trial,
      'trial_reminder',
      '2025-10-25',
    ],
    [
      'a trial, reminded: its end',
      () => trialing().at('2025-10-25'),
      trial,
      'trial_end',
      '2025-10-28',
    ],
    [
      'a paid period: its reminder',
      basicSince14October,
      listings,
      'renewal_reminder',
      '2025-11-11',
    ],
    [
      'reminded: the renewal',
      () => basicSince14October().at('2025-11-11'),
      listings,
      'renewal',
      '2025-11-14',
    ],
    ['ending: the end, without reminder', ending, listings, 'cancellation', '2025-11-14'],
    [
      'a declined renewal: the first retry',
      () => declinedOn14November(),
      listings,
      'retry',
      '2025-11-15',
    ],
    [
      'an unanswered retry: the grace reminder',
      () => declinedOn14November().at('2025-11-15'),
      listings,
      'grace_reminder',
      '2025-11-19',
    ],
    [
      'reminded: the end of the grace',
      () => declinedOn14November().at('2025-11-19'),
      listings,
      'grace_end',
      '2025-11-21',
    ],
    [
      'suspended: the end of dunning',
      () => declinedOn14November().at('2025-11-21'),
      listings,
      'dunning_end',
      '2025-11-28',
    ],
    ['a wallet: the invoice ahead', walletSince14October, wallet, 'early_invoice', '2025-11-11'],
    [
      'an upgrade that is quoted: the quote dies a day later',
      quoted,
      listings,
      'quote_expiry',
      '2025-10-31',
    ],
    [
      'an open checkout: its gateway is asked a minute later',
      checkingOut,
      listings,
      'checkout_look_up',
      '2025-10-14T00:01:00Z',
    ],
    [
      'an open checkout that was asked about for an hour: it closes a day later',
      () => checkingOut().at('2025-10-14T01:00:00Z'),
      listings,
      'checkout_expiry',
      '2025-10-15',
    ],
    ['a pause until a day: that day', paused, listings, 'unpause', '2025-10-20'],
    [
      'a silent gateway: an hour after the boundary',
      () => hostedSince14October().at('2025-11-14'),
      hosted,
      'look_up',
      '2025-11-14T01:00:00Z',
    ],
  ] as const)('of %s', (_, make, sold, kind, time) => {
    expect(nextDue(make().account, sold)).toMatchObject({ kind, at: instant(time) })
  })

  it('is the link that was delivered, at its due date, after the renewal of that instant', () => {
    expect(at(linked(), wallet, '2025-11-14')).toEqual(['renewal', 'link_due'])
  })

  it('is told to workers as the time to come back', () => {
    expect(nextActionAt(basicSince14October().account, listings)).toBe(date('2025-11-11'))
  })

  it('happens at its instant, not 1 ms before', () => {
    const customer = basicSince14October().at('2025-11-12')
    expect(happening(customer.account, listings, instant(date('2025-11-14') - 1))).toEqual([])
    expect(happening(customer.account, listings, date('2025-11-14'))).toEqual(['renewal'])
  })
})

describe('several things at one instant', () => {
  it('a trial that was cancelled ends and sells nothing', () => {
    const sold = trialCatalog()
    const customer = trialing(sold)
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(at(customer, sold, '2025-10-28')).toEqual(['trial_end'])
    expect(customer.at('2025-10-28').subscription()).toMatchObject({
      status: 'canceled',
      reason: 'requested',
    })
  })

  it('a cancellation comes before the renewal, which then does not happen', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold)
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(at(customer, sold, '2025-11-14')).toEqual(['cancellation'])
  })

  it('a scheduled change comes before the renewal that bills it', () => {
    const customer = paying(listingsCatalog(), '2025-10-14', { plan: 'pro' })
    customer.do({ type: 'change_plan', plan: 'basic' })
    customer.at('2025-11-13')
    const before = customer.journal.length
    customer.at('2025-11-14')
    expect(customer.journal.slice(before).map(({ type }) => type)).toEqual([
      'subscription.changed',
      'subscription.renewed',
      'invoice.opened',
      'invoice.collecting',
    ])
  })

  it('a renewal comes before the end of the grace: the period is owed, then access goes', () => {
    const sold = catalog({
      plans: [plan('weekly', { price: every({ unit: 'week', count: 1 }, 700, 'USD') })],
      gateways: [{ name: 'paystack' }],
    })
    const customer = paying(sold, '2025-10-14', { plan: 'weekly' }).at('2025-10-21')
    customer.decline('do_not_honor', 'never')
    expect(at(customer, sold, '2025-10-28')).toEqual(['renewal', 'grace_end'])
  })

  it('a retry comes before the end of the grace: the last attempt is still made in it', () => {
    const sold = listingsCatalog({ dunning: { retryAfterDays: [7], graceDays: 7 } })
    expect(at(declinedOn14November(sold), sold, '2025-11-21')).toEqual(['retry', 'grace_end'])
  })

  it('a quote dies before the renewal of the same instant', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold).at('2025-11-13T12:00:00Z')
    customer.do({ type: 'change_plan', plan: 'pro' })
    expect(at(customer, sold, '2025-11-14')).toEqual(['quote_expiry', 'renewal'])
    expect(customer.at('2025-11-14').subscription().plan).toBe('basic')
  })

  it('a worker that comes after all of it does them in the order of time', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold).at('2025-11-14')
    customer.decline('do_not_honor', 'never')
    expect(happening(customer.account, sold, date('2026-01-01'))).toEqual([
      'grace_reminder',
      'grace_end',
      'dunning_end',
    ])
  })
})

describe('a payment at the very instant', () => {
  /** Decided before time goes on, as the order at one instant says: payments first. */
  const paysAt = (customer: World, sold: Catalog, time: string) => {
    customer.at(instant(time) - 1)
    const fact = paid({ invoice: openInvoice(customer) }, { id: 'late', at: time, amount: 4900 })
    const decision = decide(customer.account, {}, fact, instant(time), sold)
    if (!decision.ok) throw new Error('A fact is never refused')
    return decision.events.reduce(evolve, customer.account)
  }

  it.each([
    ['the grace ends', '2025-11-21'],
    ['dunning ends', '2025-11-28'],
  ])('%s comes first: active, and nothing happens any more', (_, time) => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold).at('2025-11-14')
    customer.decline('do_not_honor', 'never')
    const account = paysAt(customer, sold, time)
    expect(account.subscriptions.default?.status).toBe('active')
    expect(happening(account, sold, instant(time))).toEqual([])
  })

  it('of the grace, told after it, restores the subscription all the same', () => {
    const customer = declinedOn14November().at('2025-11-21')
    expect(customer.subscription().status).toBe('suspended')
    const invoice = openInvoice(customer)
    customer.do(paid({ invoice }, { id: 'late', at: '2025-11-21', amount: 4900 }))
    expect(customer.subscription().status).toBe('active')
  })
})

describe('where the gateway owns the clock', () => {
  const sold = hostedCatalog()
  const failed = () => {
    const customer = hostedSince14October(sold).at('2025-11-14')
    const subject = { subscription: 'sub_1', period: period('2025-11-14', '2025-12-14') }
    customer.do(
      declined(subject, { id: 'in_1', at: '2025-11-14', amount: 4900, gateway: 'stripe' }),
    )
    return customer
  }

  it('neither renewal nor cancellation is due by our clock', () => {
    const customer = hostedSince14October(sold)
    customer.do(seen('2025-10-20', { cancelAt: date('2025-11-14') }))
    const kinds = happening(customer.account, sold, instant('2026-11-14'))
    expect(kinds).toEqual(['look_up', 'look_up', 'look_up', 'look_up'])
  })

  it('our stages are due, and the end of dunning once', () => {
    const kinds = happening(failed().account, sold, instant('2025-12-14'))
    expect(kinds).toEqual(['grace_reminder', 'grace_end', 'dunning_end'])
  })

  it('a look-up that found nothing is followed by the next', () => {
    const customer = hostedSince14October(sold)
    const times: (Instant | undefined)[] = []
    for (const hours of [0, 1, 6, 24]) {
      customer.at(date('2025-11-14') + hours * HOUR)
      times.push(nextDue(customer.account, sold)?.at)
    }
    expect(times.map((time) => ((time ?? 0) - date('2025-11-14')) / HOUR)).toEqual([1, 6, 24, 72])
    customer.at(date('2025-11-14') + 3 * DAY)
    expect(nextDue(customer.account, sold)).toBeNull()
  })
})
