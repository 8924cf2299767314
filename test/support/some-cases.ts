/** The published cases that happen at once or meet strange ids: what a driver may get wrong. */
import type { StorageCase } from 'billwright/testing'
import type { App } from './apps/app.ts'
import { it } from 'vitest'
import { storageCases } from '../../src/testing/storage-cases.ts'
import { sized } from './sized.ts'

const TELLING =
  /at once|together|of two|of twenty|of many|everything|nothing behind|fidelity|sums come back/

/** All cases with `npm run prove`, the telling ones in CI, and a third of those on a desk. */
function tellingCases(all: readonly StorageCase[]): readonly StorageCase[] {
  const telling = all.filter(({ name }) => TELLING.test(name))
  if (telling.length < 30) throw new Error(`Only ${telling.length} cases are left`)
  return sized({ prove: all, ci: telling, desk: telling.filter((_, n) => n % 6 === 0) })
}

/** Each telling case as a test of its own, with an app of its own. */
export function itKeepsTheContract(open: () => Promise<Pick<App, 'storage' | 'close'>>): void {
  const make = async () => {
    const app = await open()
    return {
      ...app.storage,
      async close() {
        await app.close()
      },
    }
  }
  for (const { name, run } of tellingCases(storageCases(make))) it(name, run)
}
