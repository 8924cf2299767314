/** The page about Stripe names exactly the test cards that there are. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { EVENTS } from '../../../adapters/gateways/stripe/setup/events.ts'
import { STRIPE_TEST_CARDS } from '../../../adapters/gateways/stripe/testing.ts'

const page = readFileSync(new URL('../../../docs/gateways/stripe.md', import.meta.url), 'utf8')

it('docs/gateways/stripe.md lists every test card with what it does', () => {
  const listed = [...page.matchAll(/^\| (\d[\d ]+) \| (.*) \|$/gm)]
  expect(listed.map(([, number = '']) => number.replaceAll(' ', ''))).toEqual(
    STRIPE_TEST_CARDS.map(({ number }) => number),
  )
  for (const [index, { behavior }] of STRIPE_TEST_CARDS.entries())
    if (behavior.kind === 'declines') expect(listed[index]?.[2]).toContain(`\`${behavior.as}\``)
})

it('docs/gateways/stripe.md lists the events that doctor looks for', () => {
  const [, section = ''] = page.split('## Events to enable')
  const [list = ''] = section.split('\n\nMost of them')
  expect(Array.from(list.matchAll(/`([\w.]+)`/g), ([, event]) => event)).toEqual(EVENTS)
})
