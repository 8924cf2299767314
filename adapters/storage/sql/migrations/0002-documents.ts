/** An account's document is read and replaced by every step: it stands in its row. */
import type { Migration } from '../schema-change.ts'

export const documents: Migration = {
  id: 2,
  name: 'documents',
  changes: [{ type: 'rows.kept_whole', table: 'billwright_accounts' }],
}
