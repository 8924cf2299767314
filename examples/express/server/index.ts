/** The server of the demo: a business directory whose owners pay by the month. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { billingErrors, express as billingRoutes, requireFeature } from 'billwright/express'
import express from 'express'
import { abilities, openBilling } from './billing.ts'
import { labClock } from './clock.ts'
import { feedStream, openFeed } from './feed.ts'
import { chosenProvider } from './gateways.ts'
import { lab } from './lab.ts'
import { openListings } from './listings.ts'
import { OWNERS, ownerOf, signedIn, whose } from './owners.ts'
import { openStorage } from './storage.ts'

const { PORT = '3000', PROVIDER_URL = 'http://127.0.0.1:3001' } = process.env
const { LAB_URL = 'http://127.0.0.1:3002' } = process.env
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { DATA = here('../.data') } = process.env
const origins = [`http://localhost:${PORT}`, `http://127.0.0.1:${PORT}`]

mkdirSync(DATA, { recursive: true })
const { offset } = await (await fetch(`${LAB_URL}/lab/clock`)).json()
const clock = labClock(offset)
const feed = openFeed()
const listings = openListings(`${DATA}/listings.db`)
const storage = openStorage(process.env.DATABASE_URL ?? `${DATA}/billing.db`)
const bill = openBilling({ storage, providerUrl: PROVIDER_URL, origins, clock, listings, feed })
await bill.migrate()

const app = express().disable('x-powered-by')
app.use('/billing', billingRoutes(bill)) // before express.json(): webhooks are signed bytes
app.use(express.json())

app.get('/api/me', (request, response) => {
  const owners = OWNERS.map(({ id, name }) => ({ id, name }))
  const owner = ownerOf(request.headers.cookie)?.id ?? null
  response.json({ owner, owners, provider: chosenProvider().title, can: abilities(bill) })
})

app.post('/api/sign-in', (request, response) => {
  const owner = OWNERS.find(({ id }) => id === request.body?.owner)
  if (!owner) {
    response.status(400).json({ error: 'Nobody of that name', code: 'unknown_owner' })
    return
  }
  response.cookie('owner', owner.id, { httpOnly: true, sameSite: 'lax' })
  response.json({ owner: owner.id })
})

app.post('/api/sign-out', (_request, response) => {
  response.clearCookie('owner').json({ owner: null })
})

app.get('/api/listings', signedIn, (_request, response) => {
  const own = listings.of(whose(response)).map(({ owner: _, createdAt, ...rest }) => ({
    ...rest,
    createdAt: new Date(createdAt),
  }))
  response.json({ listings: own })
})

app.post('/api/listings', signedIn, requireFeature(bill, 'listings'), async (request, response) => {
  const owner = whose(response)
  const name = String(request.body?.name ?? '').trim()
  if (name === '' || name.length > 80) {
    response.status(400).json({ error: 'A listing needs a name', code: 'invalid_name' })
    return
  }
  // Counted before it is inserted: however many ask at once, no more are made than the plan gives.
  await bill.use(owner, 'listings')
  const id = crypto.randomUUID()
  try {
    listings.add({ id, owner, name, createdAt: clock.now() })
  } catch (error) {
    await bill.release(owner, 'listings')
    throw error
  }
  response.status(201).json({ id, name })
})

app.delete('/api/listings/:id', signedIn, async (request, response) => {
  const owner = whose(response)
  const removed = listings.remove(owner, String(request.params.id))
  // An archived listing takes no place, so none is given back.
  if (removed && !removed.archived) await bill.release(owner, 'listings')
  if (removed) response.status(204).end()
  else response.status(404).json({ error: 'There is no such listing', code: 'not_found' })
})

app.get('/api/public', (_request, response) => {
  const shown = listings.published().map(({ id, name, owner }) => ({ id, name, owner }))
  response.json({ listings: shown })
})

app.get('/api/lab/feed', signedIn, feedStream(feed, bill))
app.use('/api/lab', lab({ bill, clock, labUrl: LAB_URL, origin: `http://localhost:${PORT}` }))

app.use('/api', (_request, response) => {
  response.status(404).json({ error: 'There is nothing here', code: 'not_found' })
})
app.use(express.static(here('../dist')))
app.get('/{*page}', (_request, response) => {
  response.sendFile(here('../dist/index.html'))
})
app.use(billingErrors(bill))

const server = app.listen(Number(PORT), '127.0.0.1')
const ended = new AbortController()
const working = bill.work({ signal: ended.signal })

async function end() {
  server.close()
  server.closeAllConnections()
  ended.abort()
  await working
  await bill.close()
  process.exit()
}

process.once('SIGINT', end).once('SIGTERM', end).once('disconnect', end)
