/** A webhook as bytes and one as a web request get the same answer and have the same effect. */
import type { RequestListener } from 'node:http'
import { express } from 'billwright/express'
import { node } from 'billwright/node'
import server from 'express'
import { describe, expect, it } from 'vitest'
import { never, testApp } from './support/app.ts'
import { listening, type Sending, send, wire } from './support/server.ts'

const good = { 'stripe-signature': 'good' }
const BYTES = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x0d, 0x0a, 0x00, 0x7d])

const CALLS: Readonly<Record<string, readonly [line: string, sending: Sending]>> = {
  'a good webhook': ['POST /billing/webhooks/stripe', { body: BYTES, headers: good }],
  'one in pieces': [
    'POST /billing/webhooks/stripe',
    { body: [BYTES.subarray(0, 2), BYTES.subarray(2)], headers: good },
  ],
  'one without a body': ['POST /billing/webhooks/stripe', { headers: good }],
  'one at the limit': ['POST /billing/webhooks/stripe', { body: 'x'.repeat(100), headers: good }],
  'one that is too large': [
    'POST /billing/webhooks/stripe',
    { body: 'x'.repeat(101), headers: good },
  ],
  'one that is too large and does not say so': [
    'POST /billing/webhooks/stripe',
    { body: ['x'.repeat(60), 'x'.repeat(60)], headers: good },
  ],
  'one that is encoded': [
    'POST /billing/webhooks/stripe',
    { body: 'x', headers: { ...good, 'content-encoding': 'gzip' } },
  ],
  'a bad signature': ['POST /billing/webhooks/stripe', { body: '{}' }],
  'two signatures': [
    'POST /billing/webhooks/stripe',
    { body: '{}', headers: { 'stripe-signature': ['good', 'good'] } },
  ],
  'a gateway that is not configured': ['POST /billing/webhooks/other', { body: '{}' }],
  'a name of every object': ['POST /billing/webhooks/__proto__', { body: '{}' }],
  'a question': ['POST /billing/webhooks/stripe?x=1', { body: '{}', headers: good }],
  'a slash at the end': ['POST /billing/webhooks/stripe/', { body: '{}', headers: good }],
  'a letter written in hex': ['POST /billing/webhooks/%73tripe', { body: '{}', headers: good }],
  'a path that climbs': ['POST /billing/../billing/webhooks/stripe', { body: '{}', headers: good }],
  'a webhook’s path twice': [
    'POST /billing/webhooks/stripe/webhooks/stripe',
    { body: '{}', headers: good },
  ],
  'the base path twice': ['POST /billing/billing/webhooks/stripe', { body: '{}', headers: good }],
  'a path that is nearly one': ['POST /billing/webhook/stripe', { body: '{}', headers: good }],
  'another method': ['GET /billing/webhooks/stripe', { headers: good }],
}

type App = ReturnType<typeof testApp>

const SERVERS: Readonly<Record<string, (app: Pick<App, 'handle'>) => RequestListener>> = {
  node: (app) => node(app, { basePath: '/billing' }),
  Express: (app) => server().use('/billing', express(app)),
}

describe.each(Object.entries(SERVERS))('a webhook as bytes on %s', (_, serve) => {
  const told = async (which: (app: App) => Pick<App, 'handle'>, name: string) => {
    const app = testApp({ http: { webhookBodyLimit: 100 } })
    const [line, sending] = CALLS[name] ?? ['', {}]
    const { status, headers, body } = await send(await listening(serve(which(app))), line, sending)
    const { date: _date, ...rest } = headers
    // Where in the code it was is the one thing that may differ.
    const log = app.log.map(({ at: _at, ...line }) => line)
    return { status, headers: rest, body, deliveries: app.deliveries, log }
  }

  it.each(Object.keys(CALLS))('B-03 answers like a web request: %s', async (name) => {
    const asWeb = await told(({ handle }) => ({ handle }), name)
    expect(await told((app) => app, name)).toEqual(asWeb)
  })

  it('is taken without a web request', async () => {
    const app = testApp()
    const bytesOnly = { ...app, handle: () => Promise.reject(new Error('a web request was made')) }
    const at = await listening(serve(bytesOnly))
    const { status } = await send(at, 'POST /billing/webhooks/stripe', {
      body: BYTES,
      headers: good,
    })
    expect([status, app.deliveries.length]).toEqual([200, 1])
  })

  it('E2 is given up when its body does not come, and the caller is told', async () => {
    let giveUp = () => {}
    const sleep = () => new Promise<void>((resolve) => (giveUp = resolve))
    const app = testApp({ sleep })
    const { socket, ended } = wire(await listening(serve(app)))
    socket.write('POST /billing/webhooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx')
    while (giveUp.length === 0 && app.log.length === 0) {
      await new Promise((resolve) => setImmediate(resolve))
      giveUp()
    }
    expect(await ended).toContain('HTTP/1.1 408')
    expect(app.deliveries).toEqual([])
  })

  it('is not applied when the sender hangs up in the middle, and the server lives on', async () => {
    const app = testApp({ sleep: never })
    const at = await listening(serve(app))
    const { socket, ended } = wire(at)
    const head = 'POST /billing/webhooks/stripe HTTP/1.1\r\nhost: x\r\nstripe-signature: good\r\n'
    socket.write(`${head}content-length: 9\r\n\r\nx`)
    while (app.log.length === 0) {
      await new Promise((resolve) => setImmediate(resolve))
      socket.destroy()
    }
    await ended
    expect(app.log).toEqual([expect.objectContaining({ code: 'body_incomplete' })])
    const { status } = await send(at, 'POST /billing/webhooks/stripe', { headers: good })
    expect([status, app.deliveries.length]).toEqual([200, 1])
  })
})
