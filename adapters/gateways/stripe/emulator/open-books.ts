/** Empty books. */
import type { Vendor } from './vendor.ts'
import { countingIds, type Deliveries } from 'billwright/testing'
import { API_VERSION } from '../client.ts'
import { nothing } from './blank.ts'

/** An event as Stripe's list and its webhooks show it. */
export interface WireEvent {
  readonly id: string
  readonly type: string
  readonly created: number
}

export interface OpenBooks extends Pick<Vendor, 'now' | 'pageUrl'> {
  readonly emit: Deliveries<WireEvent>['emit']
}

export function openBooks({ now, pageUrl, emit }: OpenBooks): Vendor {
  const nextId = countingIds()
  return {
    ...{ now, nextId, pageUrl },
    customers: new Map(),
    methods: new Map(),
    products: new Map(),
    prices: new Map(),
    coupons: new Map(),
    endpoints: new Map(),
    sessions: new Map(),
    portals: new Map(),
    intents: new Map(),
    setups: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    invoices: new Map(),
    subscriptions: new Map(),
    schedules: new Map(),
    emit(type, object) {
      const id = nextId('evt')
      const data = {
        ...{ id, object: 'event', api_version: API_VERSION, created: now(), type },
        ...{ data: { object }, livemode: false, pending_webhooks: 1 },
        request: nothing('id idempotency_key'),
      }
      emit({ id, type, data })
    },
  }
}
