/** What `billwright doctor` says of an account at Stripe. */
import { stripe } from 'billwright/stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diagnose } from '../../adapters/command-line/doctor.ts'
import { EVENTS } from '../../adapters/gateways/stripe/setup/events.ts'
import { vendorOpenApi } from '../support/openapi.ts'
import { APP, SECRET_KEY, stripeShop } from './stripe-shop.ts'

const API_VERSION = '2026-10-28.endive'
const URL_OF_HOOKS = `${APP}/webhooks/stripe`
const events = [...EVENTS] as ['*']

let shop: Awaited<ReturnType<typeof stripeShop>>

beforeEach(async () => {
  shop = await stripeShop()
})

afterEach(async () => {
  await shop.close()
})

const register = (options: object = {}) =>
  shop.owner.webhookEndpoints.create({
    ...{ url: URL_OF_HOOKS, api_version: API_VERSION, enabled_events: events },
    ...options,
  } as never)

const doctor = () => diagnose(shop.app())

describe('doctor, at Stripe', () => {
  it('is content with an endpoint that is as the docs say, and says what is not there yet', async () => {
    await register()
    const { text, ok } = await doctor()
    expect(ok).toBe(true)
    expect(text).toContain('stripe (test, renewals by gateway)')
    expect(text).toContain('The key is accepted: test mode of acct_emulated.')
    expect(text).toContain("The clock agrees with Stripe's.")
    expect(text).toContain(`The webhook endpoint ${URL_OF_HOOKS} is enabled, with every event.`)
    expect(text).toContain(
      'The price pro, $49.00 every month (is not there; the first sale makes it)',
    )
  })

  it('names a disabled endpoint and how to enable it', async () => {
    const { id } = await register()
    await shop.owner.webhookEndpoints.update(id, { disabled: true })
    const { text, ok } = await doctor()
    expect(ok).toBe(false)
    expect(text).toContain(`PROBLEM The webhook endpoint ${URL_OF_HOOKS} is disabled.`)
    expect(text).toContain(`→ Enable it at https://dashboard.stripe.com/webhooks/${id}.`)
  })

  it('says which endpoint to add where there is none, with version and events', async () => {
    await register({ url: 'https://app.example/elsewhere' })
    const { text, ok } = await doctor()
    expect(ok).toBe(false)
    expect(text).toContain('there are: https://app.example/elsewhere')
    expect(text).toContain(`API version ${API_VERSION}, events checkout.session.completed,`)
  })

  it('names the events that an endpoint lacks', async () => {
    const kept = events.filter((event) => !/^refund/.test(event))
    await register({ enabled_events: kept })
    const { text, ok } = await doctor()
    expect(ok).toBe(false)
    expect(text).toContain('refund.created, refund.updated, refund.failed.')
  })

  it('warns of another API version and of a second endpoint, and fails for neither', async () => {
    await register({ api_version: '2024-06-20' })
    await register()
    const { text, ok } = await doctor()
    expect(ok).toBe(true)
    expect(text).toContain('in the API version 2024-06-20, not 2026-10-28.endive')
    expect(text).toMatch(/warning Several endpoints lead here \(we_\d+, we_\d+\)/)
  })

  it('says that the key is refused, and nothing that follows from it', async () => {
    const gateway = stripe({
      ...{ secretKey: 'sk_live_command_line', baseUrl: shop.emulator.url },
      webhookSecret: 'whsec_command_line_0000000000',
    })
    const { catalog } = shop.app()
    const gateways = new Map([[gateway.name, gateway]])
    const { text, ok } = await diagnose({ catalog, gateways })
    expect(ok).toBe(false)
    expect(text.match(/PROBLEM .*/g)).toEqual(['PROBLEM Stripe refuses the secret key.'])
    expect(text).toContain('Take a live key from https://dashboard.stripe.com/apikeys')
  })

  it.each([
    [20, 'The clock agrees'],
    [90, "warning The clock is 90 seconds ahead of Stripe's."],
    [-400, "PROBLEM The clock is 400 seconds behind Stripe's. Webhooks look forged from 300"],
  ])('compares the clocks: %i seconds apart', async (seconds, said) => {
    const now = Math.floor(Date.now() / 1000) * 1000
    const apart = await stripeShop({ now: new Date(now - seconds * 1000) })
    const { text } = await diagnose(apart.app())
    await apart.close()
    // A second may pass meanwhile.
    expect(text.replace(/(\d)1 seconds/, '$10 seconds').replace('399', '400')).toContain(said)
  })

  it('knows the endpoint by its whole address where that is said', async () => {
    await register()
    const here = await diagnose(shop.app(), { url: 'http://127.0.0.1:1/billing' })
    expect(here.text).toContain('No webhook endpoint leads to http://127.0.0.1:1/billing/webhooks/')
    expect(here.text).toContain(
      'PROBLEM Nobody answers at http://127.0.0.1:1/billing/webhooks/stripe',
    )
  })

  it('never shows the key or the webhook secret', async () => {
    const { text } = await doctor()
    expect(text).not.toContain(SECRET_KEY)
    expect(text).not.toContain('whsec_')
  })

  it('asks only what Stripe has: every request and reply is in the contract', async () => {
    await register()
    await doctor()
    const requests = vendorOpenApi('stripe.endive-requests.openapi.json')
    const responses = vendorOpenApi('stripe.endive-subset.from-sdk.openapi.json')
    // The account is in neither file.
    const asked = shop.exchanges.filter(({ url }) => !url.endsWith('/v1/account'))
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.flatMap((each) => requests?.request(each) ?? [])).toEqual([])
    const told = asked.filter(({ status }) => status < 400)
    expect(told.flatMap((each) => responses?.response(each) ?? [])).toEqual([])
  })
})
