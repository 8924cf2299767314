/**
 * Sends requests that were made before over sockets of its own, a given number at a time, and tells
 * how long it took. A process by itself, so that the server's turn of the loop is the server's.
 */
import { connect } from 'node:net'

/** Where a reply ends whose head ends there: after as many bytes as it says, or after the last chunk. */
function endOf(buffered, head, at) {
  if (!/transfer-encoding: chunked/i.test(head))
    return at + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  const last = buffered.startsWith('0\r\n\r\n', at) ? at - 2 : buffered.indexOf('\r\n0\r\n\r\n', at)
  return last < 0 ? Number.POSITIVE_INFINITY : last + '\r\n0\r\n\r\n'.length
}

/** Waits for one reply on a connection. */
function replies(socket, onReply) {
  let buffered = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    buffered += chunk
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = buffered.slice(0, end)
      const next = endOf(buffered, head, end + 4)
      if (buffered.length < next) return
      buffered = buffered.slice(next)
      onReply(Number(head.slice(9, 12)))
    }
  })
}

process.on('message', ({ port, concurrency, requests }) => {
  const times = []
  const statuses = {}
  let next = 0
  let open = concurrency
  const start = process.hrtime.bigint()
  for (let n = 0; n < concurrency; n += 1) {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let sentAt = 0
    const send = () => {
      if (next >= requests.length) {
        socket.end()
        open -= 1
        if (open === 0)
          process.send({ seconds: Number(process.hrtime.bigint() - start) / 1e9, times, statuses })
        return
      }
      sentAt = performance.now()
      socket.write(Buffer.from(requests[next++], 'base64'))
    }
    replies(socket, (status) => {
      times.push(performance.now() - sentAt)
      statuses[status] = (statuses[status] ?? 0) + 1
      send()
    })
    socket.once('connect', send)
  }
})
