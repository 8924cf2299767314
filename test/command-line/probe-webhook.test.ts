/** What `billwright doctor --url` hears at the app's webhook route, and what it makes of it. */

import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { createServer } from 'node:http'
import { billing, plan } from 'billwright'
import { express as billingRoutes } from 'billwright/express'
import { memory } from 'billwright/memory'
import { stripe } from 'billwright/stripe'
import express from 'express'
import { afterEach, expect, it } from 'vitest'
import { probeWebhook } from '../../adapters/command-line/probe-webhook.ts'

const bill = billing({
  plans: [plan('free', { default: true })],
  gateways: [
    stripe({ secretKey: 'sk_test_command_line', webhookSecret: 'whsec_command_line_00000000' }),
  ],
  storage: memory(),
  identify: () => null,
  http: { origins: ['https://app.example'] },
})

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** Serves an app as its author mounted it; where its billing should be. */
async function served(mount: (app: Express) => void): Promise<string> {
  const app = express()
  mount(app)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/billing/webhooks/stripe`
}

it('is content with a route that refuses what nobody signed', async () => {
  const url = await served((app) => app.use('/billing', billingRoutes(bill)))
  expect(await probeWebhook(url)).toMatchObject({ level: 'ok' })
})

it.each<readonly [string, (app: Express) => void, RegExp, RegExp]>([
  [
    'names the body parser that reads the body first, and where to mount',
    (app) => app.use(express.json()).use('/billing', billingRoutes(bill)),
    /reads the body before billing does .* express\.json\(\)/,
    /Mount billing before it/,
  ],
  [
    'says that nothing is mounted there',
    (app) => app.use('/other', billingRoutes(bill)),
    /no webhook route at .* \(404\)/,
    /--url/,
  ],
  [
    'says that the routes are there under another path',
    (app) => app.use('/billing/webhooks', billingRoutes(bill)),
    /The billing routes answer .* but not this one/,
    /--url/,
  ],
  [
    'says that sign-in stands in front of it',
    (app) => app.use((_, response) => void response.status(403).send('CSRF token missing')),
    /in front of billing asks who is calling .* \(403\)/,
    /without sign-in, CSRF/,
  ],
  [
    'says that it leads elsewhere',
    (app) => app.use((_, response) => response.redirect('/sign-in')),
    /redirect \(302\)/,
    /Register the address/,
  ],
  [
    'does not take a page that says yes to everything for billing',
    (app) => app.use((_, response) => void response.send('welcome')),
    /accepts a webhook that nobody signed/,
    /--url/,
  ],
  [
    'says that something fails before billing',
    (app) => app.use((_, response) => void response.status(502).send('bad gateway')),
    /answers 502 before billing/,
    /middleware/,
  ],
])('%s', async (_, mount, what, fix) => {
  const finding = await probeWebhook(await served(mount))
  expect(finding).toMatchObject({ level: 'problem' })
  expect(finding.what).toMatch(what)
  expect(finding.fix).toMatch(fix)
})

it('says that the app runs without this gateway', async () => {
  const url = await served((app) => app.use('/billing', billingRoutes(bill)))
  const finding = await probeWebhook(url.replace('/stripe', '/dodo'))
  expect(finding.what).toMatch(/has no gateway of this name/)
})

it('says that nobody answers', async () => {
  expect(await probeWebhook('http://127.0.0.1:1/billing/webhooks/stripe')).toEqual({
    level: 'problem',
    what: 'Nobody answers at http://127.0.0.1:1/billing/webhooks/stripe.',
    fix: 'Start the app, or say its address with --url.',
  })
})
