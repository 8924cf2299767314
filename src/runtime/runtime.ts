/** What every part of the runtime holds: the catalog, the storage, the gateways and the ports. */
import type { Customer } from '../bill.ts'
import type { Catalog, Instant } from '../core/index.ts'
import type { Gateway } from '../gateway.ts'
import type { Hooks } from '../options.ts'
import type { Storage } from '../storage.ts'
import type { Attempt } from './attempt.ts'
import type { InvoiceNumbers } from './invoice-numbers.ts'
import type { Jobs } from './jobs.ts'
import type { Lanes } from './lanes.ts'
import type { Snapshots } from './snapshots.ts'
import { BillingError } from '../errors.ts'
import { type Ports, WAKE_UP } from '../ports.ts'

export interface Runtime {
  readonly catalog: Catalog
  readonly storage: Storage
  readonly gateways: ReadonlyMap<string, Gateway>
  readonly hooks: Hooks
  readonly ports: Ports
  /** This process, as the owner of leases. */
  readonly owner: string
  readonly lanes: Lanes
  /** Inside a transaction of the app's: gateways are asked by a worker, after its commit. */
  readonly joined: boolean
  readonly gatewayTimeoutMs: number
  /** How long a hook, `list` or `customer` of the app may take. */
  readonly hookTimeoutMs: number
  readonly checkoutsPerHour: number | null
  readonly invoiceNumbers: InvoiceNumbers
  readonly webhookRetentionDays: number | null
  readonly snapshots: Snapshots
  /** E-mail and name of a customer, as far as anybody knows. */
  readonly customer: (id: string) => Promise<Customer>
  /** Wakes a worker of this process: something was committed. */
  readonly wake: Wake
  /** The team's job engine; `null` where `work()` looks by itself. */
  readonly jobs: Jobs | null
  /** Effects that this process performs right now for somebody who waits, by key. */
  readonly inFlight: Map<string, Promise<Attempt>>
  /** When the last webhook of each gateway came. */
  readonly lastWebhookAt: Map<string, number>
}

/** A worker that waits is woken by a commit in the same process. */
export interface Wake {
  now(): void
  /** Aborts when something was committed; a fresh one each time. */
  signal(): AbortSignal
}

export function createWake(): Wake {
  // Made when somebody waits: a commit that wakes nobody must cost nothing.
  let controller: AbortController | null = null
  return {
    now() {
      const waking = controller
      controller = null
      waking?.abort(WAKE_UP)
    },
    signal() {
      controller ??= new AbortController()
      return controller.signal
    },
  }
}

/** When a lease that is taken now ends: after what is done under it came back or was given up. */
export function leaseEnd(
  { gatewayTimeoutMs, hookTimeoutMs }: Pick<Runtime, 'gatewayTimeoutMs' | 'hookTimeoutMs'>,
  now: Instant,
): Instant {
  return (now + gatewayTimeoutMs + hookTimeoutMs + LEASE_SLACK_MS) as Instant
}

/** For what stands before, between and after the calls. */
const LEASE_SLACK_MS = 20_000

/** A gateway by name; the app may have removed one that subscriptions still use. */
export function gatewayNamed({ gateways }: Pick<Runtime, 'gateways'>, name: string): Gateway {
  const gateway = gateways.get(name)
  if (gateway) return gateway
  throw new BillingError('request', 'unknown_gateway', `No gateway is called ${name}.`, {
    gateway: name,
  })
}
