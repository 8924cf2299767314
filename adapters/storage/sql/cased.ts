/** Names of the database in the forms that code gives them. */

/** `plan_group` as `planGroup`. */
export function inCamels(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `billwright_usage_keys` as `BillwrightUsageKeys`. */
export function inPascals(name: string): string {
  return inCamels(`_${name}`)
}
