/** Reads the body of a request of `node:http` piece by piece. */

import type { IncomingMessage } from 'node:http'
import type { BodyReader } from 'billwright'

type Step = Awaited<ReturnType<BodyReader['read']>>

interface Waiting {
  readonly resolve: (step: Step) => void
  readonly reject: (error: Error) => void
}

/**
 * Reads only as much as is asked for. Giving up leaves the connection alone, because the answer still
 * has to go out on it: the stream's own reader would destroy it.
 */
export function bodyReader(incoming: IncomingMessage): BodyReader {
  let waiting: Waiting | null = null
  let over: 'ended' | 'broken' | null = null
  const tell = (answer: (to: Waiting) => void) => {
    incoming.pause()
    const told = waiting
    waiting = null
    if (told) answer(told)
  }
  const take = (value: Uint8Array) => tell(({ resolve }) => resolve({ done: false, value }))
  const finish = (how: 'ended' | 'broken') => {
    if (over) return
    over = how
    incoming.off('data', take)
    tell(({ resolve, reject }) => (how === 'ended' ? resolve({ done: true }) : reject(broken())))
  }
  // Those for errors and closing stay: an aborted request emits an error that nobody else waits for.
  const fail = () => finish('broken')
  incoming.pause()
  incoming
    .on('data', take)
    .on('end', () => finish('ended'))
    .on('error', fail)
    .on('close', fail)
  return {
    async read() {
      if (over === 'ended') return { done: true }
      if (over === 'broken') throw broken()
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        incoming.resume()
      })
    },
    async cancel() {
      finish('ended')
    },
  }
}

function broken(): Error {
  return new Error('The request ended early.')
}
