/** The page about Paystack and the emulated page show the same test cards. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  PAYSTACK_EMULATOR_KEY,
  PAYSTACK_TEST_CARDS,
  paystackEmulator,
} from '../../../adapters/gateways/paystack/testing.ts'

const page = readFileSync(new URL('../../../docs/gateways/paystack.md', import.meta.url), 'utf8')

it('docs/gateways/paystack.md lists every test card with what it does', () => {
  const listed = [...page.matchAll(/^\| (\d[\d ]+) \| (.*) \|$/gm)]
  expect(listed.map(([, number = '']) => number.replaceAll(' ', ''))).toEqual(
    PAYSTACK_TEST_CARDS.map(({ number }) => number),
  )
  for (const [index, { behavior }] of PAYSTACK_TEST_CARDS.entries())
    if (behavior.kind === 'declines') expect(listed[index]?.[2]).toContain(`\`${behavior.code}\``)
})

it('the emulated page shows numbers in groups of four, each with a label of its own', async () => {
  const { fetch } = paystackEmulator()
  const opened = await fetch('https://paystack.billwright.test/transaction/initialize', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${PAYSTACK_EMULATOR_KEY}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ email: 'ada@example.com', amount: 5000 }),
  })
  const { data } = (await opened.json()) as { data: { authorization_url: string } }
  const shown = await (await fetch(data.authorization_url)).text()
  expect(shown).toContain('4084 0840 8408 4081</span>')
  expect(shown).not.toContain('Declined: Declined')
  expect(new Set(PAYSTACK_TEST_CARDS.map(({ label }) => label)).size).toBe(
    PAYSTACK_TEST_CARDS.length,
  )
})
