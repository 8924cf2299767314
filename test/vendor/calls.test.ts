import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { boundedFetch, networkFailure, retryAfter } from '../../src/vendor/index.ts'

/** The address of a server that answers as it is told, until the test ends. */
async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.')
  return `http://127.0.0.1:${address.port}/`
}

describe('a bounded fetch', () => {
  it('hands on an honest reply with its status and headers', async () => {
    const url = await serverThat((_, reply) =>
      reply
        .writeHead(402, { 'content-type': 'application/json', 'request-id': 'r1' })
        .end('{"a":1}'),
    )
    const response = await boundedFetch(fetch)(url)
    expect([response.status, response.headers.get('request-id')]).toEqual([402, 'r1'])
    expect(await response.json()).toEqual({ a: 1 })
  })

  it('breaks a reply off at the byte after the last that it may have', async () => {
    const url = await serverThat((_, reply) => reply.end('x'.repeat(1_001)))
    await expect((await boundedFetch(fetch, 1_000)(url)).text()).rejects.toThrow('too long')
    expect(await (await boundedFetch(fetch, 1_001)(url)).text()).toHaveLength(1_001)
  })

  it('stops reading a reply that never ends', async () => {
    const url = await serverThat((_, reply) => {
      const more = () => void reply.write('x'.repeat(100_000), more)
      more()
    })
    await expect((await boundedFetch(fetch)(url)).text()).rejects.toThrow()
  })

  it('takes the key nowhere else: a redirect is a failure, and the other place is not asked', async () => {
    let asked = 0
    const other = await serverThat((_, reply) => {
      asked += 1
      reply.end()
    })
    const url = await serverThat((_, reply) => reply.writeHead(302, { location: other }).end())
    await expect(boundedFetch(fetch)(url)).rejects.toThrow()
    expect(asked).toBe(0)
  })
})

describe('a failure of the network', () => {
  it('is known as never sent where no connection was made', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    await new Promise((resolve) => server.close(resolve))
    const closed = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error)
    expect(networkFailure(closed)).toEqual({ code: 'ECONNREFUSED', neverSent: true })
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is %s however deep a package wraps it, and was never sent',
    (code) => {
      const platform = Object.assign(new Error('at 10.0.0.7'), { code })
      const wrapped = new Error('call failed', { cause: new Error('fetch', { cause: platform }) })
      expect(networkFailure(wrapped)).toEqual({ code, neverSent: true })
    },
  )

  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])('may have been sent after %s', (code) => {
    expect(networkFailure(Object.assign(new Error(''), { code })).neverSent).toBe(false)
  })

  it('tells an end of waiting from a failure, and never a message', () => {
    expect(networkFailure(new DOMException('sk_live_1', 'AbortError')).code).toBe('aborted')
    expect(networkFailure(new DOMException('', 'TimeoutError')).code).toBe('aborted')
    expect(networkFailure(new Error('sk_live_1'))).toEqual({ code: 'network', neverSent: false })
    expect(networkFailure(Object.assign(new Error(''), { code: 'sk_live' })).code).toBe('network')
    expect(networkFailure('sk_live_1').code).toBe('network')
  })

  it('ends its search in errors that cause each other', () => {
    const one = new Error('one')
    const two = new Error('two', { cause: one })
    one.cause = two
    expect(networkFailure(one).code).toBe('network')
  })
})

describe('Retry-After', () => {
  const told = (value: string) => retryAfter(new Headers({ 'retry-after': value }))

  it('is milliseconds where it counts seconds, and nothing else', () => {
    expect(told('30')).toEqual({ retryAfterMs: 30_000 })
    expect(told('0')).toEqual({ retryAfterMs: 0 })
    for (const strange of ['-1', '86400', 'soon', 'Sat, 01 Jan 2028 00:00:00 GMT'])
      expect(told(strange), strange).toEqual({})
    expect(retryAfter(new Headers())).toEqual({})
  })
})
