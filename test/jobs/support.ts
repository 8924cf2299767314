/** A shop whose work is done on an engine, here or in other processes. */
import type { Bill, BillingOptions } from 'billwright'
import type { Engine, Site } from './engines.ts'
import type { JobsTask, Report } from './processes/tasks.ts'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inject, onTestFinished, vi } from 'vitest'
import { openShop, type Product, type Shop, type ShopOptions } from '../support/shop.ts'
import { product as plain } from './processes/product.ts'
import { type Wire, wireTo } from './wire.ts'

const worker = fileURLToPath(new URL('./processes/worker.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

const START = '2025-10-14'
export const RENEWAL = '2025-11-14'

export interface Works {
  /** The web server: it sends jobs and does none. */
  readonly shop: Shop
  readonly site: Site
  /** Between this process and the engine. */
  readonly wire: Wire
  readonly queue: string
  /** Whose registration a hook heard, in a job. */
  readonly heard: readonly string[]
  /** Another process of the app, which works until what it answers is called. */
  work(options?: { readonly bill?: Bill; readonly pollMs?: number }): () => Promise<void>
  /** Another process of the app, with other options. */
  beside(change: (options: BillingOptions) => BillingOptions): Promise<Bill>
}

export interface WorksOptions extends Pick<Partial<ShopOptions>, 'storage'> {
  /** What the hook does with each who registers. */
  readonly hear?: () => Promise<void>
}

/** Opens the works on an engine. Everything is closed when the test has finished. */
export async function openWorks(engine: Engine, options: WorksOptions = {}): Promise<Works> {
  const queue = `t${crypto.randomUUID()}`
  const wire = await wireTo(serverOf(engine))
  onTestFinished(() => wire.close())
  const site = await engine.open(wire.url, queue)
  onTestFinished(async () => {
    wire.mend()
    await site.close()
  })
  const heard: string[] = []
  const product = productOf({ site, heard, hear: options.hear })
  const shop = await openShop({ start: START, storage: 'memory', ...options, product })
  onTestFinished(() => shop.close())
  return {
    ...{ shop, site, wire, queue, heard },
    work({ bill = shop.bill, pollMs = 500 } = {}) {
      const stop = new AbortController()
      const working = bill.work({ signal: stop.signal, concurrency: 1, pollMs })
      const end = async () => {
        stop.abort()
        await working
      }
      onTestFinished(end)
      return end
    },
    async beside(wrap) {
      return (await openShop({ start: START, product, beside: shop, wrap })).bill
    },
  }
}

interface Staff {
  readonly site: Site
  readonly heard: string[]
  readonly hear: WorksOptions['hear']
}

/** Each who registers leaves a call of a hook to a worker. */
function productOf({ site, heard, hear }: Staff): Product {
  const registered = async (_: unknown, { customer }: { readonly customer: string }) => {
    await hear?.()
    heard.push(customer)
  }
  return {
    ...plain,
    jobs: site.jobs,
    hooks: { on: { 'account.registered': registered } },
    // An engine is given up on, and a hook called again, five times as soon.
    ports: { sleep: (ms, signal) => pause(ms / 5, signal) },
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal?.addEventListener('abort', over)
    if (signal?.aborted) over()
  })
}

function serverOf({ name, server }: Engine): string {
  const url = inject('servers')[server]
  if (url === null) throw new Error(`There is no server for ${name}.`)
  return url
}

/** A process of its own that works. */
export interface Forked {
  /** Keys of the effects that it asked the gateway for. */
  readonly performed: readonly string[]
  /** By which signal it ended; `null` when it ended by itself. */
  readonly ended: Promise<string | null>
  /** Works for the shop, from its present time on. */
  start(task: Pick<JobsTask, 'place' | 'killAt'>): Promise<void>
  /** Lets it go on with its first charge. */
  go(): void
  stop(): Promise<string | null>
}

/** A process that is loaded and waits to start. */
export async function forkWorker(engine: Engine, { shop, queue }: Works): Promise<Forked> {
  const child = fork(worker, { cwd: root, execArgv: ['--import', 'tsx'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(([, signal]) => signal as string | null)
  await once(child, 'message')
  const performed = told(child)
  return {
    ...{ performed, ended },
    async start(given) {
      const { url: gatewayUrl } = await shop.emulator.listen()
      const [server, now] = [serverOf(engine), shop.clock.now()]
      const task = { engine: engine.name, server, queue, gatewayUrl, now, ...given }
      child.send(task satisfies JobsTask)
    },
    go: () => void child.send('go'),
    stop() {
      child.send('stop')
      return ended
    },
  }
}

function told(child: ChildProcess): readonly string[] {
  const performed: string[] = []
  child.on('message', (report: Report) => {
    if (report.told === 'performed') performed.push(report.effect)
  })
  return performed
}

/** Customers who bought, with nothing left to do for them. */
export async function subscribed(shop: Shop, count: number): Promise<readonly string[]> {
  const customers = Array.from({ length: count }, (_, n) => `customer-${n}`)
  for (const customer of customers) {
    const { body } = await shop.as(customer).post('/checkout', { plan: 'basic' })
    await shop.pay(body.url)
  }
  await shop.quiet()
  return customers
}

/** Waits until it holds; fails with what it said last. */
export function eventually(check: () => Promise<void> | void): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 20 })
}
