/** What an earlier attempt of an effect did: refunds carry the effect's key, pages are known by id. */
import type { Gateway } from 'billwright'
import type { Read } from './read.ts'
import { sessionAt } from './fetch-thing.ts'
import { withAnswers } from './perform/desk.ts'
import { readRefund } from './read-resource.ts'
import { REFERENCE_KEY } from './reference.ts'
import { refundEvents, sessionEvents } from './translate.ts'

export function find(gateway: string, read: Read): Gateway['find'] {
  return async (effect, context) => {
    if (effect.kind === 'payment.refund') {
      const path = `/v1/refunds?${new URLSearchParams({ payment_id: effect.payment })}`
      const listed = await read.one(path, context)
      const refunds = Array.isArray(listed) ? listed.flatMap((each) => readRefund(each) ?? []) : []
      const made = refunds.find(({ metadata }) => metadata[REFERENCE_KEY] === effect.key)
      return made ? { events: withAnswers(effect, refundEvents(gateway, made)) } : null
    }
    if (effect.kind !== 'checkout.expire') return null
    const session = await sessionAt(read, effect.page, context)
    const closed = session?.status === 'expired'
    return closed ? { events: withAnswers(effect, sessionEvents(gateway, session)) } : null
  }
}
