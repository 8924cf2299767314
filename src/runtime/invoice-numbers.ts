/** In which series an invoice counts, and how its number is shown. */
import type { InvoiceNumberOptions } from '../options.ts'
import type { InvoiceRow, WrittenInvoice } from '../storage.ts'
import { configError } from '../core/billing-error.ts'

export interface InvoiceNumbers {
  /** The series of an invoice that is over; `null` when it gets no number. */
  seriesOf(row: Omit<WrittenInvoice, 'series'>): string | null
  /** Its number as customers read it; `null` while it has none. */
  shown(row: Pick<InvoiceRow, 'series' | 'number'>): string | null
}

/**
 * By the app's options. A `series` that throws or answers no name throws here as well: nothing is
 * committed then, because a number in the wrong series can never be taken back.
 */
export function invoiceNumbers(options: InvoiceNumberOptions = {}): InvoiceNumbers {
  const { series = () => 'INV', format = padded } = options
  return {
    seriesOf(row) {
      const { account, state, at, invoice } = row
      // Nothing was owed in the end, so there is no document that needs a number.
      if (state === 'void') return null
      const { currency, total, group, reason, renewals } = invoice
      const facts = { currency, total, group, reason, renewals }
      return checked(series({ customer: account, state, at: new Date(at), ...facts }))
    },
    shown: (row) =>
      row.series === null || row.number === null ? null : format(row.series, row.number),
  }
}

function padded(series: string, number: number): string {
  return `${series}-${String(number).padStart(6, '0')}`
}

function checked(series: string | null): string | null {
  if (series === null || isSeries(series)) return series
  throw configError('invalid_options', 'invoiceNumbers.series', NO_SERIES)
}

/** Visible ASCII, so that every database tells two series apart in the same way. */
export function isSeries(series: unknown): boolean {
  return typeof series === 'string' && /^[!-~]{1,40}$/.test(series)
}

export const NO_SERIES = 'must answer null, or 1 to 40 visible ASCII characters'
