/** A reply that cannot be read decides nothing: a write may have been done, a look-up was not. */
import { describe, expect, it } from 'vitest'
import { checkOptions } from '../../../adapters/gateways/paystack/options.ts'
import { transport } from '../../../adapters/gateways/paystack/transport.ts'

const HEADERS = { 'content-type': 'application/json' }

/** What Paystack "answers" with this body. */
const answering = (body: string | ReadableStream<Uint8Array>) => {
  const send: typeof fetch = async () => new Response(body, { headers: HEADERS })
  const call = transport(checkOptions({ secretKey: 'sk_test_transport_test', fetch: send }))
  return (method: 'GET' | 'POST') =>
    call({ method, path: '/refund', signal: new AbortController().signal })
}

/** More than it should be: a stream that would go on for ever, and notes when it is let go. */
function endless() {
  const seen = { canceled: false }
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(64_000).fill(32)),
    cancel: () => {
      seen.canceled = true
    },
  })
  return { body, seen }
}

describe('a reply of Paystack', () => {
  it('is read as it is', async () => {
    expect(await answering('{"status":true,"data":{"id":1}}')('POST')).toEqual({
      ok: true,
      data: { id: 1 },
    })
  })

  it.each(['{"status":tr', '<html>', '[]', ''])('that is %j leaves a write open', async (body) => {
    await expect(answering(body)('POST')).rejects.toMatchObject({ code: 'outcome_unknown' })
    await expect(answering(body)('GET')).rejects.toMatchObject({ code: 'gateway_unavailable' })
  })

  it('is read no further than an honest one goes', async () => {
    const { body, seen } = endless()
    await expect(answering(body)('POST')).rejects.toMatchObject({ code: 'outcome_unknown' })
    expect(seen.canceled).toBe(true)
  })
})
