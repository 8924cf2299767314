/**
 * The payment provider, a process of its own: hosted pages, cards and webhooks on PROVIDER_PORT, and
 * beside them, on LAB_PORT, the clock that the demo moves. Its books are gone when it ends.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { labClock } from './clock.ts'
import { chosenProvider } from './gateways.ts'

const { PROVIDER_PORT = '3001', LAB_PORT = '3002', WEBHOOK_URL } = process.env
const { DATA = fileURLToPath(new URL('../.data', import.meta.url)) } = process.env
const START = Date.parse('2025-10-14T09:00:00Z')

// A database that was kept goes on at its own time.
const kept = `${DATA}/clock-offset`
mkdirSync(DATA, { recursive: true })
const clock = labClock(existsSync(kept) ? Number(readFileSync(kept, 'utf8')) : START - Date.now())
writeFileSync(kept, String(clock.offset))
const options = { clock, ...(WEBHOOK_URL && { webhookUrl: WEBHOOK_URL }) }
const emulator = chosenProvider().emulator(options)
await emulator.listen({ port: Number(PROVIDER_PORT) })

const lab = express()
lab.use(express.json())
lab.get('/lab/clock', (_request, response) => {
  response.json({ offset: clock.offset })
})
lab.post('/lab/clock', (request, response) => {
  clock.offset = Math.max(clock.offset, Number(request.body.offset))
  writeFileSync(kept, String(clock.offset))
  response.json({ offset: clock.offset })
})
lab.post('/lab/advance', async (_request, response) => {
  await emulator.advance()
  response.json({ offset: clock.offset })
})
lab.listen(Number(LAB_PORT), '127.0.0.1')

// What falls due by itself, such as a webhook that the server was not there to take.
setInterval(() => emulator.advance().catch(console.error), 1_000)

process.once('disconnect', () => process.exit())
