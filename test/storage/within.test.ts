import { builders, drivers } from '../support/apps/index.ts'
import { itJoinsTransactions } from '../support/within-rules.ts'

for (const kind of [...drivers, ...builders]) itJoinsTransactions(kind)
