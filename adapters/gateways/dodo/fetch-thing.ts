/** What Dodo shows now of one thing. It looks nothing up by our references, so payments are listed. */
import type { PerformContext, Thing } from 'billwright'
import type { GatewayEvent } from 'billwright/core'
import type { LookUps, Shown } from './look-up.ts'
import type { Settings } from './options.ts'
import type { DodoPayment } from './wire.ts'
import { overlap } from './look-up.ts'
import { type Fields, isFields, text } from './read.ts'
import { subjectOf } from './subject.ts'
import { observed, paymentHistory } from './translate.ts'
import { META } from './wire.ts'

export type LookUp = (thing: Thing, context: PerformContext) => Promise<readonly GatewayEvent[]>

/** Looks things up; what is not there tells nothing. */
export function fetchThing(settings: Settings, dodo: LookUps): LookUp {
  const { name } = settings

  /** Each payment's history, with the subscription that tells what it is for. */
  async function histories(
    payments: readonly DodoPayment[],
    context: PerformContext,
    keep: (payment: DodoPayment, shown: Shown | null) => boolean = () => true,
  ): Promise<readonly GatewayEvent[]> {
    const shown = new Map<string, Shown | null>()
    const events: GatewayEvent[] = []
    for (const payment of payments) {
      const { subscription: id } = payment
      if (id !== null && !shown.has(id)) shown.set(id, await dodo.subscription(id, context))
      const its = id === null ? null : (shown.get(id) ?? null)
      if (keep(payment, its))
        events.push(...paymentHistory(name, payment, its?.subscription ?? null))
    }
    return events
  }

  /** The customer's payments that carry a mark of ours. */
  async function marked(
    [mark, value]: readonly [string, string],
    known: string | null | undefined,
    context: PerformContext,
  ): Promise<readonly DodoPayment[]> {
    const customer_id = await dodo.customer(known ?? null, context)
    if (customer_id === null) return []
    const ours = ({ metadata }: Fields) => isFields(metadata) && metadata[mark] === value
    const choose = (listed: readonly Fields[]) => {
      const all = listed.filter(ours)
      return mark === META.checkout ? firstOf(all) : all
    }
    return dodo.payments({ customer_id }, choose, context)
  }

  return async (thing, context) => {
    switch (thing.kind) {
      case 'checkout': {
        const { reference, customer } = thing
        const payments = await marked([META.checkout, reference], customer, context)
        // Renewals carry the mark as well.
        return histories(payments, context, (payment, shown) => {
          const subject = subjectOf(payment, shown?.subscription ?? null)
          return subject !== null && 'checkout' in subject
        })
      }
      case 'invoice': {
        const { invoice, customer } = thing
        const payments = await marked([META.invoice, invoice], customer, context)
        return histories(payments, context)
      }
      case 'payment': {
        const payment = await dodo.payment(thing.id, context)
        return payment ? histories([payment], context) : []
      }
      case 'subscription': {
        const { id, since } = thing
        const query = { subscription_id: id, created_at_gte: overlap(since) }
        const payments = await dodo.payments(query, (listed) => listed, context)
        const billed = await histories(payments, context)
        // Looked at last, so that it shows what the payments have brought about.
        const shown = await dodo.subscription(id, context)
        return shown ? [...billed, ...observed(settings, shown.subscription, shown.at)] : billed
      }
      default:
        return []
    }
  }
}

/** Renewals carry the checkout's mark as well: the first that was paid is its own, if one was paid. */
function firstOf(payments: readonly Fields[]): readonly Fields[] {
  const paid = payments.filter(({ status }) => status === 'succeeded')
  const at = ({ created_at }: Fields) => Date.parse(text(created_at) ?? '')
  const firsts = new Map<unknown, Fields>()
  for (const payment of paid) {
    const known = firsts.get(payment.subscription_id)
    if (!known || at(payment) < at(known)) firsts.set(payment.subscription_id, payment)
  }
  return paid.length > 0 ? [...firsts.values()] : payments
}
