/**
 * The same proof in three sizes: `prove` with `npm run prove`, `ci` where `CI` is set, and `desk`,
 * with which all of `npm test` stays under five minutes on two cores. Without a `desk` it is as in CI.
 */
export function sized<T>({ prove, ci, desk = ci }: { prove: T; ci: T; desk?: T }): T {
  if (process.env.PROVE) return prove
  return process.env.CI ? ci : desk
}

/** Whether the large proofs run: without a fixed seed, and with everything. */
export const proving = Boolean(process.env.PROVE)
