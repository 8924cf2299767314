/**
 * A storage, a gateway and a clock that outlive processes: each `start` is a process of its own on
 * them. Webhooks wait until somebody delivers them, and come again until they were accepted.
 */
import type { Renewals } from 'billwright/core'
import type { Fuse } from './fuse.ts'
import {
  type Bill,
  type BillingOptions,
  billing,
  type Gateway,
  type Storage,
  type WebhookRequest,
} from 'billwright'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandbox,
  sandboxEmulator,
} from 'billwright/sandbox'
import { type StageFault, type TestClock, testClock } from 'billwright/testing'
import { cardNumber, freshStorage, type StorageName } from '../../support/shop.ts'
import { fused } from './fuse.ts'
import { PRODUCT } from './product.ts'

export interface PlantOptions {
  readonly renewals?: Renewals
  readonly storage?: StorageName | Storage
  readonly start?: string
}

export interface StartOptions {
  readonly fuse?: Fuse
  readonly storage?: (storage: Storage) => Storage
  readonly gateway?: (gateway: Gateway) => Gateway
  readonly more?: Partial<BillingOptions>
  /** What goes wrong at the call of the gateway with this number, counted from 0. */
  readonly fault?: { readonly at: number; readonly kind: StageFault }
}

export interface Plant {
  readonly clock: TestClock
  readonly emulator: SandboxEmulator
  readonly storage: Storage
  readonly renewals: Renewals
  /** Calls of the gateway by every process so far. */
  readonly asked: readonly string[]
  start(options?: StartOptions): Bill
  pay(url: string, card?: string): Promise<void>
  /** Moves the clock; the gateway does what is due. */
  at(time: Date | string | number): Promise<void>
  later(ms: number): Promise<void>
  /** Delivers the webhooks that nobody accepted yet, oldest first; how many were accepted. */
  deliver(bill: Bill): Promise<number>
  /** A webhook as it is signed for an attempt now. */
  anew(request: WebhookRequest): WebhookRequest
  /** The webhooks that nobody accepted yet. */
  pending(): readonly WebhookRequest[]
  /** The gateway gives up on what it could not deliver. */
  drop(): void
  /** Everything becomes quiet: time passes by minutes, hooks and effects are tried again. */
  quiet(bill: Bill): Promise<void>
  close(): Promise<void>
}

const START = '2026-03-10T12:00:00.000Z'
const TIMEOUT_MS = 20_000

export async function openPlant(options: PlantOptions = {}): Promise<Plant> {
  const { renewals = 'billwright', start = START } = options
  const clock = testClock(start)
  const emulator = sandboxEmulator({ clock })
  const storage =
    typeof options.storage === 'object'
      ? options.storage
      : await freshStorage(options.storage ?? 'memory')
  const accepted = new Set<string>()
  const asked: string[] = []
  let processes = 0

  const plant: Plant = {
    clock,
    emulator,
    storage,
    renewals,
    asked,
    start({ fuse, storage: wrap, gateway: dress, more, fault } = {}) {
      processes += 1
      const [owner, timeouts] = [`process-${processes}`, new Set<() => void>()]
      let [ids, mine] = [0, 0]
      const call: typeof fetch = (input, init) => {
        const path = new URL(String(input)).pathname
        const run = () => emulator.fetch(input, init)
        asked.push(`${init?.method ?? 'GET'} ${path}`)
        if (fault?.at === mine) emulator.fault(fault.kind)
        if (fault?.at === mine && fault.kind === 'hang') setImmediate(() => runOut(timeouts))
        mine += 1
        return fuse ? fuse.around(`fetch ${init?.method} ${path}`, run) : run()
      }
      const secretKey = 'sk_test_runtime_tests'
      const webhookSecret = SANDBOX_WEBHOOK_SECRET
      const made = sandbox({ secretKey, webhookSecret, renewals, emulator, fetch: call })
      const wrapped = wrap ? wrap(storage) : storage
      const options = {
        ...PRODUCT,
        gateways: [dress ? dress(made) : made],
        storage: fuse ? fused(wrapped, fuse) : wrapped,
        clock,
        gatewayTimeoutMs: TIMEOUT_MS,
        ports: {
          newId: () => {
            ids += 1
            return `${owner}-${ids}`
          },
          sleep: (ms: number, signal?: AbortSignal) => nap(ms, signal, timeouts),
        },
        ...more,
      }
      return billing(options as BillingOptions) as Bill
    },
    async pay(url, card = 'succeeds') {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ card: cardNumber(card) })
      await emulator.fetch(url, { method: 'POST', headers, body })
    },
    async at(time) {
      clock.set(time)
      await emulator.advance()
    },
    later: (ms) => plant.at(clock.now() + ms),
    async deliver(bill) {
      let count = 0
      for (const request of plant.pending()) {
        try {
          await bill.receive('sandbox', plant.anew(request))
          accepted.add(idOf(request))
          count += 1
        } catch {
          // The gateway comes again.
        }
      }
      return count
    },
    anew: (request) => emulator.sign(request.body, idOf(request)),
    pending: () => emulator.webhooks().filter((request) => !accepted.has(idOf(request))),
    drop() {
      for (const request of plant.pending()) accepted.add(idOf(request))
    },
    async quiet(bill) {
      for (const minutes of [0, 1.1, 10, 60, 60]) {
        await plant.later(minutes * 60_000)
        await plant.deliver(bill)
        await bill.work({ once: true })
        await plant.deliver(bill)
        await bill.work({ once: true })
      }
    },
    async close() {
      await emulator.close()
      await storage.close()
    },
  }
  return plant
}

function idOf({ headers }: WebhookRequest): string {
  return headers['webhook-id'] ?? ''
}

/** Waiting takes a turn of the event loop; the end of a call's time comes only when it is called. */
function nap(ms: number, signal: AbortSignal | undefined, timeouts: Set<() => void>) {
  return new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve()
    if (ms < TIMEOUT_MS) {
      setImmediate(resolve)
      return
    }
    const done = () => {
      timeouts.delete(done)
      resolve()
    }
    timeouts.add(done)
    signal?.addEventListener('abort', done)
  })
}

function runOut(timeouts: ReadonlySet<() => void>): void {
  for (const done of [...timeouts]) done()
}
