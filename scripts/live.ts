/**
 * `npm run live:stripe`, and so on: holds an emulator against the vendor's test mode. Values and ids
 * are not kept: `.data/live/<gateway>.json` has names and types only.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { check } from './live/check.ts'
import { dodo } from './live/dodo.ts'
import { paymongo } from './live/paymongo.ts'
import { paystack } from './live/paystack.ts'
import { stripe } from './live/stripe.ts'

const [wanted] = process.argv.slice(2)
const gateway = [stripe, dodo, paystack, paymongo].find(({ name }) => name === wanted)
if (!gateway) throw new Error(`No live check of ${wanted}`)

process.exitCode = await check(gateway, {
  env: process.env,
  print: console.log,
  keep(recorded) {
    mkdirSync('.data/live', { recursive: true })
    writeFileSync(`.data/live/${gateway.name}.json`, `${JSON.stringify(recorded, null, 2)}\n`)
  },
})
