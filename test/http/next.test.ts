import { next } from 'billwright/next'
import { describe, expect, it } from 'vitest'
import { answerOf, ORIGIN, testApp } from './support/app.ts'

const at = (path: string, init: RequestInit = {}) =>
  new Request(`https://app.example/api/billing${path}`, init)
const changing = { origin: ORIGIN, 'content-type': 'application/json', 'x-user': 'alice' }

describe('F-09 Next’s App Router', () => {
  it('answers below the folder of the route file', async () => {
    const app = testApp()
    const { GET, POST, DELETE } = next(app)
    expect((await GET(at('/plans'))).status).toBe(200)
    expect(
      (await POST(at('/cancel', { method: 'POST', headers: changing, body: '{}' }))).status,
    ).toBe(200)
    expect((await DELETE(at('/coupon', { method: 'DELETE', headers: changing }))).status).toBe(200)
    expect(app.calls.map(({ verb }) => verb)).toEqual(['cancel', 'removeCoupon'])
  })

  it('answers below another folder when told', async () => {
    const { GET } = next(testApp(), { basePath: '/pay' })
    expect((await GET(new Request('https://app.example/pay/plans'))).status).toBe(200)
    expect((await GET(at('/plans'))).status).toBe(404)
  })

  it('hands a webhook’s bytes over', async () => {
    const app = testApp()
    const headers = { 'stripe-signature': 'good' }
    const body = '{ "id":"e" }\r\n'
    const request = at('/webhooks/stripe', { method: 'POST', headers, body })
    expect((await next(app).POST(request)).status).toBe(200)
    expect(app.deliveries).toEqual([{ gateway: 'stripe', text: body }])
  })

  it('A9 names the fix when the body was consumed before', async () => {
    const app = testApp()
    const request = at('/webhooks/stripe', { method: 'POST', body: '{}' })
    await request.text()
    const answer = await answerOf(await next(app).POST(request))
    expect([answer.status, answer.body.code]).toEqual([500, 'raw_body_unavailable'])
    expect(app.calls).toEqual([])
  })

  it('takes the request that Next makes', async () => {
    const { NextRequest } = await import('next/server.js')
    const app = testApp()
    const init = { method: 'POST', headers: changing, body: '{"at":"now"}' }
    const request = new NextRequest('https://app.example/api/billing/cancel', init)
    expect((await next(app).POST(request)).status).toBe(200)
    expect(app.calls[0]?.args).toEqual([{ at: 'now', actor: 'alice' }])
  })
})
