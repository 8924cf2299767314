import { node } from 'billwright/node'
import { describe, expect, it } from 'vitest'
import { ORIGIN, testApp } from './support/app.ts'
import { listening, send, wire } from './support/server.ts'

async function serving(settings: Parameters<typeof testApp>[0] = {}) {
  const app = testApp(settings)
  return { ...app, at: await listening(node(app, { basePath: '/billing' })) }
}

describe('F-09 a plain node server', () => {
  it('answers the routes below its path', async () => {
    const { at, calls } = await serving()
    const plans = await send(at, 'GET /billing/plans')
    expect([plans.status, plans.headers['content-type']]).toEqual([
      200,
      'application/json; charset=utf-8',
    ])
    const canceled = await send(at, 'POST /billing/cancel', { user: 'alice', body: '{"at":"now"}' })
    expect([canceled.status, canceled.body.status]).toEqual([200, 'active'])
    expect(calls).toEqual([
      { verb: 'cancel', customer: 'alice', args: [{ at: 'now', actor: 'alice' }] },
    ])
    expect((await send(at, 'GET /plans')).status).toBe(404)
  })

  it('uses the configured path when it is given none', async () => {
    const app = testApp({ http: { basePath: '/pay' } })
    const at = await listening(node(app))
    expect((await send(at, 'GET /pay/plans')).status).toBe(200)
  })

  it.each(['HEAD', 'PUT', 'OPTIONS', 'TRACE', 'PATCH'])('refuses %s', async (method) => {
    const { at } = await serving()
    const answer = await send(at, `${method} /billing/plans`)
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET'])
  })

  it('A8 hands a webhook over byte by byte', async () => {
    const { at, bill } = await serving()
    const seen: Uint8Array[] = []
    bill.receive = async (_, { body }) => {
      seen.push(body)
      return { outcome: 'applied', id: 'e' }
    }
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x0d, 0x0a, 0x00, 0x7d])
    for (const body of [bytes, [bytes.subarray(0, 3), bytes.subarray(3)]])
      expect((await send(at, 'POST /billing/webhooks/stripe', { body })).status).toBe(200)
    expect(seen.map((body) => Buffer.from(body).toString('hex'))).toEqual([
      bytes.toString('hex'),
      bytes.toString('hex'),
    ])
  })

  it('A2 joins a repeated header', async () => {
    const { at, calls } = await serving()
    const headers = { 'stripe-signature': ['good', 'good'] }
    const answer = await send(at, 'POST /billing/webhooks/stripe', { body: '{}', headers })
    expect(answer.status).toBe(401)
    expect(calls[0]?.args[1]).toMatchObject({ 'stripe-signature': 'good, good' })
  })

  it('E1 refuses a large body with and without Content-Length, and hangs up', async () => {
    const { at, calls } = await serving()
    const body = Buffer.alloc(32_769, ' ')
    for (const form of [body, [body]]) {
      const answer = await send(at, 'POST /billing/cancel', { user: 'alice', body: form })
      expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large'])
    }
    expect(calls).toEqual([])
  })

  it('E1 answers while an endless body is still coming', async () => {
    const { at } = await serving()
    const { socket, ended } = wire(at)
    const head = `POST /billing/cancel HTTP/1.1\r\nhost: x\r\nx-user: alice\r\norigin: ${ORIGIN}\r\n`
    socket.write(`${head}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`)
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`
    const flow = () => {
      while (socket.writable && socket.write(chunk));
    }
    socket.on('drain', flow)
    flow()
    expect(await ended).toMatch(/^(HTTP\/1\.1 413 |$)/)
    expect((await send(at, 'GET /billing/plans')).status).toBe(200)
  })

  it('E2 gives up a body that does not come, and serves others meanwhile', async () => {
    let fire = () => {}
    let waiting = () => {}
    const waited = new Promise<void>((resolve) => {
      waiting = resolve
    })
    const { at, calls } = await serving({
      sleep: (_, signal) =>
        new Promise((resolve) => {
          fire = resolve
          signal?.addEventListener('abort', () => resolve())
          waiting()
        }),
    })
    const { socket, ended } = wire(at)
    const head = `POST /billing/cancel HTTP/1.1\r\nhost: x\r\nx-user: alice\r\norigin: ${ORIGIN}\r\n`
    socket.write(`${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`)
    await waited
    expect((await send(at, 'GET /billing/plans')).status).toBe(200)
    fire()
    const text = await ended
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(text.toLowerCase()).toContain('connection: close')
    expect(calls).toEqual([])
  })

  it('survives a client that hangs up in the middle', async () => {
    const { at, calls } = await serving()
    const { socket, ended } = wire(at)
    const head = `POST /billing/cancel HTTP/1.1\r\nhost: x\r\nx-user: alice\r\norigin: ${ORIGIN}\r\n`
    socket.write(`${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{`, () =>
      socket.destroy(),
    )
    await ended
    expect((await send(at, 'GET /billing/plans')).status).toBe(200)
    expect(calls).toEqual([])
  })

  it.each([
    '//billing/cancel',
    '//evil.example/billing/cancel',
    'http://evil.example/billing/cancel',
    '/billing//cancel',
    '/billing/cancel/',
    '/BILLING/cancel',
    '/billing/../cancel',
    '/billing/%2e%2e/cancel',
    '/billing\\cancel',
    '*',
  ])('C11 F6 finds nothing at %s', async (path) => {
    const { at, calls } = await serving()
    const answer = await send(at, `POST ${path}`, { user: 'alice', body: '{}' })
    expect(answer.status).toBe(404)
    expect(calls).toEqual([])
  })

  it('F6 never builds a URL from the Host header', async () => {
    const urls: string[] = []
    const { at } = await serving({
      identify: (request) => {
        urls.push(request.url)
        return { id: 'alice' }
      },
    })
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    await send(at, 'GET /billing/status?locale=en', { headers })
    expect(urls).toEqual(['http://localhost/billing/status?locale=en'])
  })

  it('lets identify see the server’s own request', async () => {
    const { incomingOf } = await import('billwright/node')
    const { at, calls } = await serving({
      identify: (request) => ({ id: `port ${incomingOf(request)?.socket.remoteAddress}` }),
    })
    await send(at, 'GET /billing/status')
    expect(calls.map(({ customer }) => customer)).toEqual(['port 127.0.0.1'])
  })

  it('tells the developer what is not configured, and the caller nothing', async () => {
    const errors: unknown[] = []
    const handle = (): never => {
      throw new Error('identify is missing')
    }
    const onError = (error: unknown) => void errors.push(error)
    const at = await listening(node({ handle }, { onError }))
    const answer = await send(at, 'GET /plans')
    expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
    expect(JSON.stringify(answer.body)).not.toContain('identify')
    expect(errors).toEqual([new Error('identify is missing')])
  })

  it('keeps the connection when the body was read', async () => {
    const { at } = await serving()
    const headers = { connection: 'keep-alive' }
    const answer = await send(at, 'POST /billing/cancel', { user: 'alice', body: '{}', headers })
    expect(answer.headers.connection).not.toBe('close')
  })
})
