/**
 * The storage through the query builders that apps have already, on their own connections. What the
 * engines do at each level is settled with their drivers; builders differ in how they hand on what an
 * engine refuses, and at the last mode it refuses most. `npm run prove` takes them all.
 */
import { describe } from 'vitest'
import { builders } from '../support/apps/index.ts'
import { sized } from '../support/sized.ts'
import { itKeepsTheContract } from '../support/some-cases.ts'

for (const { name, installed, modes, open } of builders)
  for (const mode of sized({ prove: modes, ci: modes.slice(-1) }))
    describe.skipIf(!installed)(`${name} at ${mode}`, () => {
      itKeepsTheContract(() => open(mode))
    })
