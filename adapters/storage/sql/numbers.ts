/** Numbers as numbers: drivers give 64-bit integers and sums back as strings, bigints or decimals. */

/** The columns that hold numbers, by their names in the tables and in what statements answer. */
const NUMBERS: ReadonlySet<string> = new Set([
  ...['amount', 'at', 'at_end', 'at_start', 'attempts', 'cancel_at', 'count', 'created_at'],
  ...['depth', 'ended_at', 'expires_at', 'interval_count', 'kept', 'kept_since', 'last'],
  ...['lease_until', 'm', 'n', 'next_action_at', 'next_at', 'number', 'oldest', 'part'],
  ...['period_end', 'period_start', 'plan_version', 'position', 'quantity', 'read_at'],
  ...['received_at', 'recurring', 'reserved', 'sent', 'seq', 'slot', 'started_at'],
  ...['trial_ends_at', 'until', 'updated_at', 'used', 'version', 'version_after'],
  ...['version_before', 'was_sent', 'window_start'],
])

/** Rows with their numbers as JavaScript numbers. */
export function withNumbers(rows: readonly unknown[]): readonly unknown[] {
  for (const row of rows) toNumbers(row as Record<string, unknown>)
  return rows
}

// In place: the rows were made for us, and there may be thousands.
function toNumbers(row: Record<string, unknown>): void {
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'number' || value === null) continue
    if (typeof value === 'bigint' || NUMBERS.has(column)) row[column] = Number(value)
  }
}
