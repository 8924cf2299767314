import type { InvoiceRow, Storage } from '../../../src/storage.ts'
import { ALL, type Flaw, type Flaws, gap } from './flaw.ts'

/** How a storage that numbers invoices itself goes about it. */
interface Way {
  /** Which of the invoices that wait are numbered, and in which order. */
  readonly pick?: (waiting: readonly InvoiceRow[], limit: number) => readonly InvoiceRow[]
  readonly seriesOf?: (row: InvoiceRow) => string
  /** What it does between reading and writing. */
  readonly between?: () => Promise<void>
  /** It counts up first, and looks afterwards whether the invoice still waits. */
  readonly takesFirst?: boolean
}

const oldest: Required<Way>['pick'] = (waiting, limit) =>
  waiting.filter(({ series }) => series !== null).slice(0, limit)

/** Numbers kept beside the storage, given in a way of its own. */
function numbering(way: Way): Flaw['of'] {
  const { pick = oldest, seriesOf = (row) => `${row.series}`, between, takesFirst = false } = way
  return (storage) => {
    const accounts = new Set<string>()
    const given = new Map<string, number>()
    const last = new Map<string, number>()
    const all = async () => {
      const pages = [...accounts].map((id) => storage.invoices(id, ALL))
      const rows = (await Promise.all(pages)).map(({ items }) => [...items].reverse())
      return rows.flat().filter(({ id }) => !given.has(id))
    }
    return {
      async commit(change) {
        accounts.add(change.account.id)
        return storage.commit(change)
      },
      async invoices(account, page) {
        const { items, next } = await storage.invoices(account, page)
        return { items: items.map((row) => ({ ...row, number: given.get(row.id) ?? null })), next }
      },
      async numberInvoices({ limit }) {
        const rows = pick(await all(), limit)
        const known = new Map(last)
        for (const row of rows) {
          const series = seriesOf(row)
          const number = ((takesFirst ? last : known).get(series) ?? 0) + 1
          known.set(series, number)
          if (takesFirst) last.set(series, number)
          await between?.()
          if (takesFirst && given.has(row.id)) continue
          given.set(row.id, number)
          if (!takesFirst) last.set(series, number)
        }
        return rows.length
      },
    }
  }
}

const changing = (edit: (storage: Storage) => Partial<Storage>): Flaw['of'] => edit

export const numberingFlaws: Flaws = {
  'numbers nothing': {
    fails: 'numbering: an invoice has no number until numbers are given',
    of: changing(() => ({ numberInvoices: async () => 0 })),
  },
  'numbers an invoice when it is written': {
    fails: 'numbering: an invoice has no number until numbers are given',
    of: changing((storage) => ({
      async commit(change) {
        const result = await storage.commit(change)
        await storage.numberInvoices({ limit: 100 })
        return result
      },
    })),
  },
  'counts all series together': {
    fails:
      'numbering: each series counts from one, in the order in which its invoices were written',
    of: numbering({ seriesOf: () => 'all' }),
  },
  'takes series that differ in case for one': {
    fails:
      'numbering: each series counts from one, in the order in which its invoices were written',
    of: numbering({ seriesOf: ({ series }) => `${series}`.toLowerCase() }),
  },
  'numbers invoices by their id': {
    fails:
      'numbering: each series counts from one, in the order in which its invoices were written',
    of: numbering({
      pick: (waiting, limit) =>
        oldest(
          [...waiting].sort((a, b) => (a.id < b.id ? -1 : 1)),
          limit,
        ),
    }),
  },
  'numbers whatever is over': {
    fails: 'numbering: an invoice without a series never gets a number',
    of: numbering({ pick: (waiting, limit) => waiting.slice(0, limit) }),
  },
  'gives more numbers than asked': {
    fails: 'numbering: at most so many get a number at a time, the oldest first',
    of: changing((storage) => ({
      numberInvoices: ({ limit }) => storage.numberInvoices({ limit: limit + 1 }),
    })),
  },
  'numbers the newest first': {
    fails: 'numbering: at most so many get a number at a time, the oldest first',
    of: numbering({ pick: (waiting, limit) => oldest([...waiting].reverse(), limit) }),
  },
  'takes a number back from an invoice that is voided': {
    fails: 'numbering: an invoice that is replaced keeps its number and its series',
    of: changing((storage) => ({
      async invoices(account, page) {
        const { items, next } = await storage.invoices(account, page)
        const shown = (row: InvoiceRow) =>
          row.state === 'void' ? { ...row, series: null, number: null } : row
        return { items: items.map(shown), next }
      },
    })),
  },
  'keeps the first series of an invoice': {
    fails: 'numbering: an invoice that is replaced before it has a number takes the new series',
    of: changing((storage) => {
      const known = new Map<string, string | null>()
      return {
        commit(change) {
          const invoices = change.invoices.map((row) => {
            const series = known.get(row.id) ?? row.series
            known.set(row.id, series)
            return { ...row, series }
          })
          return storage.commit({ ...change, invoices })
        },
      }
    }),
  },
  'reads the last number, and writes the next a moment later': {
    fails: 'numbering: sixty-four calls at once give every invoice one number, without a gap',
    of: numbering({ between: gap }),
  },
  'takes a number before it knows that the invoice still waits': {
    fails: 'numbering: numbers that are given while invoices are written have no gap',
    of: numbering({ between: gap, takesFirst: true }),
  },
}
