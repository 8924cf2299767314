/** The page about the sandbox names exactly the test cards that there are. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { TEST_CARDS } from '../../../adapters/gateways/sandbox/index.ts'

const page = readFileSync(new URL('../../../docs/gateways/sandbox.md', import.meta.url), 'utf8')

it('docs/gateways/sandbox.md lists every test card with what it does', () => {
  const listed = [...page.matchAll(/^\| (\d[\d ]+) \| (.*) \|$/gm)]
  expect(listed.map(([, number = '']) => number.replaceAll(' ', ''))).toEqual(
    TEST_CARDS.map(({ number }) => number),
  )
  for (const [index, { behavior }] of TEST_CARDS.entries())
    if (behavior.kind === 'declines') expect(listed[index]?.[2]).toContain(`\`${behavior.code}\``)
})
