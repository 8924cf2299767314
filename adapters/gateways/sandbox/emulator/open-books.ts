/** Empty books of a vendor. */

import type { WireEvent } from '../wire.ts'
import type { Vendor } from './vendor.ts'
import { countingIds, type Deliveries } from 'billwright/testing'

export interface OpenBooks extends Pick<Vendor, 'now' | 'pageUrl'> {
  readonly emit: Deliveries<WireEvent>['emit']
}

export function openBooks({ now, pageUrl, emit }: OpenBooks): Vendor {
  const nextId = countingIds()
  return {
    now,
    nextId,
    pageUrl,
    customers: new Map(),
    methods: new Map(),
    charges: new Map(),
    refunds: new Map(),
    pages: new Map(),
    subscriptions: new Map(),
    changes: new Map(),
    emit(type, live, data) {
      const id = nextId('evt')
      emit({ id, type, data: { object: 'event', id, type, live, at: now(), data } })
    },
  }
}
