/** Serves an emulator over real HTTP on this machine only. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Broken } from './faults.ts'

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
}

export interface Listening {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  readonly url: string
  close(): Promise<void>
}

type Answer = (request: Request) => Promise<Response | Broken>

/** Starts a server for `answer`. A broken connection ends without a reply. */
export async function listen(answer: Answer, { port = 0 }: ListenOptions = {}): Promise<Listening> {
  const { createServer } = await import('node:http')
  const server = createServer((incoming, outgoing) => {
    serve(answer, incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return { url: `http://127.0.0.1:${actual}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}

async function serve(
  answer: Answer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const response = await answer(await toRequest(incoming, gone.signal))
  if (typeof response === 'string') {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(new Uint8Array(await response.arrayBuffer()))
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', url = '/' } = incoming
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const text = method === 'GET' || method === 'HEAD' ? null : decode(chunks)
  return new Request(`http://127.0.0.1${url}`, { method, headers, body: text, signal })
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder()
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
}
