/** The verbs that count, as an app calls them. */
import type { Bill } from '../bill.ts'
import type { Runtime } from './runtime.ts'
import { customerOf } from './ids.ts'
import { usageMeter } from './usage.ts'

const RESERVATION_MS = 15 * 60_000

type UsageVerbs = Pick<Bill, 'check' | 'use' | 'release' | 'reserve' | 'settle' | 'setUsage'>

export function usageVerbs(runtime: Runtime): UsageVerbs {
  const meter = usageMeter(runtime)
  const { ports } = runtime
  return {
    check: async (customer, feature, amount = 1) =>
      meter.check(customerOf(customer), feature, amount),
    use: async (customer, feature, amount = 1, { idempotencyKey: key = null } = {}) =>
      meter.use({ customer: customerOf(customer), feature, amount, key, reservation: null }),
    release: async (customer, feature, amount = 1, { idempotencyKey: key = null } = {}) =>
      meter.release({ customer: customerOf(customer), feature, amount, key }),
    async reserve(customer, feature, amount = 1, given = {}) {
      const { idempotencyKey: key = null, ttlMs = RESERVATION_MS } = given
      const reservation = { id: key ?? ports.newId(), ttlMs }
      return meter.reserve({ customer: customerOf(customer), feature, amount, key, reservation })
    },
    settle: async (customer, reservation, used) =>
      meter.settle(customerOf(customer), reservation, used),
    setUsage: async (customer, feature, used) => meter.set(customerOf(customer), feature, used),
  }
}
