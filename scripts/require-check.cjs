/** A CommonJS app loads every entry with `require` and sells something: what is built, as users get it. */
const assert = require('node:assert')
const { exports: entries } = require('billwright/package.json')

for (const entry of Object.keys(entries)) require(entry.replace('.', 'billwright'))

const { billing, monthly, plan } = require('billwright')
const { memory } = require('billwright/memory')
const { sandbox, sandboxEmulator, SANDBOX_WEBHOOK_SECRET } = require('billwright/sandbox')

async function main() {
  const emulator = sandboxEmulator()
  const bill = billing({
    plans: [plan('free', { default: true }), plan('pro', { price: monthly(49_00, 'USD') })],
    gateways: [
      sandbox({ secretKey: 'sk_test_12345678', webhookSecret: SANDBOX_WEBHOOK_SECRET, emulator }),
    ],
    storage: memory(),
  })
  assert.equal((await bill.register('joe')).status, 'active')
  const bought = await bill.subscribe('joe', 'pro')
  assert.equal(bought.status, 'redirect')
  await emulator.fetch(bought.url, {
    method: 'POST',
    body: new URLSearchParams({ card: '4242424242424242' }),
  })
  assert.equal((await bill.verify(bought.reference)).subscription.plan, 'pro')
  console.log(`require: ${Object.keys(entries).length} entries load, and a customer has paid`)
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
