/**
 * A CommonJS app: every entry loads with `require`, and an Express app written with it sells a plan.
 * `express.json()` stands before billing, as in many apps; webhooks are signed bytes all the same.
 */
const { exports: entries } = require('billwright/package.json')

for (const entry of Object.keys(entries)) require(entry.replace('.', 'billwright'))

const express = require('express')
const { billing, limit, monthly, plan } = require('billwright')
const { billingErrors, express: billingRoutes, requireFeature } = require('billwright/express')
const { sandbox, sandboxEmulator, SANDBOX_WEBHOOK_SECRET } = require('billwright/sandbox')
const { sqlite } = require('billwright/sqlite')

const { PORT, PROVIDER_PORT } = process.env
const url = `http://127.0.0.1:${PORT}`
const projects = limit('projects')

/** Keeps the bytes of webhooks for billing when the body is parsed before it. */
const keepBytes = (request, _response, raw) => {
  request.rawBody = raw
}

async function main() {
  const emulator = sandboxEmulator({ webhookUrl: `${url}/billing/webhooks/sandbox` })
  await emulator.listen({ port: Number(PROVIDER_PORT) })
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
  app.listen(Number(PORT), '127.0.0.1')
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
