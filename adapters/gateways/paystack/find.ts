/** What an earlier attempt of an effect did, by our own reference. */
import type { Gateway } from 'billwright'
import type { LookUps } from './look-up.ts'
import type { Settings } from './options.ts'
import { withAnswers } from './answer.ts'
import { writeReference } from './reference.ts'
import { refundEvents, transactionEvents } from './translate.ts'

/** A page that nobody paid is not found: its address cannot be asked for, so another one is made. */
export function find(settings: Settings, look: LookUps): Gateway['find'] {
  return async (effect, context) => {
    switch (effect.kind) {
      case 'checkout.open': {
        const { reference } = effect.checkout
        const events = await look.thing({ kind: 'checkout', reference }, context)
        return events.length === 0 ? null : { events: withAnswers(effect, events) }
      }
      case 'payment.collect': {
        const { invoice: id, attempt, method } = effect
        const purpose = method === null ? 'link' : 'charge'
        const reference = writeReference(settings.prefix, { purpose, id, attempt, page: 1 })
        const found = await look.transaction(reference, context)
        const events = found ? transactionEvents(settings, found) : []
        return events.length === 0 ? null : { events: withAnswers(effect, events) }
      }
      case 'payment.refund': {
        const paid = await look.transaction(effect.payment, context)
        if (paid === null) return null
        const made = (await look.refunds(paid.id, context)).find(({ note }) => note === effect.key)
        if (!made) return null
        return { events: withAnswers(effect, refundEvents(settings, effect.payment, made)) }
      }
      default:
        return null
    }
  }
}
