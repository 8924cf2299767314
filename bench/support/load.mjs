/**
 * Sends requests that were made before over sockets of its own, a given number at a time, and tells
 * how long it took. A process by itself, so that the server's turn of the loop is the server's.
 */
import { connect } from 'node:net'

/** Waits for one reply on a connection: its head, and as many bytes as the head says. */
function replies(socket, onReply) {
  let buffered = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    buffered += chunk
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = buffered.slice(0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (buffered.length < end + 4 + length) return
      buffered = buffered.slice(end + 4 + length)
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
