import type { Interval } from '../../src/core/calendar.ts'
import { DAY } from '../../src/core/instant.ts'

/** Adds an interval on the proleptic Gregorian calendar with integers only: no Date, no library. */
export function civilAdd(local: number, { unit, count }: Interval, k: number): number {
  const day = Math.floor(local / DAY)
  const time = local - day * DAY
  if (unit === 'day' || unit === 'week') return local + k * count * (unit === 'week' ? 7 : 1) * DAY
  const [year, month, date] = civilFromDays(day)
  const months = year * 12 + (month - 1) + k * count * (unit === 'year' ? 12 : 1)
  const first = monthStart(months)
  const next = monthStart(months + 1)
  return Math.min(first + date - 1, next - 1) * DAY + time
}

function monthStart(months: number): number {
  const year = Math.floor(months / 12)
  return daysFromCivil(year, months - 12 * year + 1)
}

/** Days since 1970 of the 1st of a month, counting years from March so that February 29 is last. */
function daysFromCivil(year: number, month: number): number {
  const y = month <= 2 ? year - 1 : year
  const shifted = (month + 9) % 12
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leaps + Math.floor((153 * shifted + 2) / 5) - 719_468
}

function civilFromDays(day: number): readonly [year: number, month: number, date: number] {
  let year = 1970 + Math.floor(day / 365.2425)
  while (daysFromCivil(year + 1, 1) <= day) year++
  while (daysFromCivil(year, 1) > day) year--
  let month = 12
  while (daysFromCivil(year, month) > day) month--
  return [year, month, day - daysFromCivil(year, month) + 1]
}
