/** Invoice numbers: per series 1, 2, 3 … in the order in which invoices were first written. */
import type { WrittenInvoice } from 'billwright'
import type { Tables } from './tables.ts'

/** Inserts an invoice or replaces it; what has a number keeps it, and its series with it. */
export function putInvoice(tables: Tables, row: WrittenInvoice): void {
  const known = tables.invoices.get(row.id)
  const number = known?.number ?? null
  const series = number === null ? row.series : (known?.series ?? null)
  tables.invoices.put(row.id, { ...row, series, number })
}

/** Gives the oldest invoices that wait for one the next numbers of their series. */
export function numberInvoices(tables: Tables, { limit }: { readonly limit: number }): number {
  const waiting = tables.invoices
    .where(({ number }) => number === null)
    .flatMap(({ row }) => (row.series === null ? [] : [{ row, series: row.series }]))
    .slice(0, limit)
  for (const { row, series } of waiting) {
    const number = (tables.series.get(series) ?? 0) + 1
    tables.series.set(series, number)
    tables.invoices.put(row.id, { ...row, number })
  }
  return waiting.length
}
