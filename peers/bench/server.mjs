/** What servers of peers have in common: a free port, and an end when the benchmark says so. */
import { createServer } from 'node:http'

/** The secret that webhooks are signed with. */
export const SECRET = 'whsec_bench'

export function serve(handler) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
  process.on('disconnect', () => process.exit(0))
}
