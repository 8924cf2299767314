/** Wires the core, the storage and the gateways into the one object an app holds. */
import type { Bill } from './bill.ts'
import type { AddOn, Catalog, Coupon, FeatureOf, IdOf, Plan, PolicyOptions } from './core/index.ts'
import type { Gateway } from './gateway.ts'
import type { JobEngine } from './job-engine.ts'
import type { BillingOptions } from './options.ts'
import type { Ports } from './ports.ts'
import type { Jobs } from './runtime/jobs.ts'
import type { Runtime } from './runtime/runtime.ts'
import { checkOptions } from './check-options.ts'
import { catalog, DEFAULT_POLICIES, instant } from './core/index.ts'
import { createHandler, type Handler } from './http/handler.ts'
import { systemPorts } from './ports.ts'
import { customerOf } from './runtime/ids.ts'
import { receive } from './runtime/inbox.ts'
import { invoiceNumbers } from './runtime/invoice-numbers.ts'
import { createJobs } from './runtime/jobs.ts'
import { createLanes } from './runtime/lanes.ts'
import { operations } from './runtime/operations.ts'
import { reads } from './runtime/reads.ts'
import { reconcile } from './runtime/reconcile.ts'
import { createWake } from './runtime/runtime.ts'
import { snapshotsOf } from './runtime/snapshots.ts'
import { usageVerbs } from './runtime/usage-verbs.ts'
import { verbs } from './runtime/verbs.ts'
import { within } from './runtime/within.ts'
import { work } from './runtime/worker.ts'

/**
 * The billing of an app. Throws a `config` error that names the option when something is wrong; it
 * touches neither the storage nor a gateway before the first call.
 */
export function billing<
  const Plans extends readonly Plan[],
  const AddOns extends readonly AddOn[] = readonly [],
  const Coupons extends readonly Coupon[] = readonly [],
>(
  options: BillingOptions<Plans, AddOns, Coupons>,
): Bill<IdOf<Plans>, FeatureOf<Plans[number] | AddOns[number]>, IdOf<AddOns>, IdOf<Coupons>> {
  const runtime = runtimeOf(options)
  const { storage } = runtime
  const bill: Bill = {
    catalog: runtime.catalog,
    gateways: runtime.gateways,
    ...verbs(runtime),
    ...reads(runtime),
    ...usageVerbs(runtime),
    within: (transaction) => within(runtime, transaction),
    receive: (gateway, request) => receive(runtime, gateway, request),
    work: (given) => work(runtime, given),
    reconcile: ({ since, customer, signal } = {}) =>
      reconcile(runtime, {
        ...(since && { since: instant(since) }),
        ...(customer !== undefined && { customer: customerOf(customer).id }),
        ...(signal && { stopped: () => signal.aborted }),
      }),
    operations: operations(runtime),
    handle: async (request, given) => http().handle(request, given),
    answerWebhook: (call, given) => http().answerWebhook(call, given),
    migrate: () => storage.migrate(),
    async close() {
      await runtime.jobs?.close()
      await storage.close()
    },
  }
  // Made at once where HTTP is wanted, so that a wrong setting shows at start.
  const handler = () => handlerOf(bill, options, runtime)
  const eager = options.identify || options.http ? handler() : null
  const http = () => eager ?? handler()
  // The ids are literal types from here on; inside they are words like any other.
  return bill as never
}

function handlerOf(bill: Bill, options: BillingOptions, { ports }: Runtime): Handler {
  const { identify, authorize, http } = options
  const { log, newId, sleep } = ports
  return createHandler(bill, {
    identify,
    authorize,
    http,
    usageWrites: http?.usageWrites,
    log,
    newId,
    sleep,
  })
}

function runtimeOf(options: BillingOptions): Runtime {
  checkOptions(options)
  const { gateways = [], storage, hooks = {} } = options
  const { gatewayTimeoutMs = 20_000, hookTimeoutMs = 20_000 } = options
  const { checkoutsPerHour = 5, webhookRetentionDays = 30, entitlementCacheMs = 0 } = options
  const { jobs, clock, log, ports: given = {} } = options
  const system = systemPorts()
  const ports = { ...system, ...given, ...(clock && { clock }), ...(log && { log }) }
  return {
    catalog: catalogOf(options, gateways),
    storage,
    gateways: new Map(gateways.map((gateway) => [gateway.name, gateway])),
    hooks,
    ports,
    owner: ports.newId(),
    lanes: createLanes(),
    joined: false,
    gatewayTimeoutMs,
    hookTimeoutMs,
    checkoutsPerHour,
    webhookRetentionDays,
    snapshots: snapshotsOf({ storage, clock: ports.clock, mostMs: entitlementCacheMs }),
    invoiceNumbers: invoiceNumbers(options.invoiceNumbers),
    customer: async (id) => (await options.customer?.(id)) ?? { id },
    wake: createWake(),
    jobs: jobs ? jobsOf(jobs, ports) : null,
    inFlight: new Map(),
    lastWebhookAt: new Map(),
  }
}

function jobsOf(engine: JobEngine, { log, sleep }: Ports): Jobs {
  // Its own words: no gateway's answer is in them, and nothing else says what is wrong with it.
  const failed = (error: unknown) =>
    log.error({ event: 'jobs_failed', engine: engine.name, error: messageOf(error) })
  return createJobs(engine, { sleep, failed })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function catalogOf(options: BillingOptions, gateways: readonly Gateway[]): Catalog {
  const { plans, addOns, coupons } = options
  return catalog({
    plans,
    ...(addOns && { addOns }),
    ...(coupons && { coupons }),
    policies: policiesOf(options),
    gateways: gateways.map(({ name, renewals, capabilities }) => {
      const {
        amounts,
        savedMethods: savesMethods,
        attemptGapHours,
        retriesWhenAsked,
      } = capabilities
      const gap = attemptGapHours === undefined ? {} : { attemptGapHours }
      const asked = retriesWhenAsked === undefined ? {} : { retriesWhenAsked }
      return { name, renewals, amounts, savesMethods, ...gap, ...asked }
    }),
  })
}

function policiesOf(options: BillingOptions): PolicyOptions {
  const given = Object.entries(options).filter(([name]) => name in DEFAULT_POLICIES)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}
