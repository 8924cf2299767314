/** Real servers on a free port of 127.0.0.1, and a client that shows what goes over the wire. */
import type { AddressInfo, Socket } from 'node:net'
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from 'node:http'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { ORIGIN } from './app.ts'

export interface Listening {
  readonly port: number
  readonly server: Server
}

/** Listens until the test is over. */
export async function listening(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  return { port, server }
}

export interface Sending {
  readonly user?: string
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[]
  readonly headers?: Readonly<Record<string, string | string[]>>
}

export interface Sent {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

/** Sends a request by hand: the path untouched, a list of chunks without Content-Length. */
export function send({ port }: Listening, line: string, sending: Sending = {}): Promise<Sent> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const { user, body, headers = {} } = sending
  const chunks = Array.isArray(body) ? body : body === undefined ? [] : [body]
  const given = {
    ...(user !== undefined && { 'x-user': user }),
    ...(method !== 'GET' && { origin: ORIGIN }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(body !== undefined &&
      !Array.isArray(body) && { 'content-length': Buffer.byteLength(body as string) }),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: given,
      agent: false,
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString()
        const status = incoming.statusCode ?? 0
        resolve({ status, headers: incoming.headers, body: text === '' ? {} : JSON.parse(text) })
      })
    })
    for (const chunk of chunks) outgoing.write(chunk)
    outgoing.end()
  })
}

/** A bare connection: writes text, collects what comes back until the server hangs up. */
export function wire({ port }: Listening): {
  readonly socket: Socket
  readonly ended: Promise<string>
} {
  const socket = connect(port, '127.0.0.1')
  const ended = new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (part) => {
      text += part.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
  return { socket, ended }
}
