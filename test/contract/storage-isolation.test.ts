/**
 * The published cases at every isolation level and in both journal modes: nothing of the storage may
 * depend on them. The telling ones in the normal run, all of them with `npm run prove`.
 */
import { describe } from 'vitest'
import { drivers } from '../support/apps/index.ts'
import { itKeepsTheContract } from '../support/some-cases.ts'

for (const { name, installed, modes, open } of drivers)
  for (const mode of modes)
    describe.skipIf(!installed)(`${name} at ${mode}`, () => {
      itKeepsTheContract(() => open(mode))
    })
