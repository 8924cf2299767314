/** The page about Dodo names exactly the test cards that there are. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { DODO_TEST_CARDS } from '../../../adapters/gateways/dodo/testing.ts'

const page = readFileSync(new URL('../../../docs/gateways/dodo.md', import.meta.url), 'utf8')

it('docs/gateways/dodo.md lists every test card with what it does', () => {
  const listed = [...page.matchAll(/^\| (\d[\d ]+) \| (.*) \|$/gm)]
  expect(listed.map(([, number = '']) => number.replaceAll(' ', ''))).toEqual(
    DODO_TEST_CARDS.map(({ number }) => number),
  )
  for (const [index, { behavior }] of DODO_TEST_CARDS.entries())
    if (behavior.kind === 'declines') expect(listed[index]?.[2]).toContain(`\`${behavior.code}\``)
})
