/** A wire to a server that can be cut and mended, so that the server goes away for whoever uses it. */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Wire {
  /** The URL of the server, through the wire. */
  readonly url: string
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function wireTo(server: string): Promise<Wire> {
  const target = new URL(server)
  const ends = new Set<Socket>()
  let whole = true
  const wire = createServer((near) => {
    near.on('error', () => {})
    if (!whole) {
      near.destroy()
      return
    }
    const far = connect(Number(target.port), target.hostname)
    for (const end of [near, far]) {
      ends.add(end)
      end.on('close', () => ends.delete(end))
    }
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    near.pipe(far).pipe(near)
  })
  const url = new URL(server)
  url.port = `${await listen(wire)}`
  return {
    url: url.href,
    cut() {
      whole = false
      for (const end of ends) end.destroy()
    },
    mend() {
      whole = true
    },
    close: () =>
      new Promise((resolve) => {
        wire.close(() => resolve())
        for (const end of ends) end.destroy()
      }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address) resolve(address.port)
      else reject(new Error('The wire has no port.'))
    })
  })
}
