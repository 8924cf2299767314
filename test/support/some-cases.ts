/** The published cases that happen at once or meet strange ids: what a driver may get wrong. */
import type { StorageCase } from 'billwright/testing'

const TELLING = /at once|together|of two|of twenty|of many|everything|nothing behind|fidelity/

/** All cases with `npm run prove`, else the telling ones. */
export function tellingCases(all: readonly StorageCase[]): readonly StorageCase[] {
  const chosen = process.env.PROVE ? all : all.filter(({ name }) => TELLING.test(name))
  if (chosen.length < 30) throw new Error(`Only ${chosen.length} cases are left`)
  return chosen
}
