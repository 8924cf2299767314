import { describe, expect, it } from 'vitest'
import { BillingError, REFUSALS, type RefusalCode } from '../../src/errors.ts'
import { notDone, outcomeUnknown } from '../../src/gateway.ts'
import { REQUEST_ERRORS } from '../../src/request-errors.ts'
import { testApp } from './support/app.ts'
import { refused } from './support/fake-bill.ts'

/** What `POST /cancel` answers when the verb throws this. */
async function answerTo(error: unknown, http = {}) {
  const app = testApp({ http })
  app.fail('cancel', error)
  const answer = await app.ask('POST /cancel', { user: 'alice', body: {} })
  const { requestId, ...body } = answer.body
  return { ...answer, body, requestId, log: app.log }
}

describe('refusals on the wire', () => {
  it('B-12 no live plan: 402 and where to buy one', async () => {
    const { status, body } = await answerTo(refused('subscription_required', { status: null }))
    expect(status).toBe(402)
    expect(body).toEqual({
      error: 'Active subscription required',
      code: 'subscription_required',
      redirectTo: '/pricing',
    })
    const other = await answerTo(refused('subscription_required'), { pricingUrl: '/plans' })
    expect(other.body.redirectTo).toBe('/plans')
  })

  it('B-12 a limit: 403 with plan, count and limit', async () => {
    const facts = { feature: 'listings', kind: 'limit', limit: 3, used: 3, plan: 'pro' }
    const { status, body } = await answerTo(refused('limit_reached', { ...facts, resetsAt: null }))
    expect(status).toBe(403)
    expect(body).toEqual({
      error: 'The limit is reached.',
      code: 'limit_reached',
      feature: 'listings',
      currentPlan: 'pro',
      currentCount: 3,
      limit: 3,
      upgradeRequired: true,
    })
  })

  it('D-03 a meter: 429 with when it starts again', async () => {
    const resetsAt = new Date('2026-12-01T00:00:00Z')
    const facts = { feature: 'queries', kind: 'meter', limit: 50, used: 50, plan: 'free', resetsAt }
    const { status, body } = await answerTo(refused('limit_reached', facts))
    expect(status).toBe(429)
    expect(body).toEqual({
      error: 'Monthly limit reached',
      code: 'limit_reached',
      feature: 'queries',
      limit: 50,
      used: 50,
      resetsAt: '2026-12-01T00:00:00.000Z',
      upgradeRequired: true,
    })
  })

  it('E-03 ending: 409 with when it ends', async () => {
    const at = Date.UTC(2026, 11, 1)
    const { status, body } = await answerTo(refused('ending', { cancelAt: at }))
    expect(status).toBe(409)
    expect(body).toEqual({
      error: REFUSALS.ending,
      code: 'ending',
      detail: { cancelAt: '2026-12-01T00:00:00.000Z' },
    })
  })

  const statuses: Readonly<Partial<Record<RefusalCode, number>>> = {
    past_due: 402,
    trial_used: 409,
    in_progress: 409,
    wrong_direction: 409,
    quote_changed: 409,
    already_subscribed: 409,
    unknown_plan: 400,
    plan_unavailable: 400,
    quantity_invalid: 400,
    checkout_unknown: 404,
    invoice_unknown: 404,
  }
  it.each(Object.entries(statuses))('%s is a %i', async (code, status) => {
    const answer = await answerTo(refused(code as RefusalCode))
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  it('every refusal of the core has its sentence and a status from 400 to 429', async () => {
    for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
      const { status, body } = await answerTo(refused(code))
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThanOrEqual(429)
      expect(body.code).toBe(code)
      if (code !== 'subscription_required') expect(body.error).toBe(REFUSALS[code])
    }
  })

  it('idempotency_mismatch is a 409, whichever kind it was thrown as', async () => {
    for (const kind of ['refused', 'request'] as const) {
      const error = new BillingError(kind, 'idempotency_mismatch', 'x')
      expect((await answerTo(error)).status).toBe(409)
    }
  })

  it('E7 too many checkouts are a 429 with when to come back', async () => {
    const detail = { retryAfterMs: 61_500 }
    const { status, headers } = await answerTo(
      new BillingError('request', 'rate_limited', 'x', detail),
    )
    expect([status, headers.get('retry-after')]).toEqual([429, '62'])
  })

  it('a code of the rules is told alike when a verb throws it for its arguments', async () => {
    const { status, body } = await answerTo(new BillingError('request', 'unknown_feature', 'x'))
    expect([status, body]).toEqual([400, { error: 'No such feature.', code: 'unknown_feature' }])
  })

  it('a refusal of the vendor says nothing of the vendor', async () => {
    const detail = { gateway: 'stripe', gatewayCode: 'card_velocity_exceeded' }
    const { body } = await answerTo(new BillingError('refused', 'gateway_refused', 'x', detail))
    expect(body.error).toContain('please contact support')
    expect(Object.keys(body)).toEqual(['error', 'code'])
  })
})

describe('E-05 when something is down', () => {
  it.each([
    [notDone('stripe', { status: 503, retryAfterMs: 2_500 }), '3'],
    [outcomeUnknown('stripe', { requestId: 'req_1' }), '10'],
  ])('a gateway is a 503 that asks to contact support', async (error, retryAfter) => {
    const { status, body, headers } = await answerTo(error)
    expect(status).toBe(503)
    expect(body.error).toContain('please contact support')
    expect(headers.get('retry-after')).toBe(retryAfter)
    expect(Object.keys(body)).toEqual(['error', 'code'])
  })

  it('the storage is a 503', async () => {
    const error = new BillingError('unavailable', 'storage_unavailable', 'connect 10.0.0.7:5432')
    const { status, body } = await answerTo(error)
    expect([status, body.code]).toEqual([503, 'storage_unavailable'])
    expect(JSON.stringify(body)).not.toContain('10.0.0.7')
  })
})

describe('F12 what an error may say', () => {
  const secret =
    'sk_live_CANARY0123456789 whsec_CANARY eyJhbGc.CANARY.sig 4242 4242 4242 4242 a@b.example'
  const cause = new Error(`cause ${secret}`)
  const errors: readonly (readonly [string, unknown])[] = [
    ['an error', new Error(`boom ${secret}`, { cause })],
    ['a type error', new TypeError(secret)],
    ['a string', secret],
    ['an object', { message: secret, stack: secret }],
    ['undefined', undefined],
    ['null', null],
    ['a config error', new BillingError('config', 'x', secret, { secret })],
    ['an unavailable gateway', new BillingError('unavailable', secret, secret, { secret })],
    [
      'a request error of an adapter',
      new BillingError('request', 'vendor_said', secret, { secret }),
    ],
    ['a signature', new BillingError('request', 'invalid_signature', secret, { reason: secret })],
    ['another refusal', new BillingError('refused', 'adapter_code', secret)],
  ]
  it.each(errors)('%s tells and logs no secret, no path and no stack', async (_, error) => {
    const app = testApp()
    app.bill.cancel = () => Promise.reject(error)
    const answer = await app.ask('POST /cancel', { user: 'alice', body: {} })
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
    expect(typeof answer.body.code).toBe('string')
    const told = JSON.stringify([answer.body, [...answer.headers]])
    expect(told).not.toMatch(/CANARY|4242|b\.example|\/src\/|node_modules|\bat /)
    expect(JSON.stringify(app.log)).not.toMatch(/CANARY|4242|b\.example/)
  })

  it('an unknown error is 500 internal, and is in the log with the same request id', async () => {
    const { status, body, requestId, log } = await answerTo(new TypeError('x is not a function'))
    expect(status).toBe(500)
    expect(body).toEqual({ error: 'Something went wrong on our side.', code: 'internal' })
    expect(log).toEqual([
      expect.objectContaining({
        level: 'error',
        event: 'http.failed',
        requestId,
        error: 'TypeError',
        message: 'x is not a function',
        at: expect.arrayContaining([expect.stringContaining('at ')]),
      }),
    ])
  })

  it('every code of a request has its status and sentence', async () => {
    for (const [code, [status, sentence]] of Object.entries(REQUEST_ERRORS)) {
      const answer = await answerTo(new BillingError('request', code, 'other words'))
      expect([answer.status, answer.body.error]).toEqual([status, sentence])
    }
  })
})
