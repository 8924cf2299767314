/** Money, dates and ids as people write them. */

const day = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
})
const minute = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', timeZone: 'UTC' },
})

export const date = (iso: string) => day.format(new Date(iso))
export const dateAndTime = (iso: string) => minute.format(new Date(iso))

/** Minor units as money: `$49.00`. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** An id in words: `payment_failed` is «Payment failed». */
export function words(id: string): string {
  const text = id.replace(/[_.]/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const businesses = (count: number) => (count === 1 ? '1 business' : `${count} businesses`)
