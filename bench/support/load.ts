/** Load from a process of its own. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Loaded {
  readonly seconds: number
  /** Milliseconds of each request. */
  readonly times: readonly number[]
  /** How many replies had which status. */
  readonly statuses: Readonly<Record<string, number>>
}

export interface Load {
  /** Sends everything, so many at a time; each a whole HTTP request. */
  send(port: number, concurrency: number, requests: readonly Buffer[]): Promise<Loaded>
  stop(): void
}

/** A process that sends. */
export function startLoad(): Load {
  // Bundled benchmarks run from the root of the project.
  const script = fileURLToPath(new URL(`file://${process.cwd()}/bench/support/load.mjs`))
  const child: ChildProcess = fork(script)
  return {
    send(port, concurrency, requests) {
      return new Promise((resolve) => {
        child.once('message', (answer) => resolve(answer as Loaded))
        const encoded = requests.map((request) => request.toString('base64'))
        child.send({ port, concurrency, requests: encoded })
      })
    },
    stop: () => child.kill(),
  }
}

/** A POST as bytes. */
export function post(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.byteLength}`,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}
