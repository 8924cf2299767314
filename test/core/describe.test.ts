import { describe, expect, it } from 'vitest'
import {
  addOn,
  type Catalog,
  catalog,
  coupon,
  type DescribeOptions,
  days,
  formatDate,
  formatMoney,
  instant,
  limit,
  monthly,
  plan,
  describe as sentence,
  type Usage,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'

type Locale = NonNullable<DescribeOptions['locale']>

const projects = limit('projects')

function shop(free: boolean, policies: Parameters<typeof catalog>[0]['policies'] = {}): Catalog {
  return catalog({
    plans: [
      ...(free ? [plan('free', { default: true, includes: [projects(1)] })] : []),
      plan('essential', {
        ...{ rank: 1, price: monthly(19_00, 'USD'), trial: days(14), includes: [projects(1)] },
      }),
      plan('premium', {
        ...{ rank: 2, price: monthly(49_00, 'USD'), includes: [projects(3)] },
        trial: days(14, { payment: 'upfront' }),
      }),
    ],
    addOns: [addOn('more', { price: monthly(5_00, 'USD'), adds: [projects(1)] })],
    coupons: [coupon('HALF', { percent: 50, duration: 'forever' })],
    policies,
    gateways: [{ name: 'bank' }],
  })
}

const withFree = shop(true)
const paidOnly = shop(false)

/** ICU versions differ in the kind of space that does not break. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

function say(w: World, sold: Catalog, locale: Locale = 'en', usage: Usage = {}): string {
  return plain(sentence(w.account, usage, w.now, sold, { locale }))
}

/** A customer of Premium since October 14, 2025. */
function premium(sold: Catalog = paidOnly): World {
  const w = world(sold, '2025-10-14')
  w.do({ type: 'subscribe', plan: 'premium', trial: false })
  w.pay()
  return w
}

function declined(sold: Catalog = paidOnly): World {
  const w = premium(sold).at('2025-11-14')
  w.decline('do_not_honor', 'never')
  return w
}

/** Nothing can be charged again: the page of the next period was sent, and is not paid at its end. */
function linked(): World {
  const w = world(paidOnly, '2025-10-14')
  w.do({ type: 'subscribe', plan: 'premium', trial: false })
  w.pay({ method: null })
  const [invoice] = w.at('2025-11-11').account.invoices
  const url = 'https://bank.example/pay'
  w.do({ type: 'link.delivered', gateway: 'bank', invoice: invoice?.id ?? '', url })
  return w.at('2025-11-14')
}

/** The bank wants the customer to confirm the renewal. */
function unconfirmed(): World {
  const w = premium().at('2025-11-14')
  const subject = { invoice: w.account.invoices[0]?.id ?? '' }
  const actionUrl = 'https://bank.example/confirm'
  w.do({ type: 'payment.pending', gateway: 'bank', subject, actionUrl })
  return w.at('2025-11-15')
}

function trialing(): World {
  const w = world(paidOnly, '2025-10-14')
  w.do({ type: 'start_trial', plan: 'essential' })
  return w
}

const canceled = (sold: Catalog) => {
  const w = premium(sold)
  w.do({ type: 'cancel', at: 'period_end' })
  return w
}

const told: readonly {
  readonly state: string
  readonly reach: () => World
  readonly sold?: Catalog
  readonly en: string
  readonly fr: string
  readonly fil: string
}[] = [
  {
    state: 'no subscription',
    reach: () => world(paidOnly, '2025-10-14'),
    en: 'You have no subscription. Choose a plan to get started.',
    fr: 'Vous n’avez pas d’abonnement. Choisissez une formule pour commencer.',
    fil: 'Wala kang subscription. Pumili ng plan para makapagsimula.',
  },
  {
    state: 'the free plan',
    sold: withFree,
    reach: () => {
      const w = world(withFree, '2025-10-14')
      w.do({ type: 'register' })
      return w
    },
    en: 'You are on the Free plan.',
    fr: 'Vous êtes sur la formule Free.',
    fil: 'Nasa Free plan ka.',
  },
  {
    state: 'active',
    reach: premium,
    en: 'Your Premium plan is active and renews on 14 Nov 2025 for $49.00.',
    fr: 'Votre formule Premium est active et sera renouvelée le 14 nov. 2025 pour 49,00 $.',
    fil: 'Aktibo ang Premium plan mo at mare-renew sa Nob 14, 2025 sa halagang $49.00.',
  },
  {
    state: 'ending, with a free plan to return to (A-07)',
    sold: withFree,
    reach: () => canceled(withFree),
    en: 'Your Premium plan is active until 14 Nov 2025. You will be switched to the Free plan after this.',
    fr: 'Votre formule Premium est active jusqu’au 14 nov. 2025. Vous passerez ensuite à la formule Free.',
    fil: 'Aktibo ang Premium plan mo hanggang Nob 14, 2025. Lilipat ka sa Free plan pagkatapos nito.',
  },
  {
    state: 'ending, with nothing after it',
    reach: () => canceled(paidOnly),
    en: 'Your Premium plan is active until 14 Nov 2025.',
    fr: 'Votre formule Premium est active jusqu’au 14 nov. 2025.',
    fil: 'Aktibo ang Premium plan mo hanggang Nob 14, 2025.',
  },
  {
    state: 'a trial without payment',
    reach: trialing,
    en: 'Your Essential trial runs until 28 Oct 2025.',
    fr: 'Votre essai Essential dure jusqu’au 28 oct. 2025.',
    fil: 'Ang Essential trial mo ay hanggang Okt 28, 2025.',
  },
  {
    state: 'a trial with a card saved',
    reach: () => {
      const w = world(paidOnly, '2025-10-14')
      w.do({ type: 'subscribe', plan: 'premium' })
      w.pay()
      return w
    },
    en: 'Your Premium trial runs until 28 Oct 2025. You will be charged $49.00 then.',
    fr: 'Votre essai Premium dure jusqu’au 28 oct. 2025. 49,00 $ vous seront alors facturés.',
    fil: 'Ang Premium trial mo ay hanggang Okt 28, 2025. Sisingilin ka ng $49.00 pagkatapos.',
  },
  {
    state: 'a trial that ended unpaid',
    reach: () => trialing().at('2025-10-28'),
    en: 'Your Essential trial has ended. Subscribe to continue; your data is kept.',
    fr: 'Votre essai Essential est terminé. Abonnez-vous pour continuer ; vos données sont conservées.',
    fil: 'Tapos na ang Essential trial mo. Mag-subscribe para magpatuloy; nakatago pa ang data mo.',
  },
  {
    state: 'past due',
    reach: declined,
    en: 'Your payment of $49.00 failed. Your Premium plan stays active until 21 Nov 2025; please update your payment method.',
    fr: 'Votre paiement de 49,00 $ a échoué. Votre formule Premium reste active jusqu’au 21 nov. 2025 ; mettez à jour votre moyen de paiement.',
    fil: 'Hindi natuloy ang bayad mong $49.00. Aktibo pa rin ang Premium plan mo hanggang Nob 21, 2025; paki-update ang paraan ng pagbabayad.',
  },
  {
    state: 'past due, with the page of its payment open',
    reach: linked,
    en: 'Your payment of $49.00 is due. Your Premium plan stays active until 21 Nov 2025; please pay on the page that was sent to you.',
    fr: 'Votre paiement de 49,00 $ est attendu. Votre formule Premium reste active jusqu’au 21 nov. 2025 ; payez sur la page qui vous a été envoyée.',
    fil: 'Hindi pa bayad ang $49.00. Aktibo pa rin ang Premium plan mo hanggang Nob 21, 2025; magbayad sa page na ipinadala sa iyo.',
  },
  {
    state: 'suspended',
    reach: () => declined().at('2025-11-21'),
    en: 'Your Premium plan is suspended because $49.00 is unpaid. Pay to restore it.',
    fr: 'Votre formule Premium est suspendue : 49,00 $ restent impayés. Payez pour la rétablir.',
    fil: 'Suspendido ang Premium plan mo dahil hindi pa bayad ang $49.00. Magbayad para maibalik ito.',
  },
  {
    state: 'paused',
    reach: () => {
      const w = premium()
      w.do({ type: 'pause' })
      return w
    },
    en: 'Your Premium plan is paused.',
    fr: 'Votre formule Premium est en pause.',
    fil: 'Naka-pause ang Premium plan mo.',
  },
  {
    state: 'paused until a date',
    reach: () => {
      const w = premium()
      w.do({ type: 'pause', until: instant('2025-12-01') })
      return w
    },
    en: 'Your Premium plan is paused until 1 Dec 2025.',
    fr: 'Votre formule Premium est en pause jusqu’au 1 déc. 2025.',
    fil: 'Naka-pause ang Premium plan mo hanggang Dis 1, 2025.',
  },
  {
    state: 'canceled',
    reach: () => canceled(paidOnly).at('2025-12-24'),
    en: 'Your Premium plan ended on 14 Nov 2025.',
    fr: 'Votre formule Premium a pris fin le 14 nov. 2025.',
    fil: 'Natapos ang Premium plan mo noong Nob 14, 2025.',
  },
  {
    state: 'blocked',
    reach: () => {
      const w = premium()
      w.do({ type: 'block', reason: 'fraud' })
      return w
    },
    en: 'Your Premium plan is on hold. Please contact support.',
    fr: 'Votre formule Premium est bloquée. Contactez l’assistance.',
    fil: 'Naka-hold ang Premium plan mo. Makipag-ugnayan sa support.',
  },
]

describe('A-07 a sentence for each state', () => {
  it.each(told)('$state', ({ reach, sold = paidOnly, en, fr, fil }) => {
    const w = reach()
    expect([say(w, sold), say(w, sold, 'fr'), say(w, sold, 'fil')]).toEqual([en, fr, fil])
  })

  it('an expired plan, which only its gateway can say', () => {
    const sold = catalog({
      plans: [plan('premium', { price: monthly(49_00, 'USD') })],
      gateways: [{ name: 'bank', renewals: 'gateway', amounts: 'session' }],
    })
    const w = world(sold, '2025-10-14')
    w.do({ type: 'subscribe', plan: 'premium' })
    w.pay({ subscription: 'sub_bank' })
    w.at('2025-11-14').do({
      type: 'subscription.observed',
      gateway: 'bank',
      observation: {
        ...{ subscription: 'sub_bank', observedAt: w.now, state: 'expired', cancelAt: null },
        ...{ period: w.subscription().period, plan: null, quantity: 1 },
      },
    })
    expect([say(w, sold), say(w, sold, 'fr'), say(w, sold, 'fil')]).toEqual([
      'Your Premium plan expired on 14 Nov 2025.',
      'Votre formule Premium a expiré le 14 nov. 2025.',
      'Nag-expire ang Premium plan mo noong Nob 14, 2025.',
    ])
  })
})

describe('what is scheduled', () => {
  it('B-10 says when the plan changes, to what and for how much', () => {
    const w = premium()
    w.do({ type: 'change_plan', plan: 'essential' })
    expect([say(w, paidOnly), say(w, paidOnly, 'fr'), say(w, paidOnly, 'fil')]).toEqual([
      'Your Premium plan is active until 14 Nov 2025. Your plan will change to Essential on 14 Nov 2025 for $19.00.',
      'Votre formule Premium est active jusqu’au 14 nov. 2025. Votre formule deviendra Essential le 14 nov. 2025 pour 19,00 $.',
      'Aktibo ang Premium plan mo hanggang Nob 14, 2025. Magiging Essential ang plan mo sa Nob 14, 2025 sa halagang $19.00.',
    ])
  })

  it('B-11 names what will be archived, and no more once it fits', () => {
    const things = ['Main Street', 'Downtown'].map((label, i) => {
      return { id: `${i}`, label, createdAt: instant(`2025-10-1${4 + i}`) }
    })
    const usage = { projects: { used: 2, resources: things } }
    const w = premium()
    w.usage = usage
    w.do({ type: 'change_plan', plan: 'essential', keep: { projects: ['0'] } })
    expect(say(w, paidOnly, 'en', usage)).toMatch(/ Downtown will be archived then\.$/)
    expect(say(w, paidOnly, 'fr', usage)).toMatch(/ Downtown seront alors archivés\.$/)
    expect(say(w, paidOnly, 'fil', usage)).toMatch(/ Ia-archive ang Downtown sa araw na iyon\.$/)
    expect(say(w, paidOnly, 'en', { projects: { used: 1 } })).not.toMatch(/archived/)
  })
})

describe('amounts and dates', () => {
  it('the renewal names plan and add-ons together', () => {
    const w = premium()
    w.do({ type: 'set_add_on', addOn: 'more', quantity: 2 })
    w.pay()
    expect(say(w, paidOnly)).toBe(
      'Your Premium plan is active and renews on 14 Nov 2025 for $59.00.',
    )
  })

  it('B-20 the renewal is announced with its discount', () => {
    const w = premium()
    w.do({ type: 'apply_coupon', coupon: 'HALF' })
    expect(say(w, paidOnly)).toBe(
      'Your Premium plan is active and renews on 14 Nov 2025 for $24.50.',
    )
  })

  it('a payment that waits for its page has not failed, whoever sent the customer there', () => {
    for (const reach of [linked, unconfirmed]) {
      expect(reach().subscription().status).toBe('past_due')
      expect(say(reach(), paidOnly)).toMatch(
        /^Your payment of \$49.00 is due. .* please pay on the/,
      )
    }
  })

  it('an ending inside the grace period is the earlier date', () => {
    const w = declined()
    w.do({ type: 'cancel', at: instant('2025-11-18') })
    expect(say(w, paidOnly)).toMatch(/stays active until 18 Nov 2025;/)
  })

  it('D-06 is as true on a late read as on time: nothing has to run', () => {
    const w = canceled(withFree)
    const later = sentence(w.account, {}, instant('2025-11-14'), withFree)
    expect(later).toBe('You are on the Free plan.')
  })

  it('a date is the date where the app counts its days', () => {
    const manila = shop(false, { timeZone: 'Asia/Manila' })
    const w = world(manila, '2025-10-13T20:00:00Z')
    w.do({ type: 'subscribe', plan: 'essential', trial: false })
    w.pay()
    expect(say(w, manila)).toMatch(/renews on 14 Nov 2025 /)
    expect(formatDate(instant('2025-11-13T20:00:00Z'), 'en', 'Asia/Manila')).toBe('14 Nov 2025')
    expect(formatDate(instant('2025-11-13T20:00:00Z'), 'en')).toBe('13 Nov 2025')
  })

  it('an app’s own plan title is used, whatever it contains', () => {
    const sold = catalog({
      plans: [plan('pro', { title: 'Pro {amount} $& $1', price: monthly(49_00, 'USD') })],
      gateways: [{ name: 'bank' }],
    })
    const w = world(sold, '2025-10-14')
    w.do({ type: 'subscribe', plan: 'pro' })
    w.pay()
    expect(say(w, sold)).toBe(
      'Your Pro {amount} $& $1 plan is active and renews on 14 Nov 2025 for $49.00.',
    )
  })
})

describe('money', () => {
  it.each([
    ['JPY', 4900, '¥4,900', '4 900 ¥'],
    ['KWD', 12_345, 'KWD 12.345', '12,345 KWD'],
    ['HUF', 123_456, 'Ft 1,234.56', '1 234,56 Ft'],
    ['NGN', 490_000, '₦4,900.00', '4 900,00 ₦'],
    ['PHP', 49_900, '₱499.00', '499,00 ₱'],
    ['USD', 4900, '$49.00', '49,00 $'],
    ['GHS', 4900, 'GH₵49.00', '49,00 GH₵'],
    ['KES', 4900, 'KES 49.00', '49,00 KES'],
    ['ZAR', 4900, 'R 49.00', '49,00 R'],
  ])('B-20 %s has the digits of ISO 4217', (currency, amount, en, fr) => {
    expect(plain(formatMoney(amount, currency))).toBe(en)
    expect(plain(formatMoney(amount, currency, 'fr'))).toBe(fr)
    expect(plain(formatMoney(amount, currency, 'fil'))).toBe(en)
  })

  it('nothing and less than nothing are written as well', () => {
    expect(formatMoney(0, 'USD')).toBe('$0.00')
    expect(formatMoney(-919, 'USD')).toBe('-$9.19')
  })
})
