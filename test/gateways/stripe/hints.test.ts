/** Every sample event of the vendor, and what it tells or hints at. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EVENTS } from '../../../adapters/gateways/stripe/setup/events.ts'
import { gatewayWith, signed, vectors } from './webhooks.ts'

const { events } = vectors()
const gateway = gatewayWith()
const hear = (event: object) => gateway.receive(signed(JSON.stringify(event)))

type Shown = readonly [events: readonly string[], fetch: readonly string[]]

const checkout: Shown = [[], ['checkout user_42']]
const subscription: Shown = [[], ['subscription sub_1']]
const nothing: Shown = [[], []]

const EXPECTED: Readonly<Record<string, Shown>> = {
  checkout_completed: checkout,
  checkout_completed_trial: checkout,
  checkout_expired: [['checkout.expired'], []],
  checkout_setup_completed: checkout,
  subscription_created_incomplete: subscription,
  subscription_created_trialing: subscription,
  subscription_renewed: subscription,
  subscription_past_due: subscription,
  subscription_plan_changed: subscription,
  subscription_cancel_scheduled: subscription,
  subscription_schedule_attached: subscription,
  subscription_deleted: subscription,
  subscription_paused: subscription,
  subscription_resumed: subscription,
  trial_will_end: nothing,
  pending_update_applied: subscription,
  invoice_paid_create: subscription,
  invoice_paid_cycle: subscription,
  invoice_paid_update: subscription,
  invoice_payment_failed: subscription,
  invoice_payment_action_required: subscription,
  invoice_upcoming: nothing,
  refund_created: [['payment.refunded'], []],
  dispute_created: [['payment.disputed'], []],
  schedule_updated: subscription,
}

function shown({ events: told, fetch = [] }: Awaited<ReturnType<typeof hear>>): Shown {
  const names = fetch.map((thing) => {
    const what = thing.kind === 'checkout' ? thing.reference : 'id' in thing ? thing.id : ''
    return `${thing.kind} ${what}`
  })
  return [told.map(({ type }) => type), names]
}

describe('the sample event', () => {
  it('has a row here for each of them', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(events).sort())
  })

  it.each(Object.entries(EXPECTED))('%s tells what it should', async (name, expected) => {
    const event = events[name] ?? {}
    const delivery = await hear(event)
    expect(shown(delivery)).toEqual(expected)
    expect(delivery).toMatchObject({ id: event.id, type: event.type })
    expect(delivery.quarantined).toBeUndefined()
  })

  it.each(Object.keys(EXPECTED))(
    '%s of an app that is not ours tells nothing to fetch',
    async (name) => {
      const theirs = JSON.parse(JSON.stringify(events[name]).replaceAll('billwright_', 'other_'))
      expect((await hear(theirs)).fetch ?? []).toEqual([])
    },
  )

  it.each(Object.keys(EXPECTED))(
    '%s of the live mode is quarantined by a test key',
    async (name) => {
      const { quarantined } = await hear({ ...events[name], livemode: true })
      expect(quarantined).toBe('mode_mismatch')
      expect((await hear({ ...events[name], livemode: undefined })).quarantined).toBe(
        'mode_missing',
      )
    },
  )

  it('of a connected account is quarantined where none was named', async () => {
    const { quarantined } = await hear({ ...events.invoice_paid_cycle, account: 'acct_2' })
    expect(quarantined).toBe('account_mismatch')
  })
})

describe('the events that the webhook endpoint is asked for', () => {
  const objects = [
    ...Object.values(events).map((event) => (event.data as { object: object }).object),
    { id: 'pi_1', metadata: { billwright_invoice: 'inv_1' }, customer: 'cus_1' },
    { id: 'pm_1', object: 'payment_method', type: 'card', customer: 'cus_1' },
  ]

  /** Every type that Stripe's package knows an endpoint can have enabled. */
  function offered(): readonly string[] {
    const entry = new URL(import.meta.resolve('stripe'))
    const types = new URL('resources/WebhookEndpoints.d.ts', entry)
    const [, union = ''] = /type EnabledEvent = (.*);/.exec(readFileSync(types, 'utf8')) ?? []
    return Array.from(union.matchAll(/'([\w.]+)'/g), ([, type = '']) => type)
  }

  it('are exactly those that are read', async () => {
    const read: string[] = []
    for (const type of offered()) {
      const told = await Promise.all(
        objects.map((object) => hear({ ...events.trial_will_end, type, data: { object } })),
      )
      if (told.some((each) => each.events.length + (each.fetch ?? []).length > 0)) read.push(type)
    }
    expect(read.sort()).toEqual([...EVENTS].sort())
  })
})

describe('shapes of other API versions', () => {
  const invoice = events.invoice_paid_cycle as { data: { object: Record<string, unknown> } }

  it('an invoice that names its subscription in the old place hints at it', async () => {
    const { parent, ...rest } = invoice.data.object
    const subscription_details = (parent as Record<string, unknown>).subscription_details
    const { metadata } = subscription_details as Record<string, unknown>
    const object = { ...rest, subscription: 'sub_1', subscription_details: { metadata } }
    const delivery = await hear({ ...invoice, data: { object } })
    expect(shown(delivery)).toEqual(subscription)
  })

  it('a status, a type or a field that nobody knows is harmless', async () => {
    for (const [name, event] of Object.entries(events)) {
      const { object } = (event as typeof invoice).data
      const odd = { ...object, status: 'invented', brand_new: { deep: [1] } }
      await expect(hear({ ...event, data: { object: odd } }), name).resolves.toBeDefined()
      const bare = { object: object.object, metadata: object.metadata }
      await expect(hear({ ...event, data: { object: bare } }), name).resolves.toBeDefined()
      expect(shown(await hear({ ...event, type: 'invented.tomorrow' }))).toEqual(nothing)
    }
  })

  it('a thin event of the second API tells nothing', async () => {
    const thin = { id: 'evt_9', object: 'v2.core.event', type: 'v1.invoice.paid', livemode: false }
    expect(shown(await hear(thin))).toEqual(nothing)
  })
})
