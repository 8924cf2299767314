/** Invoice numbers: each series counts 1, 2, 3 … without a gap, whoever gives them. */
import { BillingError } from 'billwright'
import { prepared } from './compile.ts'
import { ask, type Executor, keep, rowsOf, type Script, undo } from './executor.ts'

/** Each lost race is another's win, so this many in a row mean that something else is wrong. */
const ATTEMPTS = 200

/** The verb `numberInvoices`. */
export async function numberInvoices(
  executor: Executor,
  { limit }: { readonly limit: number },
): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Mostly nothing waits: then no transaction is begun.
    const [waits] = await rowsOf(executor, waiting({ limit: 1 }))
    if (!waits) return 0
    const numbered = await tryToNumber(executor, limit)
    if (numbered !== null) return numbered
  }
  throw new BillingError(
    'unavailable',
    'storage_busy',
    'Too many others numbered invoices at the same time; try again.',
  )
}

async function tryToNumber(executor: Executor, limit: number): Promise<number | null> {
  try {
    return await executor.transaction(() => number(limit))
  } catch (error) {
    if (executor.faultOf(error) === 'unique') return null
    throw error
  }
}

/** `null`, with nothing written, when somebody else was faster. */
function* number(limit: number): Script<number | null> {
  const rows = yield* ask(waiting({ limit }))
  for (const [series, positions] of bySeries(rows)) {
    const [known] = yield* ask(lastOf({ series }))
    if (!known) yield open({ series })
    const last = known?.last ?? 0
    const moved = yield advance({ series, last, next: last + positions.length })
    if (moved.affected === 0) return undo(null)
    for (const [n, position] of positions.entries()) {
      const written = yield assign({ position, series, number: last + 1 + n })
      if (written.affected === 0) return undo(null)
    }
  }
  return keep(rows.length)
}

/** In a fixed order, so that two transactions never wait for each other. */
function bySeries(rows: readonly Waiting[]): readonly (readonly [string, readonly number[]])[] {
  const positions = new Map<string, number[]>()
  for (const { series, position } of rows) {
    const found = positions.get(series)
    if (found) found.push(position)
    else positions.set(series, [position])
  }
  return [...positions].sort(([a], [b]) => (a < b ? -1 : 1))
}

interface Waiting {
  readonly position: number
  readonly series: string
}

const waiting = prepared<{ readonly limit: number }>()(({ db, arg }) =>
  db
    .selectFrom('billwright_invoices')
    .select(['position', 'series'])
    .where('series', 'is not', null)
    .where('number', 'is', null)
    .orderBy('position')
    .limit(arg('limit'))
    .$narrowType<Waiting>(),
)

const lastOf = prepared<{ readonly series: string }>()(({ db, arg }) =>
  db.selectFrom('billwright_series').select('last').where('series', '=', arg('series')),
)

/** Opens a series; one that is open meanwhile is a unique violation. */
const open = prepared<{ readonly series: string }>()(({ db, arg }) =>
  db.insertInto('billwright_series').values({ series: arg('series'), last: 0 }),
)

interface Advance {
  readonly series: string
  readonly last: number
  readonly next: number
}

/** The compare and set: no row is changed unless nobody gave numbers since the look. */
const advance = prepared<Advance>()(({ db, arg }) =>
  db
    .updateTable('billwright_series')
    .set({ last: arg('next') })
    .where('series', '=', arg('series'))
    .where('last', '=', arg('last')),
)

interface Assign {
  readonly position: number
  readonly series: string
  readonly number: number
}

/** Changes no row when the invoice has a number, or another series by now. */
const assign = prepared<Assign>()(({ db, arg }) =>
  db
    .updateTable('billwright_invoices')
    .set({ number: arg('number') })
    .where('position', '=', arg('position'))
    .where('series', '=', arg('series'))
    .where('number', 'is', null),
)
