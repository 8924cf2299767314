/** What Dodo's webhooks tell: every sample, every signed vector, and no bit of one that is forged. */

import type { Delivery, WebhookRequest } from 'billwright'
import { readFileSync } from 'node:fs'
import { BillingError } from 'billwright'
import { type GatewayEvent, instant } from 'billwright/core'
import { standardWebhookSigner } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { dodo } from '../../../adapters/gateways/dodo/index.ts'
import { EVENTS } from '../../../adapters/gateways/dodo/setup/events.ts'
import samples from '../../vectors/dodo-webhooks.json' with { type: 'json' }
import standard from '../../vectors/standard-webhooks.json' with { type: 'json' }

const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
const NOW = instant('2025-08-04T05:45:31Z')

const gatewayWith = (webhookSecret: string, businessId?: string) =>
  dodo({
    secretKey: 'dodo_test_key',
    webhookSecret,
    mode: 'test',
    products: [
      { product: 'pdt_RUST4raxbl0Rfe4VQi1z', plan: 'pro', interval: 'month', currency: 'USD' },
    ],
    ...(businessId !== undefined && { businessId }),
  })
const gateway = gatewayWith(SECRET)

function signed(event: unknown, at = NOW): WebhookRequest {
  const text = typeof event === 'string' ? event : JSON.stringify(event)
  const body = new TextEncoder().encode(text)
  const headers = standardWebhookSigner(SECRET)({ id: 'msg_1', body, at })
  return { headers, body, receivedAt: at }
}

const told = async (event: unknown, at = NOW): Promise<Delivery> =>
  gateway.receive(signed(event, at))

/** A sample with some of its data replaced. */
function sample(name: keyof typeof samples.events, data: Readonly<Record<string, unknown>> = {}) {
  const event = samples.events[name]
  return { ...event, data: { ...event.data, ...data } }
}

/** In one line what a delivery tells. */
function summary({ events, fetch = [] }: Pick<Delivery, 'events' | 'fetch'>): readonly string[] {
  return [...events.map(worded), ...fetch.map(({ kind }) => `fetch ${kind}`)]
}

function worded(event: GatewayEvent): string {
  switch (event.type) {
    case 'subscription.observed':
      return `observed ${event.observation.state}`
    case 'payment.dispute_closed':
      return `dispute ${event.outcome}`
    default:
      return event.type
  }
}

/** What each sample tells. A payment that does not say what it is for is looked up. */
const TOLD: { readonly [Name in keyof typeof samples.events]: readonly string[] } = {
  'abandoned_checkout.detected': [],
  'abandoned_checkout.recovered': [],
  'dispute.accepted': ['dispute lost'],
  'dispute.cancelled': ['dispute won'],
  'dispute.challenged': ['payment.disputed'],
  'dispute.expired': ['dispute lost'],
  'dispute.opened': ['payment.disputed'],
  'dispute.won': ['dispute won'],
  'dunning.recovered': [],
  'dunning.started': [],
  'entitlement_grant.created': [],
  'entitlement_grant.delivered': [],
  'entitlement_grant.revoked': [],
  'payment.failed': [],
  'payment.processing': [],
  'payment.succeeded': [],
  'payment.succeeded (subscription)': ['fetch payment'],
  'refund.failed': ['payment.refund_failed'],
  'refund.succeeded': ['payment.refunded'],
  'subscription.active': ['observed active'],
  'subscription.cancelled': ['observed canceled'],
  'subscription.failed': [],
  'subscription.on_hold': ['observed past_due'],
  'subscription.past_due': ['observed past_due'],
  'subscription.paused': ['observed paused'],
  'subscription.plan_changed': ['observed active'],
  'subscription.renewed': ['observed active'],
  'subscription.update_payment_method': ['observed active'],
  'subscription.updated': ['observed active'],
  'subscription.updated (cancel scheduled)': ['observed active'],
}

describe('a webhook of the type', () => {
  it.each(Object.entries(TOLD))('%s tells what it must', async (name, expected) => {
    const event = samples.events[name as keyof typeof samples.events]
    expect(summary(await told(event))).toEqual(expected)
  })

  it.each(['dispute.lost', 'payment.cancelled', 'subscription.expired', 'subscription.unpaused'])(
    '%s, of which there is no sample, is known as well',
    async (type) => {
      const data = type.startsWith('subscription')
        ? sample('subscription.active', { status: type.endsWith('expired') ? 'expired' : 'active' })
        : type.startsWith('dispute')
          ? sample('dispute.opened', { dispute_status: 'dispute_lost' })
          : sample('payment.succeeded (subscription)', { status: 'cancelled' })
      expect(summary(await told({ ...data, type }))).toHaveLength(1)
    },
  )

  it.each([
    'license_key.created',
    'credit.added',
    'payout.success',
    'subscription.renamed',
    'toString',
  ])('%s is none of ours and tells nothing', async (type) => {
    expect(summary(await told({ ...samples.events['subscription.active'], type }))).toEqual([])
  })
})

it('the endpoint is asked for exactly the types that are read', async () => {
  const entry = new URL(import.meta.resolve('dodopayments'))
  const types = readFileSync(new URL('resources/webhook-events.d.ts', entry), 'utf8')
  const [, union = ''] = /type WebhookEventType = (.*);/.exec(types) ?? []
  // The package's list is a version behind the vendor's.
  const offered = new Set([...(union.match(/[a-z_]+\.[a-z_]+/g) ?? []), ...Object.keys(TOLD)])
  const read: string[] = []
  for (const type of offered) {
    const all = Object.values(samples.events).map((event) => told({ ...event, type }))
    if ((await Promise.all(all)).some((each) => summary(each).length > 0)) read.push(type)
  }
  expect(read.sort()).toEqual([...EVENTS].sort())
})

describe('a payment', () => {
  const opened = Date.parse('2025-08-04T05:30:00Z')
  const ours = { bw_checkout: 'ada.chk1', bw_opened: String(opened), bw_customer: 'ada' }
  const paid = (data: Readonly<Record<string, unknown>>) =>
    told(sample('payment.succeeded (subscription)', { metadata: ours, ...data }))

  it('of a checkout of ours completes it, with its subscription and method', async () => {
    const { events } = await paid({ payment_method_id: 'pm_1' })
    expect(events).toEqual([
      {
        type: 'checkout.completed',
        gateway: 'dodo',
        reference: 'ada.chk1',
        customer: 'cus_8VbC6JDZzPEqfB',
        subscription: 'sub_7EeHq2ewQuadropD2ra',
        method: {
          gateway: 'dodo',
          id: 'pm_1',
          reusable: true,
          brand: 'visa',
          last4: '4242',
          expires: null,
          fingerprint: null,
        },
        payment: {
          id: 'pay_2IjeQm4hqU6RA4Z4kwDee',
          subject: { checkout: 'ada.chk1' },
          amount: 1000,
          currency: 'USD',
          at: Date.parse('2025-08-04T05:30:31.152Z'),
        },
        at: Date.parse('2025-08-04T05:30:31.152Z'),
      },
    ])
  })

  it('of nothing starts a trial: the checkout is completed and nothing was paid', async () => {
    const [event] = (await paid({ total_amount: 0 })).events
    expect(event).toMatchObject({ type: 'checkout.completed', payment: null })
  })

  it('that carries the mark of a checkout long after it is looked up before it is believed', async () => {
    const old = { ...ours, bw_opened: String(opened - 31 * 86_400_000) }
    expect(summary(await paid({ metadata: old }))).toEqual(['fetch checkout', 'fetch payment'])
    expect(summary(await paid({ metadata: old, checkout_session_id: null }))).toEqual([
      'fetch checkout',
      'fetch payment',
    ])
  })

  it('of a change names the invoice, and no renewal after it does', async () => {
    const change = { ...ours, bw_invoice: 'ada.inv2', bw_asked: String(opened) }
    const delivery = await paid({ metadata: change, checkout_session_id: null })
    // And the subscription is looked at: the change may have begun another cycle.
    expect(summary(delivery)).toEqual(['payment.succeeded', 'fetch subscription'])
    expect(delivery.events[0]).toMatchObject({ payment: { subject: { invoice: 'ada.inv2' } } })
    const later = { ...change, bw_asked: String(opened - 26 * 3_600_000) }
    expect(summary(await paid({ metadata: later, checkout_session_id: null }))).toEqual([
      'fetch checkout',
      'fetch payment',
    ])
  })

  it('that only saves a method tells of the method alone', async () => {
    const data = { is_update_payment_method: true, total_amount: 0, payment_method_id: 'pm_2' }
    expect(summary(await paid(data))).toEqual(['method.saved'])
  })

  it.each([
    ['INSUFFICIENT_FUNDS', 'insufficient_funds', 'later'],
    ['EXPIRED_CARD', 'expired_card', 'with_customer'],
    ['AUTHENTICATION_REQUIRED', 'authentication_required', 'with_customer'],
    ['STOLEN_CARD', 'lost_or_stolen', 'never'],
    ['FRAUDULENT', 'fraud', 'never'],
    ['CARD_LIMIT_EXCEEDED', 'limit_exceeded', 'later'],
    ['DO_NOT_HONOR', 'do_not_honor', 'later'],
    ['PROCESSING_ERROR', 'processing_error', 'later'],
    ['INVENTED_TOMORROW', 'unknown', 'later'],
    [null, 'unknown', 'later'],
  ])('that failed with %s is declined as %s', async (error_code, code, retry) => {
    const failed = { ...sample('payment.failed', { metadata: ours, error_code }) }
    const [event] = (await told(failed)).events
    expect(event).toMatchObject({ subject: { checkout: 'ada.chk1' }, decline: { code, retry } })
  })

  it('for several subscriptions at once is none of ours', async () => {
    const data = { subscription_id: null, subscription_ids: ['sub_1', 'sub_2'], metadata: {} }
    expect(summary(await paid(data))).toEqual([])
  })
})

describe('a subscription', () => {
  const observation = async (data: Readonly<Record<string, unknown>>, at = NOW) => {
    const [event] = (await told(sample('subscription.active', data), at)).events
    return event?.type === 'subscription.observed' ? event.observation : null
  }

  it('is shown with its plan, period and ending', async () => {
    expect(await observation({ cancel_at_next_billing_date: true })).toEqual({
      subscription: 'sub_7EeHq2ewQuadropD2ra',
      observedAt: Date.parse('2025-08-04T05:45:31.736Z'),
      state: 'active',
      period: {
        start: Date.parse('2025-07-23T12:01:21.506Z'),
        end: Date.parse('2025-08-23T12:01:14.672Z'),
      },
      cancelAt: Date.parse('2025-08-23T12:01:14.672Z'),
      plan: { id: 'pro', interval: { unit: 'month', count: 1 } },
      quantity: 1,
    })
  })

  it.each([
    ['active', 'active'],
    ['past_due', 'past_due'],
    ['on_hold', 'past_due'],
    ['paused', 'paused'],
    ['cancelled', 'canceled'],
    ['failed', 'canceled'],
    ['expired', 'expired'],
    ['invented', 'unknown'],
  ])('that is %s is %s here', async (status, state) => {
    expect(await observation({ status })).toMatchObject({ state })
  })

  it('that is pending has not begun', async () => {
    expect(await observation({ status: 'pending' })).toBeNull()
  })

  it('is in its trial until the first billing, although Dodo calls it active', async () => {
    const trial = { trial_period_days: 14, created_at: '2025-07-23T12:01:21Z' }
    expect(await observation(trial)).toMatchObject({ state: 'trialing' })
    const over = { ...trial, created_at: '2025-06-23T12:01:21Z' }
    expect(await observation(over)).toMatchObject({ state: 'active' })
  })

  it('of a product that is none of ours has no plan', async () => {
    expect(await observation({ product_id: 'pdt_other' })).toMatchObject({ plan: null })
  })

  it('that is sent again hours later is dated by when it happened: nothing newer is overwritten', async () => {
    const happened = Date.parse('2025-08-04T05:45:31.736Z')
    expect(await observation({}, instant(NOW + 7_200_000))).toMatchObject({ observedAt: happened })
  })

  it('with another method tells of the method', async () => {
    const event = sample('subscription.update_payment_method', { payment_method_id: 'pm_3' })
    expect(summary(await told(event))).toEqual(['method.saved', 'observed active'])
  })

  it.each(['quantity', 'created_at', 'next_billing_date', 'product_id', 'customer'])(
    'without %s tells nothing',
    async (name) => {
      expect(await observation({ [name]: null })).toBeNull()
    },
  )
})

describe('authenticity', () => {
  it.each(samples.signing.vectors.map((vector) => [vector.event, vector] as const))(
    'the signed vector of %s is accepted',
    async (type, vector) => {
      const { event: _, secret, body, ...headers } = vector
      const receivedAt = instant(Number(headers['webhook-timestamp']) * 1000)
      const request = { headers, body: new TextEncoder().encode(body), receivedAt }
      expect(await gatewayWith(secret).receive(request)).toMatchObject({
        type,
        id: headers['webhook-id'],
      })
    },
  )

  it.each(standard.verify.map((vector) => [vector.name, vector] as const))(
    'the reference vector «%s» is judged as it must be',
    async (_, { secret, headers, payload, now, expect: expected }) => {
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
      const request: WebhookRequest = {
        headers: Object.fromEntries(lower),
        body: new TextEncoder().encode(payload),
        receivedAt: instant(now * 1000),
      }
      expect(await verdict(secret, request)).toBe(expected)
    },
  )

  it('no bit of a body or a signature may be another: 2,000 are tried', async () => {
    const request = signed(samples.events['payment.succeeded (subscription)'])
    const bits = request.body.length * 8
    let refused = 0
    for (let i = 0; i < 1600; i += 1) {
      const body = flipped(request.body, Math.floor((i * bits) / 1600))
      if ((await verdict(SECRET, { ...request, body })) === 'reject') refused += 1
    }
    for (const name of Object.keys(request.headers)) {
      const raw = new TextEncoder().encode(request.headers[name])
      for (let bit = 0; bit < raw.length * 8; bit += 1) {
        const text = String.fromCharCode(...flipped(raw, bit))
        const headers = { ...request.headers, [name]: text }
        if ((await verdict(SECRET, { ...request, headers })) === 'reject') refused += 1
        else expect(`${name} ${text}`).toBe('refused')
      }
    }
    expect(refused).toBeGreaterThan(2000)
  })

  it('of another business is quarantined', async () => {
    const mine = gatewayWith(SECRET, 'bus_mine')
    const delivery = await mine.receive(signed(samples.events['subscription.active']))
    expect(delivery.quarantined).toBe('account_mismatch')
    const theirs = gatewayWith(SECRET, samples.events['subscription.active'].business_id)
    const accepted = await theirs.receive(signed(samples.events['subscription.active']))
    expect(accepted.quarantined).toBeUndefined()
  })
})

async function verdict(secret: string, request: WebhookRequest): Promise<string> {
  try {
    await gatewayWith(secret).receive(request)
    return 'accept'
  } catch (error) {
    if (!BillingError.isInstance(error)) throw error
    return error.kind === 'config' ? 'config-error' : 'reject'
  }
}

function flipped(raw: Uint8Array, bit: number): Uint8Array {
  const other = Uint8Array.from(raw)
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return other
}
