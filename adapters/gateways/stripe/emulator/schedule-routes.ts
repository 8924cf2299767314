/** Subscription schedules: made of a subscription, given phases, and let go of. */
import type { Call, Routes } from 'billwright/testing'
import type { Phase, Schedule, Vendor } from './vendor.ts'
import { boundary } from 'billwright/core'
import { customerOf } from './customer-routes.ts'
import { PAGING, pageOf } from './paging.ts'
import {
  integer,
  listIn,
  metadataIn,
  oneOf,
  type Params,
  paramsOf,
  required,
  text,
  within,
} from './params.ts'
import { showSchedule } from './show-billing.ts'
import { touch } from './subscriptions.ts'
import { keep, known, toInstant, toSeconds } from './vendor.ts'
import { impossible, invalid, missing } from './vendor-error.ts'

export function scheduleRoutes(vendor: Vendor): Routes {
  const kept = ({ params: { id = '' } }: Call): Schedule => {
    const schedule = vendor.schedules.get(id)
    if (!schedule) throw missing('subscription_schedule', id)
    return schedule
  }
  const found = (call: Call): Schedule => {
    const schedule = kept(call)
    if (schedule.status !== 'active')
      throw impossible(`The schedule is ${schedule.status} and cannot be changed.`)
    return schedule
  }
  return {
    'GET /v1/subscription_schedules': (call) => {
      const params = paramsOf(call, `customer ${PAGING}`)
      const customer = text(params, 'customer')
      if (customer !== null) customerOf(vendor, customer)
      const schedules = [...vendor.schedules.values()].filter(
        (each) => customer === null || each.customer === customer,
      )
      const show = (each: Schedule) => showSchedule(vendor, each)
      const url = '/v1/subscription_schedules'
      return Response.json(pageOf(params, schedules, { url, show }))
    },
    'GET /v1/subscription_schedules/:id': (call) => {
      paramsOf(call, '')
      return Response.json(showSchedule(vendor, kept(call)))
    },
    'POST /v1/subscription_schedules': (call) => {
      const id = required(paramsOf(call, 'from_subscription'), 'from_subscription')
      const subscription = vendor.subscriptions.get(id)
      if (!subscription) throw missing('subscription', id, 'from_subscription')
      if (subscription.schedule !== null)
        throw impossible('The subscription is already attached to a schedule.')
      const { customer, start, end, items } = subscription
      const phase = { start, end, items: items.map(({ price, quantity }) => ({ price, quantity })) }
      const made = keep(
        vendor,
        vendor.schedules,
        'sched',
        (name): Schedule => ({
          ...{ id: name, created: vendor.now(), customer, subscription: id, metadata: {} },
          ...{ phases: [phase], status: 'active', releasedAt: null },
        }),
      )
      subscription.schedule = made.id
      touch(vendor, subscription)
      return Response.json(showSchedule(vendor, made))
    },
    'POST /v1/subscription_schedules/:id': (call) => {
      const params = paramsOf(call, 'phases end_behavior metadata proration_behavior')
      const schedule = found(call)
      oneOf(params, 'end_behavior', ['release', 'cancel'])
      schedule.metadata = metadataIn(params, schedule.metadata)
      schedule.phases = phasesIn(vendor, params, schedule)
      vendor.emit('subscription_schedule.updated', showSchedule(vendor, schedule))
      return Response.json(showSchedule(vendor, schedule))
    },
    'POST /v1/subscription_schedules/:id/release': (call) => {
      paramsOf(call, 'preserve_cancel_date')
      const schedule = found(call)
      schedule.status = 'released'
      schedule.releasedAt = vendor.now()
      const subscription = known(vendor.subscriptions, schedule.subscription)
      subscription.schedule = null
      vendor.emit('subscription_schedule.released', showSchedule(vendor, schedule))
      touch(vendor, subscription)
      return Response.json(showSchedule(vendor, schedule))
    },
  }
}

const NAMES = 'items start_date end_date duration proration_behavior metadata'

function phasesIn(vendor: Vendor, params: Params, { phases: before }: Schedule): readonly Phase[] {
  const phases: Phase[] = []
  for (const each of listIn(params, 'phases') as readonly Params[]) {
    const phase = within({ phase: each }, 'phase', NAMES)
    const items = listIn(phase, 'items').map((item) => itemIn(vendor, item as Params))
    if (items.length === 0) throw invalid('phases[0][items]', 'parameter_missing')
    const start = phases.at(-1)?.end ?? integer(phase, 'start_date')
    if (start === null) throw invalid('phases[0][start_date]', 'parameter_missing')
    phases.push({ items, start, end: endIn(vendor, phase, { start, items }) })
  }
  const running = before[0]
  if (phases[0]?.start !== running?.start)
    throw impossible('The start date of the current phase cannot be changed.')
  return phases
}

/** When a phase ends; one that does not say lasts one interval of its price. */
function endIn(
  vendor: Vendor,
  phase: Params,
  { start, items }: Pick<Phase, 'start' | 'items'>,
): number {
  const end = integer(phase, 'end_date')
  if (end !== null) return end
  if (phase.duration === undefined) {
    const { interval } = known(vendor.prices, items[0]?.price ?? null)
    return toSeconds(boundary(toInstant(start), interval, 1))
  }
  const duration = within(phase, 'duration', 'interval interval_count')
  const unit = oneOf(duration, 'interval', ['day', 'week', 'month', 'year'])
  if (unit === null) throw invalid('phases[0][duration][interval]', 'parameter_missing')
  const count = integer(duration, 'interval_count') ?? 1
  return toSeconds(boundary(toInstant(start), { unit, count }, 1))
}

function itemIn(vendor: Vendor, item: Params): Phase['items'][number] {
  const params = within({ item }, 'item', 'price quantity metadata')
  const price = required(params, 'price')
  if (!vendor.prices.has(price)) throw missing('price', price, 'phases[0][items][0][price]')
  return { price, quantity: integer(params, 'quantity') ?? 1 }
}
