/**
 * A CommonJS app: every entry loads with `require`, and an Express app written with it sells a plan.
 * `express.json()` stands before billing, as in many apps; webhooks are signed bytes all the same.
 */
const assert = require('node:assert')
const { createServer } = require('node:net')
const { exports: entries } = require('billwright/package.json')

for (const entry of Object.keys(entries)) require(entry.replace('.', 'billwright'))

const express = require('express')
const { billing, limit, monthly, plan } = require('billwright')
const { billingErrors, express: billingRoutes, requireFeature } = require('billwright/express')
const { sandbox, sandboxEmulator, SANDBOX_WEBHOOK_SECRET } = require('billwright/sandbox')
const { sqlite } = require('billwright/sqlite')

const projects = limit('projects')

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Keeps the bytes of webhooks for billing when the body was parsed before it. */
const keepBytes = (request, _response, raw) => {
  request.rawBody = raw
}

async function openApp(port) {
  const url = `http://127.0.0.1:${port}`
  const emulator = sandboxEmulator({ webhookUrl: `${url}/billing/webhooks/sandbox` })
  const bill = billing({
    plans: [
      plan('free', { default: true, includes: [projects(1)] }),
      plan('pro', { price: monthly(49_00, 'USD'), includes: [projects(3)] }),
    ],
    gateways: [
      sandbox({ secretKey: 'sk_test_12345678', webhookSecret: SANDBOX_WEBHOOK_SECRET, emulator }),
    ],
    storage: sqlite({ file: ':memory:' }),
    identify: () => ({ id: 'joe' }),
    http: { origins: [url] },
  })
  await bill.migrate()
  await bill.register('joe')
  const app = express()
  app.use(express.json({ verify: keepBytes }))
  app.use('/billing', billingRoutes(bill))
  app.post('/projects', requireFeature(bill, 'projects'), async (_request, response) => {
    response.status(201).json(await bill.use('joe', 'projects'))
  })
  app.use(billingErrors(bill))
  const server = await new Promise((resolve) => {
    const listening = app.listen(port, '127.0.0.1', () => resolve(listening))
  })
  const ask = (path, body) =>
    fetch(`${url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', origin: url },
      ...(body && { body: JSON.stringify(body) }),
    })
  return { ask, bill, emulator, server, url }
}

async function main() {
  const { ask, bill, emulator, server, url } = await openApp(await freePort())
  assert.equal((await ask('/projects', {})).status, 201)
  assert.equal((await ask('/projects', {})).status, 403)
  const checkout = await ask('/billing/checkout', { plan: 'pro', successUrl: `${url}/welcome` })
  const page = await checkout.json()
  await emulator.fetch(page.url, {
    method: 'POST',
    body: new URLSearchParams({ card: '4242424242424242' }),
  })
  // Nobody comes back with the reference: what follows is the webhook's work alone.
  await emulator.settle()
  const { subscription } = await (await ask('/billing/status')).json()
  assert.equal(subscription.plan, 'pro')
  assert.equal((await ask('/projects', {})).status, 201)
  server.close()
  await bill.close()
  console.log(
    `require: ${Object.keys(entries).length} entries load, and a CommonJS Express app has sold a plan`,
  )
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
