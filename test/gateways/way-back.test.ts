/** An upgrade that is paid on a page leads back to where the call said, wherever pages are sent. */

import type { SandboxEmulator } from 'billwright/sandbox'
import type { GatewayStage } from 'billwright/testing'
import { type Bill, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { expect, it, onTestFinished } from 'vitest'
import { CAPABILITIES as PAYMONGO } from '../../adapters/gateways/paymongo/capabilities.ts'
import { paymongoStage } from '../../adapters/gateways/paymongo/testing.ts'
import { CAPABILITIES as PAYSTACK } from '../../adapters/gateways/paystack/capabilities.ts'
import { paystackStage } from '../../adapters/gateways/paystack/testing.ts'
import { sandboxStage } from '../../adapters/gateways/sandbox/index.ts'
import { scenarioProduct } from '../../src/testing/scenarios.ts'

type Stage = GatewayStage & { readonly emulator: Pick<SandboxEmulator, 'fetch'> }

const STAGES: readonly (readonly [string, () => Promise<Stage>, string])[] = [
  ['the sandbox', () => sandboxStage(), '4242424242424242'],
  ['Paystack', () => paystackStage(), '4084084084084081'],
  ['PayMongo', () => paymongoStage(), '4343434343434345'],
]

async function upgradingByPage(open: () => Promise<Stage>) {
  const stage = await open()
  onTestFinished(() => stage.close())
  const { gateway, clock, emulator } = stage
  const capabilities = gateway.name === 'paymongo' ? PAYMONGO : PAYSTACK
  const bill = billing({
    ...scenarioProduct({ capabilities }),
    ...{ gateways: [gateway], storage: memory(), clock },
    customer: (id: string) => ({ id, email: `${id}@example.com` }),
  }) as Bill
  const opened = await bill.subscribe('ada', 'basic')
  if (opened.status !== 'redirect') throw new Error('A page was opened')
  await stage.pay(opened, 'wallet')
  await bill.verify(opened.reference ?? '')
  const urls = { successUrl: 'https://app.example/paid?tab=1', cancelUrl: 'https://app.example/no' }
  const asked = await bill.changePlan('ada', 'pro', urls)
  if (asked.status !== 'redirect') throw new Error('The upgrade is paid on a page')
  const ledTo = async (form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams(form)
    const reply = await emulator.fetch(asked.url, { method: 'POST', body })
    return reply.headers.get('location')
  }
  return { bill, asked, ledTo, urls }
}

it.each(STAGES)('at %s, paid or given up', async (_, open, card) => {
  const { bill, asked, ledTo, urls } = await upgradingByPage(open)
  expect(await ledTo({ action: 'cancel' })).toBe(urls.cancelUrl)
  expect(await bill.verify(asked.reference ?? '')).toMatchObject({ status: 'pending' })
  const back = new URL((await ledTo({ card })) ?? '')
  expect(back.href.startsWith(`${urls.successUrl}&`)).toBe(true)
  const reference = back.searchParams.get('reference') ?? ''
  expect(await bill.verify(reference)).toMatchObject({
    status: 'active',
    subscription: { plan: 'pro' },
  })
})
