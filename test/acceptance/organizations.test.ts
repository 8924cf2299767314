/**
 * Product C, organizations on PayMongo, told as its stories C1 to C7: pesos, payment links, days.
 * These wait for what surrounds the core: C-07 the client hooks and C9 (client, React); C-09 and C8,
 * who may act for an organization and who sees it (HTTP, `authorize`); C-10 the link's page and the
 * wallets (adapter); C1 two trial requests at one instant (the storage's version check).
 */
import { describe, expect, it } from 'vitest'
import { entitlements, instant, type PaymentMethod, type Usage } from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { asked, notices } from './customer.ts'
import { organizationsProduct } from './products.ts'

const catalog = organizationsProduct()

/** A wallet that pays once and cannot be charged again. */
const gcash: PaymentMethod = {
  ...{ gateway: 'paymongo', id: 'gcash_1', reusable: false, brand: 'gcash' },
  ...{ last4: null, expires: null, fingerprint: null },
}

/** An organization that pays for a plan since June 10. */
function organization(plan: string, method?: PaymentMethod): World {
  const w = world(catalog, '2025-06-10', { id: 'org_1' })
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan, trial: false })
  w.pay(method ? { method } : {})
  return w
}

function trial(): World {
  const w = world(catalog, '2025-06-01', { id: 'org_1' })
  w.do({ type: 'register' })
  w.do({ type: 'start_trial', plan: 'starter' })
  return w
}

const now = (w: World) => entitlements(w.account, w.usage, w.now, catalog)
const withMembers = (used: number): Usage => ({ members: { used } })

describe('C1 the trial', () => {
  it('C-04 C1 a trial of 14 days needs no payment and marks the organization for ever', () => {
    const w = trial()
    expect(w.subscription()).toMatchObject({
      status: 'trialing',
      plan: 'starter',
      trial: { startedAt: instant('2025-06-01'), endsAt: instant('2025-06-15'), payment: 'none' },
    })
    expect(now(w)).toMatchObject({
      access: true,
      because: 'trialing',
      until: instant('2025-06-15'),
    })
    expect(w.account.trials).toMatchObject([{ key: 'customer:org_1', at: instant('2025-06-01') }])
    expect(asked(w, 'checkout.open')).toEqual([])
  })

  it('C-04 C1 after canceling the trial there is no second one, not even on another plan', () => {
    const w = trial().at('2025-06-03')
    w.do({ type: 'cancel', at: 'now' })
    expect(w.do({ type: 'start_trial', plan: 'starter' }).refused).toBe('trial_used')
    expect(w.do({ type: 'start_trial', plan: 'business' }).refused).toBe('trial_used')
    expect(w.account.trials).toHaveLength(1)
  })

  it('C-04 C1 of two requests the second is told that the trial is used', () => {
    const w = trial()
    expect(w.do({ type: 'start_trial', plan: 'starter' }).refused).toBe('trial_used')
    expect(w.do({ type: 'start_trial', plan: 'team' }).refused).toBe('trial_used')
    expect(w.account.trials).toHaveLength(1)
  })

  it('C-04 C1 a trial key that another organization used (a card) refuses the trial too', () => {
    const w = world(catalog, '2025-06-01', { id: 'org_2' })
    const again = w.do({
      ...{ type: 'start_trial', plan: 'starter' },
      ...{ trialKeys: ['card:abc'], trialKeysTaken: ['card:abc'] },
    })
    expect(again.refused).toBe('trial_used')
  })

  it('C-04 C1 subscribing after a used trial sells without one', () => {
    const w = trial().at('2025-06-03')
    w.do({ type: 'cancel', at: 'now' })
    w.do({ type: 'subscribe', plan: 'team' })
    expect(asked(w, 'checkout.open')).toMatchObject([
      { checkout: { amount: 149_900, currency: 'PHP', trialDays: null } },
    ])
  })
})

describe('C2 and C3 the end of the trial', () => {
  it.each([
    { by: 'card', method: undefined },
    { by: 'GCash', method: gcash },
  ])('C-05 C2 paying by $by during the trial starts the paid month that day', ({ method }) => {
    const w = trial().at('2025-06-10')
    w.do({ type: 'subscribe', plan: 'starter' })
    expect(w.subscription().status).toBe('trialing')
    w.pay(method ? { method } : {})
    expect(w.subscription()).toMatchObject({
      status: 'active',
      plan: 'starter',
      period: { start: instant('2025-06-10'), end: instant('2025-07-10') },
    })
    expect(w.account.payments).toMatchObject([{ amount: 49_900, currency: 'PHP' }])
    expect(w.at('2025-06-15').subscription().status).toBe('active')
  })

  it('C-05 C3 a trial that ends unpaid gives no access and deletes nothing', () => {
    const w = trial().at('2025-06-14T23:59:59Z')
    expect(now(w).access).toBe(true)
    w.usage = withMembers(3)
    w.at('2025-06-15')
    expect(w.subscription().status).toBe('unpaid')
    expect(now(w)).toMatchObject({ access: false, because: 'unpaid' })
    expect(w.account.archived).toEqual({})
    expect(asked(w, 'resource.archive')).toEqual([])
    expect(notices(w, 'trial_ended')).toHaveLength(1)
  })

  it('C-05 C3 paying a month later activates from that day', () => {
    const w = trial().at('2025-07-20')
    w.do({ type: 'subscribe', plan: 'starter' })
    w.pay()
    expect(w.subscription()).toMatchObject({
      status: 'active',
      period: { start: instant('2025-07-20'), end: instant('2025-08-20') },
    })
    expect(now(w).access).toBe(true)
  })

  it('C-07 the end of the trial is announced three days before, once', () => {
    const w = trial().at('2025-06-11T23:59:59Z')
    expect(notices(w, 'trial_ending')).toEqual([])
    w.at('2025-06-12').at('2025-06-14')
    expect(notices(w, 'trial_ending')).toMatchObject([
      { at: instant('2025-06-12'), data: { at: instant('2025-06-15') } },
    ])
  })
})

describe('what an operator may do about a trial', () => {
  it('B-19 gives a running one 7 more days, at whose end it is unpaid', () => {
    const w = trial().at('2025-06-14')
    w.do({ type: 'extend_trial', days: 7 })
    expect(now(w).until).toBe(instant('2025-06-22'))
    expect(w.at('2025-06-21T23:59:59Z').subscription().status).toBe('trialing')
    expect(w.at('2025-06-22').subscription().status).toBe('unpaid')
  })

  it('B-19 but not one that is over', () => {
    const w = trial().at('2025-06-15')
    expect(w.do({ type: 'extend_trial', days: 7 }).refused).toBe('trial_not_running')
  })
})

describe('C4 upgrade', () => {
  it('C-01 C4 on Jun 25, 15 of 30 days left, Starter to Team costs ₱500.00 by a new payment', () => {
    const w = organization('starter').at('2025-06-25')
    w.do({ type: 'change_plan', plan: 'team' })
    expect(asked(w, 'payment.collect')).toMatchObject([{ amount: 50_000, currency: 'PHP' }])
    w.pay({ id: 'pay_upgrade' })
    expect(w.subscription()).toMatchObject({
      plan: 'team',
      period: { start: instant('2025-06-10'), end: instant('2025-07-10') },
    })
  })

  it('C-01 C4 a declined payment changes nothing', () => {
    const w = organization('starter').at('2025-06-25')
    const before = w.subscription()
    w.do({ type: 'change_plan', plan: 'team' })
    w.decline()
    expect(w.subscription()).toEqual(before)
    expect(now(w).get('members').limit).toBe(3)
    expect(w.at('2025-06-27').subscription()).toEqual(before)
  })

  it('C-06 C4 the last payment is the upgrade’s, and Jul 10 charges the full ₱1,499.00', () => {
    const w = organization('starter').at('2025-06-25')
    w.do({ type: 'change_plan', plan: 'team' })
    w.pay({ id: 'pay_upgrade' })
    expect(w.account.payments.at(-1)).toMatchObject({ id: 'pay_upgrade', amount: 50_000 })
    w.at('2025-07-10')
    expect(asked(w, 'payment.collect').at(-1)?.amount).toBe(149_900)
  })

  it('C-01 C-10 C4 without a chargeable method the upgrade waits for a payment link', () => {
    const w = organization('starter', gcash).at('2025-06-25')
    w.do({ type: 'change_plan', plan: 'team' })
    expect(asked(w, 'payment.collect')).toMatchObject([{ amount: 50_000, method: null }])
    w.at('2025-06-26')
    expect(w.account.invoices).toEqual([])
    expect(w.subscription().plan).toBe('starter')
  })
})

describe('C5 downgrade', () => {
  function business(members: number): World {
    const w = organization('business').at('2025-06-25')
    w.usage = withMembers(members)
    return w
  }

  it('C-03 C5 with 12 members Starter is refused, with the excess', () => {
    const w = business(12)
    const asking = w.do({ type: 'change_plan', plan: 'starter' })
    expect(asking.refused).toBe('exceeds_limits')
    expect(asking.detail.excess).toEqual([
      { feature: 'members', used: 12, limit: 3, resources: null },
    ])
    expect(w.subscription().pendingChange).toBeNull()
  })

  it('C-02 C5 after removing 9 it is scheduled for Jul 10 and visible', () => {
    const w = business(3)
    w.do({ type: 'change_plan', plan: 'starter' })
    expect(w.subscription()).toMatchObject({
      plan: 'business',
      pendingChange: { at: instant('2025-07-10'), terms: { plan: 'starter' } },
    })
    expect(now(w).get('members').limit).toBe(50)
  })

  it('C-02 C5 it can be taken back until then', () => {
    const w = business(3)
    w.do({ type: 'change_plan', plan: 'starter' })
    w.at('2025-07-09').do({ type: 'undo_change' })
    w.at('2025-07-10')
    expect(asked(w, 'payment.collect').at(-1)?.amount).toBe(499_900)
    expect(w.subscription().plan).toBe('business')
  })

  it('C-02 C5 at the boundary Starter applies and costs ₱499.00', () => {
    const w = business(3)
    w.do({ type: 'change_plan', plan: 'starter' })
    w.at('2025-07-10')
    expect(asked(w, 'payment.collect').at(-1)?.amount).toBe(49_900)
    w.pay()
    expect(w.subscription()).toMatchObject({ plan: 'starter', pendingChange: null })
    expect(now(w).get('members')).toMatchObject({ limit: 3, remaining: 0 })
  })
})

describe('C6 add-ons', () => {
  function withSeats(): World {
    const w = organization('team').at('2025-06-25')
    w.do({ type: 'set_add_on', addOn: 'five_seats', quantity: 1 })
    w.pay()
    return w
  }

  it('C-08 C6 five seats on Jun 25 cost ₱149.50 now and count once paid', () => {
    const w = organization('team').at('2025-06-25')
    w.do({ type: 'set_add_on', addOn: 'five_seats', quantity: 1 })
    expect(asked(w, 'payment.collect')).toMatchObject([{ amount: 14_950, currency: 'PHP' }])
    expect(now(w).get('members').limit).toBe(10)
    w.pay()
    expect(now(w).get('members')).toMatchObject({ limit: 15, because: 'add_on' })
  })

  it('C-07 C6 limits include the add-on by default; the plan’s own are 10', () => {
    const w = withSeats()
    const base = entitlements(w.account, {}, w.now, catalog, { addOns: false })
    expect([now(w).get('members').limit, base.get('members').limit]).toEqual([15, 10])
  })

  it('C-08 C6 on Jul 10 plan and add-on cost ₱1,798.00 together', () => {
    const w = withSeats().at('2025-07-10')
    expect(asked(w, 'payment.collect').at(-1)?.amount).toBe(179_800)
  })

  it('C-03 C-08 C6 with 12 members the seats can’t be taken off', () => {
    const w = withSeats()
    w.usage = withMembers(12)
    const off = w.do({ type: 'set_add_on', addOn: 'five_seats', quantity: 0 })
    expect(off.refused).toBe('exceeds_limits')
    expect(off.detail.excess).toMatchObject([{ feature: 'members', used: 12, limit: 10 }])
  })

  it('C-08 C6 with 10 members they go at the end of the period, without a refund', () => {
    const w = withSeats()
    w.usage = withMembers(10)
    w.do({ type: 'set_add_on', addOn: 'five_seats', quantity: 0 })
    expect(now(w).get('members').limit).toBe(15)
    w.at('2025-07-10')
    expect(asked(w, 'payment.collect').at(-1)?.amount).toBe(149_900)
    expect(now(w).get('members').limit).toBe(10)
  })
})

describe('C7 wallets', () => {
  const link = 'https://pay.example/link_1'

  /** The link for July was delivered on July 7. */
  function linked(): World {
    const w = organization('starter', gcash).at('2025-07-07')
    const [sent] = asked(w, 'payment.collect')
    w.do({
      type: 'link.delivered',
      gateway: 'paymongo',
      invoice: sent?.invoice ?? '',
      url: link,
    })
    return w
  }

  it('C-10 C7 three days before the renewal a payment link is asked for, once', () => {
    const w = organization('starter', gcash).at('2025-07-06T23:59:59Z')
    expect(asked(w, 'payment.collect')).toEqual([])
    w.at('2025-07-07').at('2025-07-09')
    expect(asked(w, 'payment.collect')).toMatchObject([
      { amount: 49_900, method: null, dueAt: instant('2025-07-10') },
    ])
  })

  it('C-10 C7 paid ahead, the next month starts at its boundary', () => {
    const w = linked().at('2025-07-08')
    w.pay()
    expect(w.subscription().period.end).toBe(instant('2025-07-10'))
    w.at('2025-07-10')
    expect(w.subscription()).toMatchObject({
      status: 'active',
      period: { start: instant('2025-07-10'), end: instant('2025-08-10') },
    })
    expect(asked(w, 'payment.collect')).toHaveLength(1)
  })

  it('C-10 C7 unpaid on Jul 10 it is past due, on Jul 17 suspended', () => {
    const w = linked().at('2025-07-10')
    expect(w.subscription().status).toBe('past_due')
    expect(now(w).access).toBe(true)
    w.at('2025-07-17')
    expect(w.subscription().status).toBe('suspended')
    expect(now(w)).toMatchObject({ access: false, because: 'suspended' })
  })

  it('C-10 C7 paid late, on Jul 20, it is active again and Aug 10 stays the next date', () => {
    const w = linked().at('2025-07-20')
    w.pay()
    expect(w.subscription()).toMatchObject({
      status: 'active',
      period: { start: instant('2025-07-10'), end: instant('2025-08-10') },
    })
  })

  it('C-10 C7 a link that was never delivered starts no grace period', () => {
    const w = organization('starter', gcash).at('2025-07-12')
    expect(w.subscription().status).toBe('active')
    expect(now(w).access).toBe(true)
  })

  it('C-06 C7 updating the payment method returns the open link instead of a page', () => {
    const w = linked()
    const update = w.do({ type: 'update_payment_method' })
    expect([update.refused, update.effects]).toEqual([null, []])
    expect(w.account.invoices).toMatchObject([{ link }])
  })

  it('C-06 C7 with nothing saved and nothing open there is no method to update', () => {
    const w = organization('starter', gcash)
    expect(w.do({ type: 'update_payment_method' }).refused).toBe('no_saved_payment_method')
  })

  it('C-06 with a card saved the gateway’s page is asked for', () => {
    const w = organization('starter')
    w.do({ type: 'update_payment_method', returnUrl: '/settings' })
    expect(asked(w, 'method.update')).toMatchObject([
      { gateway: 'paymongo', returnUrl: '/settings' },
    ])
  })
})
