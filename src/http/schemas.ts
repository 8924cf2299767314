/** What requests may say, in small pieces. Objects are strict: an unknown field is refused. */
import * as z from 'zod'
import { instant } from '../core/index.ts'

/** An id or code: printable text of one reading, so no control characters and no lone surrogates. */
export const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)

export const url = z.string().min(1).max(2_048)
export const currency = z.string().regex(/^[A-Z]{3}$/)
export const units = z.int().min(0).max(1_000_000)
export const count = z.int().min(1).max(1_000_000)
/** Minor units. */
export const amount = z.int().min(1)
export const days = z.int().min(1).max(3_650)

const unit = z.enum(['day', 'week', 'month', 'year'])
export const interval = z.union([unit, z.strictObject({ unit, count: z.int().min(1).max(1_000) })])

export const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** As a preview answered it, sent back unchanged. */
export const quote = z.strictObject({
  at: z
    .int()
    .min(0)
    .max(8_640_000_000_000_000)
    .transform((at) => instant(at)),
  due: z.int().min(0),
  currency,
})

export const group = { group: id.optional() }
export const quoted = { ...group, quote: quote.optional() }
export const keep = z.record(id, z.array(id).max(1_000))
export const addOns = z.record(id, units)

/** Query parameters are text: `?unread=1`, `?limit=20`. */
export const yes = z.literal('1').transform(() => true)
export const yesOrNo = z.enum(['0', '1']).transform((text) => text === '1')
export const number = z
  .string()
  .regex(/^[1-9]\d{0,6}$/)
  .transform(Number)
export const page = {
  limit: number.pipe(z.int().max(200)).optional(),
  after: z.string().min(1).max(1_000).optional(),
}

export const nothing = z.strictObject({})

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

/** The same without what was left out: an optional argument is absent, never `undefined`. */
export function defined<T extends object>(given: T): Defined<T> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Defined<T>
}
